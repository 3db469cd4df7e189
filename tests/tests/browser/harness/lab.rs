//! The lab: the built program in a process of its own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::{env, thread};

use acceptance::process::Process;
use acceptance::toolchain::{Toolchain, built};
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A lab on free ports. When it is dropped, it ends as it does after Ctrl-C.
pub(crate) struct Lab {
    /// The console's address, such as `http://127.0.0.1:41233/__lab/`.
    pub(crate) console: String,
    process: Process,
    _folder: TempDir,
}

impl Lab {
    /// Ends it as Ctrl-C does.
    pub(crate) fn end(&mut self) {
        self.process.stop();
    }

    /// Starts one and reads the address that it prints.
    pub(crate) fn start<S: AsRef<OsStr>>(arguments: &[S]) -> Result<Self> {
        let program = built("netacea-edge-lab");
        ensure!(
            program.is_file(),
            "missing {}: run `cargo build --package netacea-edge-lab`",
            program.display()
        );
        let folder = TempDir::with_prefix("netacea-lab-browser-")?;
        let node = Toolchain::find()?.node;
        let path = env::var_os("PATH").unwrap_or_default();
        let path = node
            .parent()
            .into_iter()
            .map(Into::into)
            .chain(env::split_paths(&path));
        let mut command = Command::new(&program);
        command
            .args(arguments)
            .env("PATH", env::join_paths(path)?)
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut process = Process::start("the lab", &mut command)?;
        let said = process.child().stdout.take().context("no output")?;
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        let console = lines.find(|line| line.ends_with("/__lab/"));
        // What it prints later must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            console: console.context("the lab ended before it printed the console's address")?,
            process,
            _folder: folder,
        })
    }
}
