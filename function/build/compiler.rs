//! Which Rust compiler can build for a target, and how cargo is told to use it so that the result
//! does not depend on where it was built.
//!
//! The one in use does if it has the target's standard library. Otherwise Debian's `rustc-web`
//! builds that library from its source, `rust-web-src`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// A compiler that can build for a target.
pub(crate) enum Compiler {
    /// Has the target's standard library.
    Ready(PathBuf),
    /// Compiles it from source.
    Debian(PathBuf),
}

impl Compiler {
    /// `rustc` is the one in use. `None`: neither can.
    pub(crate) fn find(rustc: &Path, target: &str) -> Option<Self> {
        if has_library(rustc, target) {
            return Some(Self::Ready(rustc.to_owned()));
        }
        let debian = PathBuf::from(DEBIAN_RUSTC);
        let found = !library_sources(&debian).is_empty();
        found.then_some(Self::Debian(debian))
    }

    /// Whether the standard library is there already.
    pub(crate) fn has_library(&self) -> bool {
        matches!(self, Self::Ready(_))
    }

    /// Prepares a cargo command that builds for the target. `library` are the crates of the
    /// standard library that are built where it is not there, `flags` what else the compiler is
    /// given.
    pub(crate) fn prepare(
        &self,
        cargo: &mut Command,
        workspace: &Path,
        library: &str,
        flags: &[&str],
    ) {
        // What an outer build set for itself (flags, wrappers of clippy and coverage, profiles)
        // must not reach this one.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(is_inherited) {
                cargo.env_remove(name);
            }
        }
        let (Self::Ready(rustc) | Self::Debian(rustc)) = self;
        let mut all = remaps(workspace, rustc);
        all.extend(flags.iter().map(|flag| (*flag).to_owned()));
        // Unit separators, because a path may contain blanks.
        cargo
            .env("RUSTC", rustc)
            .env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
        if !self.has_library() {
            cargo
                .args(["-Z", &format!("build-std={library}")])
                .env("RUSTC_BOOTSTRAP", "1");
        }
    }
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

/// Directory names of this machine stay out of the bytes.
fn remaps(workspace: &Path, rustc: &Path) -> Vec<String> {
    let mut remaps = vec![(workspace.to_owned(), "/terraform-provider-netacea")];
    remaps.extend(cargo_home().map(|home| (home, "/cargo")));
    remaps.extend(
        library_sources(rustc)
            .into_iter()
            .map(|source| (source, "/rust")),
    );
    remaps
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect()
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
}

fn has_library(rustc: &Path, target: &str) -> bool {
    printed(rustc, &["--print", "target-libdir", "--target", target]).is_some_and(|folder| {
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
