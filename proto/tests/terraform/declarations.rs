//! A provider whose declarations Terraform would refuse.

use std::fs;

use crate::example::example_binary;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(every_fault_of_the_declarations_is_shown_and_nothing_about_architectures);

const FAULTY: &str = r#"
terraform {
  required_providers {
    faulty = { source = "example/faulty" }
  }
}
resource "faulty_Page" "x" {
}
"#;

fn every_fault_of_the_declarations_is_shown_and_nothing_about_architectures(terraform: &Terraform) {
    let workspace = Workspace::bare(terraform, FAULTY);
    let name = format!("terraform-provider-faulty{}", std::env::consts::EXE_SUFFIX);
    fs::copy(example_binary("faulty"), workspace.path().join(name)).expect("it can be copied");
    let directory = workspace.path();
    let overrides = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"example/faulty\" = {directory:?}\n  }}\n}}\n"
    );
    workspace.add_file("terraformrc", &overrides);
    for command in ["validate", "plan"] {
        let refusal = workspace.exits(1, &[command]);
        for fault in [
            "5 problems",
            "the address in ServeOptions is \"example/faulty\"",
            "the version in ServeOptions is \"new\"",
            "Bug in the provider's declarations: resource faulty_Page, attribute number: its \
             check refuses its default: pages are counted from 1",
            "resource faulty_Page, attribute text: mark it as required, optional, computed",
            "resource faulty_Page: its TYPE is \"Page\"",
        ] {
            assert!(shows(&refusal, fault), "{command}: {fault}: {refusal}");
        }
        for guess in ["architecture", "Unrecognized remote plugin message"] {
            assert!(!refusal.contains(guess), "{command}: {guess}: {refusal}");
        }
    }
}
