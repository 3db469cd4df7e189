//! How the function becomes wasm. Used by the provider's build script, which embeds it, by the
//! host's tests, and for a release.
//!
//! `EDGE_WASM=<file>` gives that file, so that a release can put one and the same function into
//! every platform's binary. Otherwise a nested cargo compiles `function/` for
//! wasm32-unknown-unknown. Bytes are the same in every directory for one compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::compiler::Compiler;

#[path = "compiler.rs"]
pub(crate) mod compiler;

/// Name of the file, here and in the zip.
pub(crate) const FILE: &str = "netacea_edge.wasm";

const TARGET: &str = "wasm32-unknown-unknown";
const LINKERS: [&str; 2] = ["wasm-ld", "wasm-ld-14"];

/// Compiles the function, or finds it where `EDGE_WASM` says. `target` is cargo's output folder, in
/// which the nested build gets its own; `rustc` the compiler in use. The error says what to set up.
pub(crate) fn build(
    workspace: &Path,
    target: &Path,
    cargo: &Path,
    rustc: &Path,
) -> Result<PathBuf, String> {
    let file = match env::var_os("EDGE_WASM").filter(|file| !file.is_empty()) {
        Some(file) => PathBuf::from(file),
        None => compile(
            workspace,
            &target.join("edge-wasm"),
            cargo,
            &Compiler::find(rustc, TARGET).ok_or_else(missing)?,
        )?,
    };
    // What is not wasm is refused here, rather than at the first visitor.
    let bytes =
        fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    if bytes.starts_with(b"\0asm") {
        Ok(file)
    } else {
        Err(format!("{} is not a WebAssembly file", file.display()))
    }
}

/// What to do where no compiler can produce wasm.
fn missing() -> String {
    format!(
        "no Rust compiler here can build the edge function for {TARGET}. One of these sets it up:\n\
         rustup target add {TARGET}\n\
         apt-get update && apt-get install -y --no-install-recommends rustc-web rust-web-src lld\n\
         or give a prebuilt function: EDGE_WASM=<file>"
    )
}

fn compile(
    workspace: &Path,
    target: &Path,
    cargo: &Path,
    compiler: &Compiler,
) -> Result<PathBuf, String> {
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace)
        .args([
            "rustc",
            "--quiet",
            "--locked",
            "--package",
            "netacea-edge",
            "--lib",
        ])
        .args([
            "--crate-type",
            "cdylib",
            "--profile",
            "edge",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(target)
        .stdin(Stdio::null());
    compiler.prepare(&mut command, workspace, "std,panic_abort", &[FEATURES]);
    if !compiler.has_library() {
        let linker = LINKERS.into_iter().find(|linker| answers(linker));
        let linker = linker.ok_or_else(missing)?;
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    let output = command
        .output()
        .map_err(|error| format!("cannot start {}: {error}", cargo.display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "the edge function does not compile ({}):\n{text}",
            output.status
        ));
    }
    Ok(target.join(TARGET).join("edge").join(FILE))
}

/// Every supported Node has 128-bit vectors, with which SHA-256 takes a third of the time.
const FEATURES: &str = "-Ctarget-feature=+simd128";

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
