use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::Error;

/// Lambda's limit on an unpacked package.
const MOST_BYTES: u64 = 250 << 20;

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
