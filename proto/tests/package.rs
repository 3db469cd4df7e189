//! What a release of the crate consists of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Everything that is not in a folder. The first three are cargo's.
const FILES: [&str; 11] = [
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml.orig",
    "CHANGELOG.md",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "build.rs",
    "goplugin.proto",
    "tfplugin6.proto",
];

/// The folders, and what is in them.
const FOLDERS: [(&str, &str); 3] = [("docs", "md"), ("examples", "rs"), ("src", "rs")];

#[test]
fn the_package_consists_of_what_the_crate_needs_and_of_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wanted: BTreeSet<String> = FILES.map(str::to_owned).into();
    for (folder, extension) in FOLDERS {
        add(root, folder, extension, &mut wanted);
    }
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root)
        .output()
        .expect("cargo runs this test");
    assert!(output.status.success(), "{output:?}");
    let listed = String::from_utf8(output.stdout).expect("paths are text");
    let listed: BTreeSet<String> = listed
        .lines()
        .map(|path| path.replace(std::path::MAIN_SEPARATOR, "/"))
        .collect();
    let missing: Vec<_> = wanted.difference(&listed).collect();
    let superfluous: Vec<_> = listed.difference(&wanted).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty(),
        "missing: {missing:?}, superfluous: {superfluous:?}; see `include` in Cargo.toml"
    );
}

/// The files below a folder, without packages in it: those are released on their own or not at all.
fn add(root: &Path, folder: &str, extension: &str, files: &mut BTreeSet<String>) {
    let path = root.join(folder);
    if path.join("Cargo.toml").exists() {
        return;
    }
    for entry in fs::read_dir(path).expect("the folder is there") {
        let entry = entry.expect("it can be read");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            add(root, &name, extension, files);
        } else if Path::new(&name)
            .extension()
            .is_some_and(|one| one == extension)
        {
            files.insert(name);
        }
    }
}
