//! The edge function: size of the package, load, and the path of a visitor who needs no call.

use std::io::Cursor;
use std::process::Command;

use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::figure::Figure;

const INSTANCES: usize = 5;

/// What `hot_path.mjs` prints: times in microseconds, CPU in milliseconds.
#[derive(Deserialize)]
struct Measured {
    load_cpu_ms: f64,
    first_cpu_ms: f64,
    p50_us: f64,
    p99_us: f64,
    cpu_us: f64,
}

pub(crate) fn measure(estate: &Estate) -> Result<()> {
    let protected = estate.example("manage-foreign-distribution")?;
    protected.apply()?;
    let arn = protected.resource("netacea_cloudfront_integration.shop")?["qualified_arn"].clone();
    let package = estate
        .emulator
        .functions()
        .package(arn.as_str().context("qualified_arn")?)?;
    Figure::from_iter([package.zip.len() as f64]).print("edge.zip_bytes", "bytes");

    let folder = TempDir::with_prefix("netacea-bench-")?;
    ZipArchive::new(Cursor::new(&package.zip))?.extract(folder.path())?;
    std::fs::write(
        folder.path().join("hot_path.mjs"),
        include_str!("hot_path.mjs"),
    )?;

    let mut figures: [Figure; 5] = Default::default();
    for _ in 0..INSTANCES {
        // A fresh session each time: the path without a call lasts only as long as the cookie.
        let answer = Visitor::new("Mozilla/5.0 (bench)", "203.0.113.10").get(&estate.edge, "/")?;
        let cookie = answer
            .values("set-cookie")
            .first()
            .and_then(|line| line.split(';').next())
            .context("no session cookie")?
            .to_owned();
        let output = Command::new(&estate.tools.node)
            .arg(folder.path().join("hot_path.mjs"))
            .arg(cookie)
            .env("NODE_EXTRA_CA_CERTS", estate.netacea.authority.file())
            .output()?;
        ensure!(
            output.status.success(),
            "hot_path.mjs: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let m: Measured = serde_json::from_slice(&output.stdout)?;
        for (figure, sample) in
            figures
                .iter_mut()
                .zip([m.load_cpu_ms, m.first_cpu_ms, m.p50_us, m.p99_us, m.cpu_us])
        {
            figure.add(sample);
        }
    }
    let calls = estate.netacea.protector.requests().len();
    ensure!(
        calls == INSTANCES,
        "{calls} calls of Protector for {INSTANCES} new visitors: the measured path was not the one without a call"
    );
    let names = [
        ("load_cpu", "ms"),
        ("first_event_cpu", "ms"),
        ("hot_p50", "us"),
        ("hot_p99", "us"),
        ("hot_cpu", "us"),
    ];
    for (figure, (name, unit)) in figures.into_iter().zip(names) {
        figure.print(&format!("edge.{name}"), unit);
    }
    protected.destroy()?;
    Ok(())
}
