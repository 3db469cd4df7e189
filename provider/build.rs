//! Brings the edge function into the provider: `OUT_DIR/netacea_edge.wasm`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[path = "../function/build/wasm.rs"]
mod wasm;

fn main() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Result<(), String> {
    let provider = variable("CARGO_MANIFEST_DIR")?;
    let workspace = provider
        .parent()
        .ok_or("the provider's folder has no parent")?;
    println!("cargo::rerun-if-env-changed=EDGE_WASM");
    match env::var_os("EDGE_WASM").filter(|file| !file.is_empty()) {
        Some(file) => println!("cargo::rerun-if-changed={}", Path::new(&file).display()),
        None => {
            for source in [
                "Cargo.lock",
                "Cargo.toml",
                "function/Cargo.toml",
                "function/build",
                "function/cipher",
                "function/src",
            ] {
                println!(
                    "cargo::rerun-if-changed={}",
                    workspace.join(source).display()
                );
            }
        }
    }
    let out = variable("OUT_DIR")?;
    // The root of cargo's output, which cargo marks: `clippy`, `test` and `build` each have an `OUT_DIR` of their own.
    let target = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .unwrap_or(&out);
    let file = wasm::build(workspace, target, &variable("CARGO")?, &variable("RUSTC")?)?;
    let copy = out.join(wasm::FILE);
    fs::copy(&file, &copy).map_err(|error| format!("cannot write {}: {error}", copy.display()))?;
    Ok(())
}

fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{name} is not set; run this through cargo"))
}
