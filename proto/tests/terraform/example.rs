//! Where the example providers are.

use std::path::{Path, PathBuf};

/// Cargo builds examples before integration tests, and puts them next to the tests' directory.
pub(crate) fn example_binary(name: &str) -> PathBuf {
    let binary = profile()
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "run `cargo build --example {name}` first: there is no {}",
        binary.display()
    );
    binary
}

/// Where cargo puts programs of the profile that is tested.
pub(crate) fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.parent().and_then(Path::parent);
    profile.expect("tests are in <profile>/deps").to_owned()
}
