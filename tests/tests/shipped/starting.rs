//! Size of the static binary; no library and no interpreter is asked for.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::release::Release;

/// Bytes. What a user downloads is about half of it.
const LARGEST: u64 = 16 << 20;

#[test]
#[ignore = "needs the zips of a release: make dist-test"]
fn binaries_for_linux_are_static_and_small() -> Result<()> {
    let release = Release::find()?;
    let mut tried = 0;
    for platform in ["linux_amd64", "linux_arm64"] {
        if !release.zip(platform).is_file() {
            continue;
        }
        let folder = TempDir::with_prefix("netacea-static-")?;
        let binary = release.unpack(platform, folder.path())?;
        let size = fs::metadata(&binary)?.len();
        ensure!(size <= LARGEST, "{platform} has {size} bytes");
        let output = Command::new("readelf")
            .args(["--program-headers", "--dynamic", "--wide"])
            .arg(&binary)
            .output()?;
        let headers = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && headers.contains("LOAD"),
            "readelf: {headers}"
        );
        ensure!(
            !headers.contains("INTERP") && !headers.contains("(NEEDED)"),
            "{platform} asks for a loader or a library:\n{headers}"
        );
        tried += 1;
    }
    ensure!(
        tried > 0,
        "no zip for Linux in {}",
        release.folder.display()
    );
    Ok(())
}
