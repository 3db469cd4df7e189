//! Brings the edge function's wasm into the provider: `OUT_DIR/netacea_edge.wasm`.
//!
//! `EDGE_WASM=<file>` embeds that file, so that a release can put one and the same function into every platform's binary.
//! Otherwise a nested cargo compiles `function/` for wasm32-unknown-unknown, with the compiler in use if it has that target,
//! else with Debian's `rustc-web` and its library source. Bytes are the same in every directory for one compiler.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const TARGET: &str = "wasm32-unknown-unknown";
const FILE: &str = "netacea_edge.wasm";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const LINKERS: [&str; 2] = ["wasm-ld", "wasm-ld-14"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed=EDGE_WASM");
    match edge_wasm().and_then(|file| embed(&file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn edge_wasm() -> Result<PathBuf, String> {
    if let Some(file) = env::var_os("EDGE_WASM").filter(|file| !file.is_empty()) {
        let file = PathBuf::from(file);
        println!("cargo::rerun-if-changed={}", file.display());
        return Ok(file);
    }
    let workspace = workspace()?;
    for source in [
        "Cargo.lock",
        "Cargo.toml",
        "function/Cargo.toml",
        "function/src",
    ] {
        println!(
            "cargo::rerun-if-changed={}",
            workspace.join(source).display()
        );
    }
    compile(&workspace, &Compiler::find()?)
}

/// Refuses what is not wasm here, rather than at the first visitor.
fn embed(file: &Path) -> Result<(), String> {
    let bytes =
        fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    if !bytes.starts_with(b"\0asm") {
        return Err(format!("{} is not a WebAssembly file", file.display()));
    }
    let out = PathBuf::from(variable("OUT_DIR")?).join(FILE);
    fs::write(&out, bytes).map_err(|error| format!("cannot write {}: {error}", out.display()))
}

/// A compiler that can produce wasm.
enum Compiler {
    /// Has a precompiled standard library for the target.
    Ready(PathBuf),
    /// Debian's: compiles the standard library from source.
    Debian {
        rustc: PathBuf,
        linker: &'static str,
    },
}

impl Compiler {
    fn find() -> Result<Self, String> {
        let rustc = PathBuf::from(variable("RUSTC")?);
        if has_target(&rustc) {
            return Ok(Self::Ready(rustc));
        }
        let debian = PathBuf::from(DEBIAN_RUSTC);
        let linker = LINKERS
            .into_iter()
            .find(|linker| answers(linker, "--version"));
        match linker {
            Some(linker) if library_source(&debian).is_some() => Ok(Self::Debian {
                rustc: debian,
                linker,
            }),
            _ => Err(format!(
                "no Rust compiler here can build the edge function for {TARGET}. One of these sets it up:\n\
                 rustup target add {TARGET}\n\
                 apt-get update && apt-get install -y --no-install-recommends rustc-web rust-web-src lld\n\
                 or give a prebuilt function: EDGE_WASM=<file>"
            )),
        }
    }

    fn rustc(&self) -> &Path {
        match self {
            Self::Ready(rustc) | Self::Debian { rustc, .. } => rustc,
        }
    }
}

fn compile(workspace: &Path, compiler: &Compiler) -> Result<PathBuf, String> {
    let target_directory = target_directory()?.join("edge-wasm");
    let mut cargo = Command::new(variable("CARGO")?);
    cargo
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
        .arg(&target_directory)
        .stdin(Stdio::null());
    // What the outer build set for itself (flags, wrappers of clippy and coverage, profiles) must not reach the function.
    for (name, _) in env::vars_os() {
        let inherited = name.to_str().is_some_and(|name| {
            [
                "CARGO_BUILD_",
                "CARGO_PROFILE_",
                "CARGO_TARGET_",
                "CARGO_UNSTABLE_",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix))
                || [
                    "CARGO_ENCODED_RUSTFLAGS",
                    "RUSTFLAGS",
                    "RUSTC_WRAPPER",
                    "RUSTC_WORKSPACE_WRAPPER",
                ]
                .contains(&name)
        });
        if inherited {
            cargo.env_remove(name);
        }
    }
    cargo
        .env("RUSTC", compiler.rustc())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, compiler));
    if let Compiler::Debian { linker, .. } = compiler {
        cargo
            .args(["-Z", "build-std=std,panic_abort"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    let output = cargo
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "the edge function does not compile ({}):\n{text}",
            output.status
        ));
    }
    Ok(target_directory.join(TARGET).join("edge").join(FILE))
}

/// Directory names of this machine stay out of the bytes. Unit separators, because a path may contain blanks.
fn flags(workspace: &Path, compiler: &Compiler) -> String {
    let mut remaps = vec![(workspace.to_owned(), "/netacea-edge")];
    if let Some(home) = cargo_home() {
        remaps.push((home, "/cargo"));
    }
    if let Some(source) = library_source(compiler.rustc()) {
        remaps.push((source, "/rust"));
    }
    let flags: Vec<String> = remaps
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect();
    flags.join("\u{1f}")
}

fn workspace() -> Result<PathBuf, String> {
    let provider = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    provider
        .parent()
        .map(Path::to_owned)
        .ok_or_else(|| "the provider's folder has no parent".to_owned())
}

/// The root of cargo's output: not `OUT_DIR`, of which `clippy`, `test` and `build` each have their own. Cargo marks it.
fn target_directory() -> Result<PathBuf, String> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let root = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(root.unwrap_or(&out).to_owned())
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
}

fn has_target(rustc: &Path) -> bool {
    printed(rustc, &["--print", "target-libdir", "--target", TARGET]).is_some_and(|folder| {
        fs::read_dir(folder).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn library_source(rustc: &Path) -> Option<PathBuf> {
    let source =
        PathBuf::from(printed(rustc, &["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    source
        .join("library/std/Cargo.toml")
        .is_file()
        .then(|| fs::canonicalize(&source).unwrap_or(source))
}

fn printed(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn answers(program: impl AsRef<OsStr>, argument: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set; run this through cargo"))
}
