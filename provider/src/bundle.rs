//! The package that Lambda runs: the edge function and its configuration in a zip, made in memory,
//! the same bytes everywhere.

mod pack;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use netacea_edge::settings::Configuration;
use sha2::{Digest, Sha256};
use zip::{ZipArchive, ZipWriter};

/// Version of the code in the package. It decides about publishing; the bytes do not, because two
/// compilers give two wasm files.
pub(crate) const VERSION: &str = netacea_edge::VERSION;
/// Where the package holds settings and secrets.
pub(crate) const CONFIGURATION_FILE: &str = "NetaceaConfig.json";
/// What is in no other package.
pub(crate) const WASM: &str = "netacea_edge.wasm";

/// The package without a configuration: what every integration has in common, compressed when the
/// provider was built (`build.rs`). Lambda gets no such package.
pub(crate) const CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/edge.zip"));
const SMALLEST: i64 = 9;
/// Lambda's limit on an unpacked package.
const MOST_BYTES: u64 = 250 << 20;

/// A package ready to be uploaded. It holds secrets: `Debug` shows its size and hash only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Package {
    bytes: Vec<u8>,
    code_sha256: String,
}

/// A package that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the package is not a valid zip file: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("the package cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the unpacked package is larger than the {limit} bytes that Lambda allows")]
    TooLarge { limit: u64 },
}

impl Package {
    /// The embedded function with this configuration.
    pub(crate) fn new(configuration: &Configuration) -> Result<Package, Error> {
        let configuration = configuration.to_json();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // Names in order, as in `CODE`.
        let files = [(CONFIGURATION_FILE, configuration.as_slice())];
        pack::add(&mut zip, &files, SMALLEST)?;
        zip.merge_archive(ZipArchive::new(Cursor::new(CODE))?)?;
        Ok(Package::of(zip.finish()?.into_inner()))
    }

    fn of(bytes: Vec<u8>) -> Package {
        let code_sha256 = code_sha256(&bytes);
        Package { bytes, code_sha256 }
    }

    /// The zip.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Base64 of the zip's SHA-256, as Lambda reports it.
    pub(crate) fn code_sha256(&self) -> &str {
        &self.code_sha256
    }
}

/// The hash of a package as Lambda reports it: base64 of SHA-256.
pub(crate) fn code_sha256(zip: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(zip))
}

/// The files of a package, by name. The sizes that a zip claims are not believed.
pub(crate) fn unpack(zip: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut archive = ZipArchive::new(Cursor::new(zip))?;
    let mut files = BTreeMap::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        if file.is_dir() {
            continue;
        }
        let name = file.name()?.into_owned();
        let mut content = Vec::new();
        file.take(left + 1).read_to_end(&mut content)?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left
            .checked_sub(size)
            .ok_or(Error::TooLarge { limit: MOST_BYTES })?;
        files.insert(name, content);
    }
    Ok(files)
}

/// Netacea's configuration in a package, at any depth: a bundler may have put it into `dist/`, and
/// packages that are used inside may bring examples of their own, so the one in the shallowest
/// folder is meant. None: there is none. The error names several that could be meant.
pub(crate) fn configuration(
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Option<(&String, &Vec<u8>)>, Vec<&String>> {
    let folders = |path: &str| {
        let mut steps = path.split('/').rev();
        let is_it = steps.next() == Some(CONFIGURATION_FILE);
        is_it.then(|| steps.filter(|step| !matches!(*step, "" | ".")).count())
    };
    let found = files
        .iter()
        .filter_map(|(path, file)| Some((folders(path)?, path, file)));
    let Some(shallowest) = found.clone().map(|(depth, ..)| depth).min() else {
        return Ok(None);
    };
    let mut meant = found.filter(|(depth, ..)| *depth == shallowest);
    match (meant.next(), meant.next()) {
        (Some((_, first, file)), None) => Ok(Some((first, file))),
        (first, second) => {
            let several = first.into_iter().chain(second).chain(meant);
            Err(several.map(|(_, path, _)| path).collect())
        }
    }
}

impl fmt::Debug for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Package")
            .field("bytes", &self.bytes.len())
            .field("code_sha256", &self.code_sha256)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Package {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        pack::add(&mut zip, files, SMALLEST).unwrap();
        Package::of(zip.finish().unwrap().into_inner())
    }

    #[test]
    fn the_hash_is_known_on_every_machine() {
        // Changes with the zip or deflate library: then every user's next publish uploads other
        // bytes for the same version of the code.
        let bundle = packed(&[("index.mjs", b"export const handler = async () => {};\n")]);
        assert_eq!(
            bundle.code_sha256(),
            "uBi9IizN0kw4OkRL1udazMdOJVQmSCwInbkyjqL9V9Q="
        );
    }

    #[test]
    fn a_package_is_unpacked_as_it_was_packed() {
        let files: [(&str, &[u8]); 2] = [("a", b"1"), ("index.mjs", b"host")];
        let unpacked = unpack(packed(&files).bytes()).unwrap();
        let unpacked: Vec<_> = unpacked
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .collect();
        assert_eq!(unpacked, files);
    }

    #[test]
    fn the_package_holds_host_wasm_and_configuration_and_nothing_else() {
        let configuration = Configuration::default();
        let files = unpack(Package::new(&configuration).unwrap().bytes()).unwrap();
        let host = netacea_edge::host::files();
        let mut expected: Vec<&str> = host.iter().map(|(name, _)| *name).collect();
        expected.extend([WASM, CONFIGURATION_FILE]);
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
        assert!(files[WASM].starts_with(b"\0asm"));
    }

    /// The older quota of viewer events, which not every account has left behind: with a larger
    /// package a plan would have to warn.
    #[test]
    fn the_package_is_small_enough_for_viewer_events_of_every_account() {
        assert!(CODE.len() < 1_000_000);
    }

    #[test]
    fn the_configuration_is_found_at_any_depth_and_the_shallowest_is_meant() {
        let files = |paths: &[&str]| -> BTreeMap<String, Vec<u8>> {
            let file = |path: &&str| ((*path).to_owned(), path.as_bytes().to_vec());
            paths.iter().map(file).collect()
        };
        let found = |paths: &[&str]| {
            let files = files(paths);
            let meant = configuration(&files);
            meant
                .map(|found| found.map(|(path, _)| path.clone()))
                .map_err(|several| several.len())
        };
        let some = |path: &str| Ok(Some(path.to_owned()));
        assert_eq!(
            found(&["index.mjs", "dist/NetaceaConfig.json.bak"]),
            Ok(None)
        );
        assert_eq!(
            found(&["dist/netaceaconfig.json", "aNetaceaConfig.json"]),
            Ok(None)
        );
        let deep = "dist/src/NetaceaConfig.json";
        assert_eq!(found(&[deep]), some(deep));
        let dist = "dist/NetaceaConfig.json";
        assert_eq!(
            found(&[deep, dist, "node_modules/x/NetaceaConfig.json"]),
            some(dist)
        );
        assert_eq!(
            found(&[dist, "NetaceaConfig.json"]),
            some("NetaceaConfig.json")
        );
        assert_eq!(
            found(&[dist, "./NetaceaConfig.json"]),
            some("./NetaceaConfig.json")
        );
        assert_eq!(found(&[deep, dist, "src/NetaceaConfig.json"]), Err(2));
    }

    #[test]
    fn debug_shows_no_content() {
        let bundle = packed(&[(CONFIGURATION_FILE, b"hunter2")]);
        assert!(
            !format!("{bundle:?}").contains("hunter2")
                && format!("{bundle:?}").contains(bundle.code_sha256())
        );
    }
}
