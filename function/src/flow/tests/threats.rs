//! The page of threats names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_threat_names_tests_that_exist() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = String::new();
    let mut names = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "tests"].map(|name| package.join(name)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".rs") {
                texts.push_str(&fs::read_to_string(&path).unwrap());
            }
            names.push(name);
        }
    }
    let page = fs::read_to_string(package.join("../docs/design/THREATS.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let cited: Vec<&str> = rows
        .filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(cited.len() > 20, "{cited:?}");
    for test in cited {
        let exists = match test.ends_with(".rs") || test.ends_with(".mjs") {
            true => names.iter().any(|name| name == test),
            false => texts.contains(&format!("fn {test}(")),
        };
        assert!(
            exists,
            "docs/design/THREATS.md names {test}, which does not exist"
        );
    }
}
