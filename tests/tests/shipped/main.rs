//! What is shipped, as the people who install it meet it.
//!
//! `make test` runs this with the built provider, packed by the code that packs a release. `make
//! dist-test` runs it with the zips in `dist/` (`DIST` names the folder), and adds what only a
//! release's binary can show, or what takes long: those tests are ignored otherwise.
//!
//! * `mirrors`: from a folder and from a web server, by each Terraform
//! * `lock_file`: the hashes that Terraform locks are those of `SHA256SUMS`
//! * `tampering`: a zip that somebody has changed is refused
//! * `plugin_cache`: two `terraform init` at once share one copy
//! * `installing`: `make install` needs no configuration, `make uninstall` leaves nothing
//! * `signing`: the signature verifies, and only over these sums
//! * `starting`: size of the static binary, and what is inside it; no library is asked for
//! * `empty_root`: it works where there is nothing but the binary
//! * `lab`: the lab starts from its zip, with the provider that is in it
//! * `other_machines`: arm64 in an emulator, Windows under Wine
//! * `reproducing`: a second build in another folder makes the same zip

mod empty_root;
mod installing;
mod lab;
mod lock_file;
mod mirrors;
mod other_machines;
mod plugin_cache;
mod release;
mod reproducing;
mod signing;
mod starting;
mod tampering;

use acceptance::estate::Estate;
use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::{Result, ensure};

/// The example that a new user begins with.
const EXAMPLE: &str = "quickstart";

/// An estate for each Terraform.
fn estates() -> Result<Vec<Estate>> {
    let tools = Toolchain::of_each_terraform(true)?;
    tools.into_iter().map(Estate::build_with).collect()
}

/// What Terraform says at `init` of every provider that does not come from a registry: there are no
/// hashes for other platforms.
const INCOMPLETE: &str = "Incomplete lock file information for providers";

/// Initializes, and plans what the example creates. Nothing warns, but for [`INCOMPLETE`].
fn plans_without_a_warning(directory: &WorkingDirectory) -> Result<()> {
    let init = directory.init()?;
    let plan = directory.plan(&[])?;
    for outcome in [&init, &plan.outcome] {
        let warnings = outcome.diagnostics();
        let mut unexpected = warnings.iter().filter(|found| found.summary != INCOMPLETE);
        ensure!(
            unexpected.next().is_none(),
            "`terraform {}` warns:\n{}",
            outcome.command,
            outcome.text
        );
    }
    plan.outcome
        .says(&["Plan: 1 to add, 0 to change, 0 to destroy"])
}
