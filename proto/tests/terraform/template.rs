//! The template that a new provider is copied from, tried as its README says.

use crate::example::profile;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

const CONFIGURATION: &str = include_str!("../../examples/template/terraform/main.tf");
const OVERRIDES: &str = include_str!("../../examples/template/dev.tfrc");
const MANIFEST: &str = include_str!("../../examples/template/Cargo.toml");
const PAGE: &str = include_str!("../../docs/getting-started.md");

/// What a person puts into the file of the overrides.
const DIRECTORY: &str = "/home/you/terraform-provider-acme/target/debug";

terraforms!(the_template_is_tried_as_its_readme_says);

fn the_template_is_tried_as_its_readme_says(terraform: &Terraform) {
    let name = format!("terraform-provider-acme{}", std::env::consts::EXE_SUFFIX);
    assert!(
        profile().join(&name).exists(),
        "run `cargo build --package terraform-provider-acme` first: there is no {name} in {:?}",
        profile()
    );
    let workspace = Workspace::bare(terraform, CONFIGURATION);
    let directory = profile().display().to_string();
    workspace.add_file("terraformrc", &OVERRIDES.replace(DIRECTORY, &directory));

    let applied = workspace.succeeds(&["apply", "-auto-approve"]);
    assert!(shows(&applied, "text = \"hello\""), "{applied}");
    workspace.plans_nothing();
    workspace.add_file("greeting.txt", "hello, world");
    let corrected = workspace.succeeds(&["apply", "-auto-approve"]);
    assert!(corrected.contains("1 changed"), "{corrected}");
    workspace.succeeds(&["state", "rm", "acme_note.greeting"]);
    workspace.succeeds(&["import", "acme_note.greeting", "greeting"]);
    workspace.plans_nothing();
    let destroyed = workspace.succeeds(&["destroy", "-auto-approve"]);
    assert!(destroyed.contains("1 destroyed"), "{destroyed}");
    assert!(!workspace.path().join("greeting.txt").exists());
}

#[test]
fn the_page_shows_what_is_in_the_template() {
    assert!(PAGE.contains(OVERRIDES.trim()), "{OVERRIDES}");
    let stated = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("rust-version"));
        line.expect("it is stated").to_owned()
    };
    let workspace = include_str!("../../../Cargo.toml");
    assert_eq!(stated(MANIFEST), stated(workspace));
    assert_eq!(stated(PAGE), stated(workspace));
}
