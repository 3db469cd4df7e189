//! `terraform-provider-netacea`: started by Terraform, serves the plugin protocol, and puts
//! Netacea's bot protection on CloudFront.

mod actions;
mod association;
mod aws;
mod bundle;
mod claimant;
mod client;
mod commands;
mod data;
#[cfg(test)]
mod estate_tests;
mod functions;
mod hazards;
mod integration;
mod lists;
mod log_groups;
mod lookout;
mod placement;
mod private_keys;
mod provider;
mod roster;
mod timeouts;
mod value_at_apply;

use std::process::ExitCode;

/// Where the registry lists this provider.
const ADDRESS: &str = "registry.terraform.io/netacea/netacea";
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    if let Some(code) = command.and_then(|name| commands::run(&name)) {
        return code;
    }
    tfplugin::serve_from_args(provider::Netacea, ADDRESS, VERSION)
}
