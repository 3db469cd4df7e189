//! Size of the static binary, and what is inside it; no library and no interpreter is asked for.

use std::fs;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
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

#[test]
#[ignore = "needs the files of a release: make dist-test"]
fn the_bill_of_materials_names_what_is_linked_and_no_folder() -> Result<()> {
    let sbom = Release::find()?.host_sbom();
    let text = fs::read_to_string(&sbom).with_context(|| sbom.display().to_string())?;
    let bom: Value = serde_json::from_str(&text)?;
    ensure!(bom["bomFormat"] == "CycloneDX", "not CycloneDX");
    let described = &bom["metadata"]["component"];
    ensure!(
        described["name"] == "terraform-provider-netacea"
            && described["version"] == env!("CARGO_PKG_VERSION"),
        "it is about {described}"
    );
    let components = bom["components"].as_array().context("no components")?;
    for linked in ["aws-lc-sys", "aws-sdk-cloudfront", "netacea-edge", "rustls"] {
        let found = components
            .iter()
            .any(|component| component["name"] == linked && component["purl"].is_string());
        ensure!(found, "{linked} is missing");
    }
    let root = Toolchain::workspace().to_string_lossy();
    ensure!(!text.contains(&*root), "it names the folder {root}");
    Ok(())
}
