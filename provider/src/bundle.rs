//! The package that Lambda runs: the edge function and its configuration in a zip, made in memory, the same bytes everywhere.

mod unpack;

use std::fmt;
use std::io::{Cursor, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use netacea_edge::settings::Configuration;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

pub(crate) use self::unpack::unpack;

/// Version of the code in the package. It decides about publishing; the bytes do not, because two compilers give two wasm files.
pub(crate) const VERSION: &str = netacea_edge::VERSION;
/// Where the package holds settings and secrets.
pub(crate) const CONFIGURATION_FILE: &str = "NetaceaConfig.json";

const WASM_FILE: &str = "netacea_edge.wasm";
const WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/netacea_edge.wasm"));
/// Lambda runs as another user than the one who packed.
const READABLE_BY_ALL: u32 = 0o644;
const SMALLEST: i64 = 9;

/// A package ready to be uploaded. It holds secrets: `Debug` shows its size and hash only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    bytes: Vec<u8>,
    code_sha256: String,
}

/// A package that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the package is no usable zip: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("the package cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the unpacked package is larger than the {limit} bytes that Lambda allows")]
    TooLarge { limit: u64 },
}

impl Bundle {
    /// The embedded function with this configuration.
    pub(crate) fn new(configuration: &Configuration) -> Result<Bundle, Error> {
        let configuration = configuration.to_json();
        let mut files = code();
        files.push((CONFIGURATION_FILE, configuration.as_slice()));
        Bundle::pack(files)
    }

    /// The same without a configuration: what every integration has in common. Lambda gets no such package.
    pub(crate) fn of_code() -> Result<Bundle, Error> {
        Bundle::pack(code())
    }

    /// The zip.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Base64 of the zip's SHA-256, as Lambda reports it.
    pub(crate) fn code_sha256(&self) -> &str {
        &self.code_sha256
    }

    /// Everything that a zip could take from its surroundings is fixed: order, time, mode, system and compression.
    fn pack(mut files: Vec<(&str, &[u8])>) -> Result<Bundle, Error> {
        files.sort_unstable_by_key(|(name, _)| *name);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(SMALLEST))
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(READABLE_BY_ALL)
            .system(System::Unix);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(name, options)?;
            zip.write_all(content)?;
        }
        let bytes = zip.finish()?.into_inner();
        let code_sha256 = code_sha256(&bytes);
        Ok(Bundle { bytes, code_sha256 })
    }
}

fn code() -> Vec<(&'static str, &'static [u8])> {
    let mut files = netacea_edge::host::FILES.to_vec();
    files.push((WASM_FILE, WASM));
    files
}

/// The hash of a package as Lambda reports it: base64 of SHA-256.
pub(crate) fn code_sha256(zip: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(zip))
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("bytes", &self.bytes.len())
            .field("code_sha256", &self.code_sha256)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_in_any_order_are_the_same_bytes() {
        let files: [(&str, &[u8]); 3] = [
            ("index.mjs", b"host"),
            ("a/b.wasm", &[0; 5000]),
            (CONFIGURATION_FILE, b"{}"),
        ];
        let mut turned = files;
        turned.reverse();
        assert_eq!(
            Bundle::pack(files.into()).unwrap(),
            Bundle::pack(turned.into()).unwrap()
        );
    }

    #[test]
    fn the_hash_is_known_on_every_machine() {
        // Changes with the zip or deflate library: then every user's next publish uploads other bytes for the same version of the code.
        let bundle = Bundle::pack(vec![(
            "index.mjs",
            b"export const handler = async () => {};\n",
        )])
        .unwrap();
        assert_eq!(
            bundle.code_sha256(),
            "uBi9IizN0kw4OkRL1udazMdOJVQmSCwInbkyjqL9V9Q="
        );
    }

    #[test]
    fn a_package_is_unpacked_as_it_was_packed() {
        let files: Vec<(&str, &[u8])> = vec![("a", b"1"), ("index.mjs", b"host")];
        let unpacked = unpack(Bundle::pack(files.clone()).unwrap().bytes()).unwrap();
        let unpacked: Vec<_> = unpacked
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .collect();
        assert_eq!(unpacked, files);
    }

    #[test]
    fn the_package_holds_host_wasm_and_configuration_and_nothing_else() {
        let configuration = Configuration::default();
        let files = unpack(Bundle::new(&configuration).unwrap().bytes()).unwrap();
        let mut expected: Vec<&str> = netacea_edge::host::FILES
            .iter()
            .map(|(name, _)| *name)
            .collect();
        expected.extend([WASM_FILE, CONFIGURATION_FILE]);
        expected.sort_unstable();
        assert_eq!(
            files.keys().map(String::as_str).collect::<Vec<_>>(),
            expected
        );
        assert!(
            files.contains_key("index.mjs"),
            "Lambda's handler index.handler has no file"
        );
        assert_eq!(files[CONFIGURATION_FILE], configuration.to_json());
        assert!(files[WASM_FILE].starts_with(b"\0asm"));
    }

    /// The older quota of viewer events, which not every account has left behind: with a larger package a plan would have to warn.
    #[test]
    fn the_package_is_small_enough_for_viewer_events_of_every_account() {
        assert!(Bundle::of_code().unwrap().bytes().len() < 1_000_000);
    }

    #[test]
    fn debug_shows_no_content() {
        let bundle = Bundle::pack(vec![(CONFIGURATION_FILE, b"hunter2")]).unwrap();
        assert!(
            !format!("{bundle:?}").contains("hunter2")
                && format!("{bundle:?}").contains(bundle.code_sha256())
        );
    }
}
