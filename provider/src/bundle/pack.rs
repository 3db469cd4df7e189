//! Writes a zip that is the same bytes everywhere. `build.rs` packs the code with it, the provider
//! adds the configuration.

use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Lambda runs as another user than the one who packed.
const READABLE_BY_ALL: u32 = 0o644;

/// Adds files. What a zip could take from its surroundings is fixed: time, mode and system.
pub(crate) fn add(
    zip: &mut ZipWriter<Cursor<Vec<u8>>>,
    files: &[(&str, &[u8])],
    level: i64,
) -> ZipResult<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(level))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(READABLE_BY_ALL)
        .system(System::Unix);
    for (name, content) in files {
        zip.start_file(*name, options)?;
        zip.write_all(content)?;
    }
    Ok(())
}
