//! Binaries for machines that are not here: arm64 in an emulator of its processor, Windows under
//! Wine.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use acceptance::estate::Estate;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::EXAMPLE;
use crate::release::{Release, program};

/// An emulated processor is ten to twenty times slower.
const LIMIT: Duration = Duration::from_secs(600);

#[test]
#[ignore = "needs qemu-aarch64 and the zip for linux_arm64: make dist-test"]
fn on_arm64_it_plans_applies_and_settles() -> Result<()> {
    let estate = estate("linux_arm64", "exec qemu-aarch64")?;
    let mut directory = estate.estate.example(EXAMPLE)?;
    directory.set_limit(LIMIT);
    directory.plan(&[])?.outcome.says(&["Plan: 1 to add"])?;
    directory.apply()?;
    let second = directory.plan(&[])?;
    ensure!(
        second.outcome.code == 0,
        "not settled:\n{}",
        second.outcome.text
    );
    directory.destroy()?;
    Ok(())
}

#[test]
#[ignore = "needs wine64 and the zip for windows_amd64: make dist-test"]
fn on_windows_it_plans_over_tcp() -> Result<()> {
    let prefix = TempDir::with_prefix("netacea-wine-")?;
    // Debian keeps it out of PATH.
    let start = format!(
        "export WINEPREFIX={} WINEDEBUG=-all PATH=$PATH:/usr/lib/wine\nexec wine64",
        prefix.path().display()
    );
    let estate = estate("windows_amd64", &start)?;
    stand_in_for_bcryptprimitives(estate.folder.path())?;
    // Wine installs itself at its first start. That may take longer than the minute within which
    // Terraform expects a provider to start.
    let version = Command::new(&estate.estate.tools.provider)
        .arg("-version")
        .output()?;
    ensure!(
        version.status.success(),
        "{}",
        String::from_utf8_lossy(&version.stderr)
    );
    let mut directory = estate.estate.example(EXAMPLE)?;
    directory.set_limit(LIMIT);
    directory.plan(&[])?.outcome.says(&["Plan: 1 to add"])
}

/// Windows has the library since 10, and Rust takes its random numbers from it; Debian's Wine does
/// not have it yet. It goes where the binary is.
fn stand_in_for_bcryptprimitives(folder: &Path) -> Result<()> {
    let source = folder.join("prng.c");
    fs::write(
        &source,
        "#include <windows.h>\n#include <ntsecapi.h>\n__declspec(dllexport) BOOL \
         ProcessPrng(PBYTE data, SIZE_T length) {\n    return RtlGenRandom(data, \
         (ULONG)length);\n}\n",
    )?;
    let zig = Toolchain::workspace().join(".tools/zig/bin/python3");
    let output = Command::new(zig)
        .args(["-m", "ziglang", "cc", "-target", "x86_64-windows-gnu"])
        .args(["-shared", "-o", "bcryptprimitives.dll"])
        .arg(source)
        .arg("-ladvapi32")
        .current_dir(folder)
        .output()
        .context("zig is not there: run `make dist` first")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

struct Emulated {
    estate: Estate,
    folder: TempDir,
}

/// An estate whose provider is the binary for `platform`, started with `start`.
fn estate(platform: &str, start: &str) -> Result<Emulated> {
    let folder = TempDir::with_prefix("netacea-emulated-")?;
    let binary = Release::find()?.unpack(platform, folder.path())?;
    let provider = folder.path().join("provider");
    program(
        &provider,
        &format!("{start} {} \"$@\"", Path::new(&binary).display()),
    )?;
    let tools = Toolchain {
        provider,
        ..Toolchain::find()?
    };
    Ok(Emulated {
        estate: Estate::build_with(tools)?,
        folder,
    })
}
