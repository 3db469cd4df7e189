//! The workspace's crates depend on each other as docs/design/ARCHITECTURE.md says.

use std::collections::BTreeSet;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Which crate may depend on which; there is no other arrow. (acceptance → provider is an arrow to
/// the built binary, and so is lab → provider.) The cipher is a room of the edge function, a crate
/// only because cargo chooses between speed and size by crate.
const ALLOWED: [(&str, &str, Kind); 7] = [
    ("acceptance", "loopback-aws", Kind::Normal),
    ("netacea-edge", "netacea-edge-cipher", Kind::Normal),
    ("netacea-edge-lab", "acceptance", Kind::Normal),
    // The template that a new provider is copied from.
    ("terraform-provider-acme", "tfplugin-rs", Kind::Normal),
    ("terraform-provider-netacea", "loopback-aws", Kind::Test),
    ("terraform-provider-netacea", "netacea-edge", Kind::Normal),
    ("terraform-provider-netacea", "tfplugin-rs", Kind::Normal),
];

/// Crates that are published nowhere, and only tests and the lab depend on.
const FOR_TESTS: [&str; 3] = ["acceptance", "loopback-aws", "netacea-edge-lab"];

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Normal,
    Test,
    Build,
}

impl Kind {
    fn of(dependency: &Value) -> Self {
        match dependency["kind"].as_str() {
            Some("dev") => Self::Test,
            Some("build") => Self::Build,
            _ => Self::Normal,
        }
    }
}

#[test]
fn no_crate_of_the_workspace_depends_on_another_unless_the_architecture_allows_it() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(Toolchain::workspace())
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let arrows: BTreeSet<(String, String, Kind)> = packages
        .iter()
        .flat_map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            dependencies
                .map(move |dependency| (name(package), name(dependency), Kind::of(dependency)))
        })
        .filter(|(_, to, _)| members.contains(to))
        .collect();
    let allowed = ALLOWED.map(|(from, to, kind)| (from.to_owned(), to.to_owned(), kind));
    let forbidden: Vec<_> = arrows
        .iter()
        .filter(|arrow| !allowed.contains(arrow))
        .collect();
    assert!(
        forbidden.is_empty(),
        "arrows that the architecture does not allow: {forbidden:?}"
    );
    assert_eq!(
        arrows.len(),
        allowed.len(),
        "an arrow of the architecture is missing: {arrows:?}"
    );
    for package in packages {
        let is_for_tests = FOR_TESTS.contains(&name(package).as_str());
        let nowhere = package["publish"].as_array().is_some_and(Vec::is_empty);
        assert!(
            !is_for_tests || nowhere,
            "{} must not be published",
            name(package)
        );
    }
    Ok(())
}
