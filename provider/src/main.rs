//! `terraform-provider-netacea`: started by Terraform, serves the plugin protocol, and puts
//! Netacea's bot protection on CloudFront.

mod association;
mod aws;
mod bundle;
mod claimant;
mod client;
mod data;
#[cfg(test)]
mod estate_tests;
mod functions;
mod hazards;
mod integration;
mod lookout;
mod placement;
mod provider;
mod roster;
mod settled;
mod timeouts;

use std::process::ExitCode;

use anyhow::{Context, bail};
use tfplugin::ServeOptions;

/// Where the registry lists this provider.
const ADDRESS: &str = "registry.terraform.io/netacea/netacea";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// An AWS call nests so many futures that a build without optimisation needs more than the default
/// 2 MiB. Untouched pages cost nothing.
const STACK_BYTES: usize = 16 * 1024 * 1024;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("terraform-provider-netacea: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut debug = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-debug" | "--debug" => debug = true,
            "-version" | "--version" => {
                println!("terraform-provider-netacea {VERSION}");
                return Ok(());
            }
            other => bail!(
                "unknown argument {other}; known are -debug and -version. Terraform starts this \
                 program by itself"
            ),
        }
    }
    let options = ServeOptions::new(ADDRESS, VERSION).debug(debug);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .context("cannot start the asynchronous runtime")?
        .block_on(tfplugin::serve(provider::Netacea, options))
        .context("cannot serve the plugin protocol")
}
