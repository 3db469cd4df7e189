//! The provider: start, plan, memory, size.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use acceptance::estate::Estate;
use acceptance::terraform::WorkingDirectory;
use anyhow::{Context, Result};
use rcgen::{CertificateParams, KeyPair};

use crate::figure::Figure;

const STARTS: usize = 15;
const PLANS: usize = 9;

/// What the host sets so that a plugin knows it was not started by hand (go-plugin's magic cookie of Terraform).
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

pub(crate) fn measure(estate: &Estate) -> Result<()> {
    let binary = &estate.tools.provider;
    let megabytes = std::fs::metadata(binary)?.len() as f64 / 1e6;
    Figure::from_iter([megabytes]).print("provider.binary_mb", "MB");
    starts(binary)?;
    plans(estate)
}

/// From exec to the handshake line, with TLS, and the memory held then.
fn starts(binary: &Path) -> Result<()> {
    let certificate = CertificateParams::new(vec!["localhost".into()])?
        .self_signed(&KeyPair::generate()?)?
        .pem();
    let (mut time, mut memory) = (Figure::default(), Figure::default());
    for _ in 0..STARTS {
        let mut command = Command::new(binary);
        command
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            .env("PLUGIN_CLIENT_CERT", &certificate);
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("standard output")?).read_line(&mut line)?;
        time.add(started.elapsed().as_secs_f64() * 1e3);
        memory.add(resident_megabytes(child.id())?);
        child.kill()?;
        child.wait()?;
    }
    time.print("provider.handshake_tls", "ms");
    memory.print("provider.idle_rss_mb", "MB");
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

/// An empty plan over an applied integration, against an empty plan over `terraform_data`, in turn.
fn plans(estate: &Estate) -> Result<()> {
    let plain = estate.configuration("resource \"terraform_data\" \"nothing\" {}\n")?;
    let protected = estate.example("manage-foreign-distribution")?;
    plain.apply()?;
    protected.apply()?;
    let (mut ours, mut theirs) = (Figure::default(), Figure::default());
    for _ in 0..PLANS {
        theirs.add(plan(&plain)?);
        ours.add(plan(&protected)?);
    }
    ours.over(&theirs).print("provider.plan_ratio_tls", "x");
    ours.print("provider.plan_ms", "ms");
    protected.destroy()?;
    Ok(())
}

fn plan(directory: &WorkingDirectory) -> Result<f64> {
    let started = Instant::now();
    directory
        .run(&["plan", "-input=false", "-detailed-exitcode"])?
        .code(0)?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}
