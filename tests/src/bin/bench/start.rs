//! [`Starts`]: a provider process from exec to the handshake line.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use rcgen::{CertificateParams, KeyPair};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::figure::Figure;

const STARTS: usize = 15;

/// The variable by which a plugin knows that it was not started by hand (go-plugin's magic cookie
/// for Terraform).
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// How long it takes until Terraform can connect, with TLS, and the memory held then.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    /// In milliseconds.
    pub(crate) time: Figure,
    /// In megabytes.
    pub(crate) memory: Figure,
}

impl Starts {
    pub(crate) fn measure(binary: &Path) -> Result<Self> {
        let certificate = CertificateParams::new(vec!["localhost".into()])?
            .self_signed(&KeyPair::generate()?)?
            .pem();
        let sockets = TempDir::with_prefix("netacea-bench-")?;
        let mut starts = Self::default();
        for _ in 0..STARTS {
            let mut command = Command::new(binary);
            command
                .env(COOKIE.0, COOKIE.1)
                .env("PLUGIN_PROTOCOL_VERSIONS", "6")
                .env("PLUGIN_CLIENT_CERT", &certificate)
                .env("PLUGIN_UNIX_SOCKET_DIR", sockets.path());
            let started = Instant::now();
            let mut child = command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()?;
            let mut line = String::new();
            BufReader::new(child.stdout.take().context("standard output")?).read_line(&mut line)?;
            starts.time.add(started.elapsed().as_secs_f64() * 1e3);
            starts.memory.add(resident_megabytes(child.id())?);
            let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            kill_process(process.context("process id")?, Signal::TERM)?;
            child.wait()?;
        }
        Ok(starts)
    }
}

/// The size of a binary as it is delivered: the release profile strips it.
pub(crate) fn print_size(name: &str, binary: &Path) -> Result<()> {
    let bytes = std::fs::metadata(binary)
        .with_context(|| format!("missing {}: run `make bench`", binary.display()))?
        .len();
    Figure::from_iter([bytes as f64 / 1e6]).print(name, "MB");
    Ok(())
}

fn resident_megabytes(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("VmRSS")?;
    let kilobytes: f64 = resident.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1e3)
}
