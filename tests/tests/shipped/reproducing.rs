//! A second build in another folder makes the same zip.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use crate::release::{Release, host};

#[test]
#[ignore = "compiles the provider again: make dist-test"]
fn a_second_build_in_another_folder_makes_the_same_zip() -> Result<()> {
    let release = Release::find()?;
    let workspace = Toolchain::workspace();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a second build, in another folder");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run(Command::new("git")
        .args(["clone", "--quiet", "--no-hardlinks"])
        .arg(workspace)
        .arg(&folder))?;
    symlink(workspace.join(".tools"), folder.join(".tools"))?;
    run(Command::new("make")
        .arg("dist")
        .arg(format!("TARGETS={}", host()))
        .current_dir(&folder)
        .env_remove("EDGE_WASM")
        .env_remove("GPG_KEY"))?;
    let second = Release {
        folder: folder.join("dist"),
    };
    let files = |release: &Release| {
        let wasm = release.folder.join("netacea_edge.wasm");
        [wasm, release.host_sbom(), release.host_zip()]
    };
    for (first, second) in files(&release).iter().zip(files(&second)) {
        let same = read(first)? == read(&second)?;
        ensure!(
            same,
            "{} and {} differ, or there are changes that are not committed",
            first.display(),
            second.display()
        );
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| file.display().to_string())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
