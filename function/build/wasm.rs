//! How the function becomes wasm. Used by the provider's build script, which embeds it, and by the
//! host's tests.
//!
//! `EDGE_WASM=<file>` gives that file, so that a release can put one and the same function into
//! every platform's binary. Otherwise a nested cargo compiles `function/` for
//! wasm32-unknown-unknown, with the compiler in use if it has that target, else with Debian's
//! `rustc-web` and its library source. Bytes are the same in every directory for one compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Name of the file, here and in the zip.
pub(crate) const FILE: &str = "netacea_edge.wasm";

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
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
            &Compiler::find(rustc)?,
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
    fn find(rustc: &Path) -> Result<Self, String> {
        if has_target(rustc) {
            return Ok(Self::Ready(rustc.to_owned()));
        }
        let debian = PathBuf::from(DEBIAN_RUSTC);
        let linker = LINKERS.into_iter().find(|linker| answers(linker));
        match linker {
            Some(linker) if !library_sources(&debian).is_empty() => Ok(Self::Debian {
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
    // What the outer build set for itself (flags, wrappers of clippy and coverage, profiles) must
    // not reach the function.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_inherited) {
            command.env_remove(name);
        }
    }
    command
        .env("RUSTC", compiler.rustc())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, compiler));
    if let Compiler::Debian { linker, .. } = compiler {
        command
            .args(["-Z", "build-std=std,panic_abort"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
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

fn is_inherited(name: &str) -> bool {
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
}

/// Every supported Node has 128-bit vectors, with which SHA-256 takes a third of the time.
const FEATURES: &str = "-Ctarget-feature=+simd128";

/// Directory names of this machine stay out of the bytes. Unit separators, because a path may
/// contain blanks.
fn flags(workspace: &Path, compiler: &Compiler) -> String {
    let mut remaps = vec![(workspace.to_owned(), "/netacea-edge")];
    remaps.extend(cargo_home().map(|home| (home, "/cargo")));
    remaps.extend(
        library_sources(compiler.rustc())
            .into_iter()
            .map(|source| (source, "/rust")),
    );
    let flags: Vec<String> = remaps
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .chain([FEATURES.to_owned()])
        .collect();
    flags.join("\u{1f}")
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

/// Where the library's source is, under its name in the compiler's folder and under the one that
/// links lead to.
fn library_sources(rustc: &Path) -> Vec<PathBuf> {
    let sysroot = printed(rustc, &["--print", "sysroot"]);
    let source = sysroot.map(|sysroot| PathBuf::from(sysroot).join("lib/rustlib/src/rust"));
    let Some(source) = source.filter(|source| source.join("library/std/Cargo.toml").is_file())
    else {
        return Vec::new();
    };
    fs::canonicalize(&source)
        .into_iter()
        .chain([source])
        .collect()
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

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
