//! Makes what a release consists of, and installs a build for the user who made it. `make dist`,
//! `make dist-sums`, `make install` and `make uninstall` call it.
//!
//! The names and the layout are those of Terraform's registry: see "Release" in the provider
//! registry's documentation on publishing, and "Filesystem mirror" in that of the command line.

mod checksums;
mod compile;
mod home;
mod mirror;
mod package;
mod platform;
mod sbom;
mod signature;
mod workspace;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::platform::Platform;
use crate::workspace::{LAB, PROVIDER};

const USAGE: &str = "usage: packaging build DIRECTORY [PLATFORM...]  compile, pack and describe
       packaging pack DIRECTORY BINARY         pack a binary of this machine's platform
       packaging sums DIRECTORY                checksums, manifest, mirror and signature
       packaging install BINARY                put a binary where `terraform init` finds it
       packaging uninstall                     take it away again";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("packaging: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["build", directory, platforms @ ..] => build(Path::new(directory), platforms),
        ["pack", directory, binary] => {
            let file = package::write(Path::new(directory), Platform::host()?, Path::new(binary))?;
            println!("{}", file.display());
            Ok(())
        }
        ["sums", directory] => sums(Path::new(directory)),
        ["install", binary] => home::install(Path::new(binary)),
        ["uninstall"] => home::uninstall(),
        _ => bail!("{USAGE}"),
    }
}

/// Without platforms, the one of this machine. All of them get one and the same edge function.
fn build(directory: &Path, platforms: &[&str]) -> Result<()> {
    let platforms = match platforms {
        [] => vec![Platform::host()?],
        names => names
            .iter()
            .map(|name| Platform::named(name))
            .collect::<Result<_>>()?,
    };
    let wasm = compile::edge_function(directory)?;
    for platform in platforms {
        let provider = compile::program(PROVIDER, platform, &wasm)?;
        let mut files = vec![package::write(directory, platform, &provider)?];
        if platform.has_lab() {
            let lab = compile::program(LAB, platform, &wasm)?;
            files.push(package::write_lab(directory, platform, &lab, &provider)?);
        }
        files.extend(sbom::write(directory, platform)?);
        for file in files {
            println!("{}", file.display());
        }
    }
    Ok(())
}

fn sums(directory: &Path) -> Result<()> {
    let zips = package::find(directory)?;
    let sums = checksums::write(directory, &zips, &package::find_labs(directory)?)?;
    mirror::write(directory, &zips)?;
    println!("{}", sums.display());
    match signature::write(&sums)? {
        Some(signature) => println!("{}", signature.display()),
        None => println!(
            "not signed: to sign for a registry, set GPG_KEY to the id of a key in the keyring"
        ),
    }
    Ok(())
}
