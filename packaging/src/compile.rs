//! Compiles what is packed: the edge function once, the programs for each platform.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Error, Result, bail, ensure};

use self::wasm::compiler::Compiler;
use crate::checksums::sha256;
use crate::platform::Platform;
use crate::workspace;

#[path = "../../function/build/wasm.rs"]
mod wasm;

/// Where the build is below the workspace: apart from the builds of every day, whose flags differ.
const TARGET: &str = "target/dist";

/// The folder of the commands that `make setup` brings for cross compilation.
const ZIG: &str = ".tools/zig/bin";

/// The function that goes into every platform's binary: the file that `EDGE_WASM` names, or one
/// that is compiled now. It is put into `directory`, so that builds elsewhere take the same one.
pub(crate) fn edge_function(directory: &Path) -> Result<PathBuf> {
    let workspace = workspace::root()?;
    let built = wasm::build(&workspace, &workspace.join(TARGET), &cargo(), &rustc());
    let bytes = fs::read(built.map_err(Error::msg)?)?;
    fs::create_dir_all(directory)?;
    let file = fs::canonicalize(directory)?.join(wasm::FILE);
    if fs::read(&file).ok().as_ref() != Some(&bytes) {
        fs::write(&file, bytes)?;
    }
    println!("{}  {}", sha256(&file)?, file.display());
    Ok(file)
}

/// MinGW has the functions that guard the stack in a library of their own, which the linker is told
/// to use. Zig has them in its run time, so an empty library stands in. The path is relative to the
/// workspace, where the last crate is linked: the flags of a build are part of its result.
const STAND_IN: &str = "-Lnative=target/dist/stand-in";

fn stand_in(workspace: &Path) -> Result<()> {
    let folder = workspace.join(TARGET).join("stand-in");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("libssp_nonshared.a"), "!<arch>\n")?)
}

/// The program of the crate `package` for a platform; the provider's has that function in it.
pub(crate) fn program(package: &str, platform: &Platform, wasm: &Path) -> Result<PathBuf> {
    let target = platform.target;
    if let Some(system) = platform.native {
        ensure!(
            env::consts::OS == system,
            "{} can be built only on {system}, because it is linked against the SDK of that \
             system; the release workflow builds it. Remove it from TARGETS on this machine",
            platform.name
        );
    }
    let workspace = workspace::root()?;
    let rustc = rustc();
    let Some(compiler) = Compiler::find(&rustc, target) else {
        bail!(
            "no Rust compiler here has a standard library for {target}: run `rustup target add \
             {target}`, or install Debian's rustc-web and rust-web-src"
        );
    };
    let mut command = Command::new(cargo());
    command
        .current_dir(&workspace)
        .arg(if platform.native.is_some() {
            "build"
        } else {
            "zigbuild"
        })
        .args(["--locked", "--release", "--package", package])
        .args(["--target", target, "--target-dir", TARGET])
        .env("PATH", with_zig(&workspace)?)
        .env("EDGE_WASM", wasm);
    let flags: &[&str] = if target.ends_with("musl") {
        // The C library's start files come from zig, not from the Rust toolchain.
        &["-Clink-self-contained=no"]
    } else if target.ends_with("windows-gnu") {
        stand_in(&workspace)?;
        &[STAND_IN]
    } else {
        &[]
    };
    compiler.prepare(&mut command, &workspace, "std,panic_unwind", flags);
    let status = command.status().context("cannot start cargo")?;
    ensure!(
        status.success(),
        "{package} does not compile for {} ({status}); see cargo's messages above",
        platform.name
    );
    let binary = format!("{package}{}", platform.suffix);
    Ok(workspace
        .join(TARGET)
        .join(target)
        .join("release")
        .join(binary))
}

fn with_zig(workspace: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [workspace.join(ZIG)]
        .into_iter()
        .chain(env::split_paths(&path));
    env::join_paths(folders)
        .context("the path of the repository contains a character that PATH does not allow")
}

/// Cargo tells the programs that it runs where it is.
fn cargo() -> PathBuf {
    env::var_os("CARGO")
        .unwrap_or_else(|| "cargo".into())
        .into()
}

fn rustc() -> PathBuf {
    env::var_os("RUSTC")
        .unwrap_or_else(|| "rustc".into())
        .into()
}
