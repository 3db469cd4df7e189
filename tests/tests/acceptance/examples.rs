//! Every configuration in `examples/` is formatted, applies, and settles.
//!
//! * `stories`: the folders with a `main.tf`, found by themselves: validate, apply, empty plan,
//!   destroy, nothing left
//! * `emit`: `existing-estate`: what is emitted fits the owner's distribution and moves it
//! * `canary`: a staging distribution, the comparison, the promotion and the dial
//! * `promises`: what single stories say beyond that
//! * `mocked`: `terraform test` with `mock_provider`, as authors of modules run it
//! * `registry`: the files that the registry's pages show

mod canary;
mod emit;
mod mocked;
mod promises;
mod registry;
mod stories;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

#[test]
fn every_example_is_formatted() -> Result<()> {
    let terraform = Toolchain::find()?.terraform;
    let output = Command::new(terraform)
        .args(["fmt", "-check", "-recursive", "-diff"])
        .arg(examples())
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    assert!(
        output.status.success(),
        "run `terraform fmt -recursive examples`:\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}

/// The names within `examples/<folder>`, in order.
fn entries(folder: &str) -> Result<Vec<String>> {
    let path = examples().join(folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn text(path: &str) -> Result<String> {
    fs::read_to_string(examples().join(path)).with_context(|| format!("examples/{path}"))
}

fn examples() -> PathBuf {
    Toolchain::workspace().join("examples")
}
