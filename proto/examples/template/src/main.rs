//! A Terraform provider for notes in a directory.

mod note;
mod note_lookup;
mod notes;
mod provider;

use std::process::ExitCode;

fn main() -> ExitCode {
    let address = "registry.terraform.io/example/acme";
    tfplugin::serve_from_args(provider::Acme, address, env!("CARGO_PKG_VERSION"))
}
