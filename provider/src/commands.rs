//! What the program does in addition to serving Terraform, for whoever wants the package or the
//! hazards without an apply: the lab (`lab/`). Each reads standard input and writes standard
//! output.

mod distribution_hazards;
mod edge_package;
mod refusal;

use std::io::{Read, Write, stderr, stdin, stdout};
use std::process::ExitCode;

use refusal::Refusal;

/// Runs the command of this name; `None`: there is no such command.
pub(crate) fn run(name: &str) -> Option<ExitCode> {
    let command = match name {
        "edge-package" => edge_package::run,
        "distribution-hazards" => distribution_hazards::run,
        _ => return None,
    };
    let mut input = Vec::new();
    let outcome = stdin()
        .read_to_end(&mut input)
        .map_err(|error| Refusal::of(format!("cannot read standard input: {error}")))
        .and_then(|_| command(&input, &mut stderr()));
    let written = outcome.and_then(|output| {
        let mut out = stdout().lock();
        out.write_all(&output)
            .and_then(|()| out.flush())
            .map_err(|error| Refusal::of(format!("cannot write to standard output: {error}")))
    });
    Some(match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusal(lines)) => {
            for line in lines {
                eprintln!("{line}");
            }
            ExitCode::FAILURE
        }
    })
}
