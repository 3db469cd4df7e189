//! `netacea-edge-lab`: a site behind the simulated edge with Netacea's function in it, and a
//! console that shows what happens, all on loopback.
//!
//! ```text
//!   browser ──▶ site ──▶ acceptance::edge::EdgeLocation ──▶ the package in Node.js
//!                │             │                                │
//!                │             └──▶ shop, or --origin           └──▶ judge (Protector), ingest
//!                └──▶ journal ──▶ feed ──▶ console ◀── browser
//! ```
//!
//! `lab.rs` holds everything together, `run.rs` starts and ends it, and `site.rs` and `console.rs`
//! are the two listeners.

mod acts;
mod arguments;
mod browsers;
mod captcha;
mod condition;
mod console;
mod cookies;
mod counters;
mod distribution;
mod exchange;
mod feed;
mod journal;
mod judge;
mod kinesis;
mod lab;
mod loopback;
mod node;
mod package;
mod provider;
mod rewriting;
mod run;
mod settings;
mod shop;
mod site;
mod visitor;

use std::process::ExitCode;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{}", arguments::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("netacea-edge-lab: {error}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match in_a_folder(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("netacea-edge-lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that is written to disk is in one folder, which is gone at the end.
fn in_a_folder(arguments: &Arguments) -> Result<()> {
    let folder =
        TempDir::with_prefix("netacea-edge-lab-").context("cannot make a temporary folder")?;
    // This fails only if a temporary folder was used before, which did not happen.
    let _ = tempfile::env::override_temp_dir(folder.path());
    run::run(arguments, folder.path())
}
