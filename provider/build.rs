//! Brings the edge function into the provider: `OUT_DIR/edge.zip`, wasm and host, compressed as far
//! as deflate goes. That takes a second, which no `terraform apply` has to wait for.

use std::env;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use zip::ZipWriter;

#[path = "../function/src/host.rs"]
#[allow(unreachable_pub)]
mod host;
#[path = "src/bundle/pack.rs"]
mod pack;
#[path = "../function/build/wasm.rs"]
mod wasm;

/// Levels above 9 are zopfli's: fifteen attempts at each block.
const ZOPFLI: i64 = 24;

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
    // The root of cargo's output, which cargo marks: `clippy`, `test` and `build` each have an
    // `OUT_DIR` of their own.
    let target = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .unwrap_or(&out);
    let file = wasm::build(workspace, target, &variable("CARGO")?, &variable("RUSTC")?)?;
    let wasm =
        fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let host = host::files();
    let host = host.iter().map(|(name, code)| (*name, code.as_bytes()));
    let mut files: Vec<(&str, &[u8])> = host.collect();
    files.push((wasm::FILE, &wasm));
    files.sort_unstable_by_key(|(name, _)| *name);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let zip = pack::add(&mut zip, &files, ZOPFLI)
        .and_then(|()| zip.finish())
        .map_err(|error| format!("cannot pack the edge function: {error}"))?
        .into_inner();
    let package = out.join("edge.zip");
    fs::write(&package, zip).map_err(|error| format!("cannot write {}: {error}", package.display()))
}

fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{name} is not set; run this through cargo"))
}
