//! `terraform-provider-netacea`: started by Terraform, serves the plugin protocol, and puts Netacea's bot protection on CloudFront.

mod aws;
mod bundle;
mod integration;
mod provider;

use anyhow::{Context, bail};
use tfplugin::ServeOptions;

/// Where the registry lists this provider.
const ADDRESS: &str = "registry.terraform.io/netacea/netacea";

fn main() -> anyhow::Result<()> {
    let mut debug = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-debug" | "--debug" => debug = true,
            "-version" | "--version" => {
                println!("terraform-provider-netacea {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            other => bail!("unknown argument {other}; known are -debug and -version. Terraform starts this program by itself"),
        }
    }
    let options = ServeOptions { address: ADDRESS.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), debug };
    tokio::runtime::Runtime::new()
        .context("cannot start the asynchronous runtime")?
        .block_on(tfplugin::serve(provider::Netacea, options))
        .context("cannot serve the plugin protocol")
}
