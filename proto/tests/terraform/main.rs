//! Real Terraform drives the example providers through their whole life.
//!
//! Every scenario is a function of the [`terraform::Terraform`] it runs on, and `terraforms!` makes
//! one test of it for each that has what it needs: `installed` is whatever is on the `PATH`, 1.11
//! or newer; `newest` is 1.15, brought by `make setup`. A Terraform that is missing fails its
//! tests. Everything else (home directory, plugin mirror, state, store) is temporary.
//!
//! | room | what |
//! |---|---|
//! | [`lifecycle`] | init, plan, apply, nothing left to do, update, drift, replace, destroy |
//! | [`importing`] | by command, by block, by generated configuration |
//! | [`dynamic`] | attributes of any type |
//! | [`write_only`] | secrets that are in no plan and no state, and their rotation |
//! | [`identity`] | import by identity (1.12) |
//! | [`moving`] | moved resources, state of other versions |
//! | [`ephemeral`] | values that are nowhere but in memory |
//! | [`renaming`] | objects that get another identity (1.12) |
//! | [`provider_meta`] | what modules tell the provider |
//! | [`deferring`] | what is put off until the next plan |
//! | [`masking`] | secrets that are in no line of the log |
//! | [`listing`] | `terraform query` (1.14) |
//! | [`actions`] | triggered and invoked (1.14) |
//! | [`functions`] | calls in expressions |
//! | [`ignoring`] | `ignore_changes` |
//! | [`refusals`] | bad input, and a panic |
//! | [`bugs`] | a provider that does not keep its word |
//! | [`declarations`] | a provider that declares what Terraform would refuse |
//! | [`interrupts`] | Ctrl-C, and a Terraform that dies |
//! | [`timeouts`] | what takes too long |
//! | [`process`] | no TLS, logs, the end of the process, attaching to a debugger |
//! | [`planning`] | what declarations do about plans: blocks in sets, limits, notations, replacement |
//! | [`parallel`] | 64 resources at once |
//! | [`testing`] | `terraform test` |
//! | [`crate_page`] | the provider that the documentation begins with |
//! | [`template`] | the provider that a new one is copied from |
//! | [`conformance`] | what the client in the test kit says of generated cases, compared with Terraform |
//! | [`cross_check`] | values of generated types, compared with what Terraform makes of them |

mod attached;
mod example;
mod terraform;
mod workspace;

/// Declares the tests: each scenario once for every Terraform that can run it.
macro_rules! terraforms {
    ($($scenario:ident),+ $(,)?) => {
        mod installed {
            $(#[test] fn $scenario() { super::$scenario(crate::terraform::Terraform::installed()); })+
        }
        mod newest {
            $(#[test] fn $scenario() { super::$scenario(crate::terraform::Terraform::newest()); })+
        }
    };
    // Newer than what `installed` must be, so the only one that surely has it is `newest`.
    (since $version:literal: $($scenario:ident),+ $(,)?) => {
        mod newest {
            $(#[test] fn $scenario() { super::$scenario(crate::terraform::Terraform::newest()); })+
        }
    };
}

mod actions;
mod bugs;
mod conformance;
mod crate_page;
mod cross_check;
mod declarations;
mod deferring;
mod dynamic;
mod ephemeral;
mod functions;
mod identity;
mod ignoring;
mod importing;
#[cfg(unix)]
mod interrupts;
mod lifecycle;
mod listing;
mod masking;
mod moving;
mod parallel;
mod planning;
mod process;
mod provider_meta;
mod refusals;
mod renaming;
mod template;
mod testing;
mod timeouts;
mod write_only;

/// Whether Terraform shows that, however it aligns its columns.
fn shows(output: &str, wanted: &str) -> bool {
    output
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .contains(wanted)
}
