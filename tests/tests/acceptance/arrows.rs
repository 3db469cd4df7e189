//! The workspace's crates depend on each other as the architecture says.

use std::collections::BTreeSet;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Who may depend on whom; there is no other arrow. (acceptance → provider is an arrow to the built
/// binary.) The cipher is a room of the edge function, a crate only because cargo chooses between
/// speed and size by crate.
const ALLOWED: [(&str, &str); 3] = [
    ("netacea-edge", "netacea-edge-cipher"),
    ("terraform-provider-netacea", "tfplugin-rs"),
    ("terraform-provider-netacea", "netacea-edge"),
];

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
    let arrows: BTreeSet<(String, String)> = packages
        .iter()
        .flat_map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            dependencies.map(move |dependency| (name(package), name(dependency)))
        })
        .filter(|(_, to)| members.contains(to))
        .collect();
    let allowed = ALLOWED.map(|(from, to)| (from.to_owned(), to.to_owned()));
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
    Ok(())
}
