//! The lab, in a process of its own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, copy, read_to_string, sink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Process;
use crate::toolchain::{Toolchain, built};

/// A lab on free ports. When it is dropped, it ends as it does after Ctrl-C.
#[derive(Debug)]
pub struct Lab {
    /// The console's address, such as `http://127.0.0.1:41233/__lab/`.
    pub console: String,
    /// The time from the start of the program until it printed the address.
    pub ready: Duration,
    /// The program.
    pub process: Process,
}

impl Lab {
    /// Starts a lab with this command, and reads the address that it prints.
    ///
    /// # Errors
    /// If it does not start; the error has what it printed.
    pub fn start(command: &mut Command) -> Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut process = Process::start("the lab", command)?;
        let stdout = process.child().stdout.take().context("standard output")?;
        let stderr = process.child().stderr.take().context("standard error")?;
        let complaint = thread::spawn(move || read_to_string(stderr));
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let ready = started.elapsed();
        let console = line.trim_end();
        if !console.ends_with("/__lab/") {
            process.stop();
            let complaint = complaint.join().unwrap_or_else(|_| Ok(String::new()))?;
            bail!("the lab printed {console:?} and said {complaint:?}");
        }
        // What it prints later must not fill the pipe.
        thread::spawn(move || copy(&mut stdout, &mut sink()));
        Ok(Self {
            console: console.to_owned(),
            ready,
            process,
        })
    }
}

/// The built lab with these arguments, with Node.js and Terraform on its `PATH`. Its temporary
/// files go to `folder`.
pub fn command<S: AsRef<OsStr>>(arguments: &[S], folder: &Path) -> Result<Command> {
    let program = built("netacea-edge-lab");
    ensure!(
        program.is_file(),
        "missing {}: run `cargo build --package netacea-edge-lab`",
        program.display()
    );
    let tools = Toolchain::find()?;
    let mut path: Vec<_> = [&tools.node, &tools.terraform]
        .iter()
        .filter_map(|tool| tool.parent().map(Path::to_owned))
        .collect();
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("PATH", env::join_paths(path)?)
        .env("TMPDIR", folder);
    Ok(command)
}
