//! The edge function as it is deployed, next to the vendor's plugin for another CDN and a baseline
//! written by hand: size, load, the path of a visitor who needs no call, and of one who needs one.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use acceptance::estate::Estate;
use acceptance::netacea::{API_KEY, NetaceaServices};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::figure::Figure;

/// Every contestant has one turn in each.
const ROUNDS: usize = 5;

const SCRIPTS: [(&str, &str); 12] = [
    ("baseline.mjs", include_str!("edge/baseline.mjs")),
    ("cold.mjs", include_str!("edge/cold.mjs")),
    ("compare.mjs", include_str!("edge/compare.mjs")),
    ("configuration.mjs", include_str!("edge/configuration.mjs")),
    ("hot_path.mjs", include_str!("edge/hot_path.mjs")),
    ("jwe.mjs", include_str!("edge/jwe.mjs")),
    ("miss.mjs", include_str!("edge/miss.mjs")),
    ("network.mjs", include_str!("edge/network.mjs")),
    ("ours.mjs", include_str!("edge/ours.mjs")),
    ("session.mjs", include_str!("edge/session.mjs")),
    ("sibling.mjs", include_str!("edge/sibling.mjs")),
    ("visit.mjs", include_str!("edge/visit.mjs")),
];

/// What a script prints: a number for each name.
type Measured = BTreeMap<String, f64>;

pub(crate) fn measure(estate: Estate) -> Result<()> {
    let package = deployed(&estate)?;
    Figure::from_iter([package.len() as f64]).print("edge.zip_bytes", "bytes");
    // The account ends here, and its emulator: nothing else runs during the measurement.
    let Estate { netacea, tools, .. } = estate;
    let track = Track::lay(&tools, &netacea, &package)?;
    hot(&track, "plain", "")?;
    hot(&track, "encrypted", "_encrypted")?;
    hot_with_bypass(&track)?;
    cold(&track)?;
    miss(&netacea, &track)
}

/// The package that the provider has published.
fn deployed(estate: &Estate) -> Result<Vec<u8>> {
    let protected = estate.example("manage-foreign-distribution")?;
    protected.apply()?;
    let arn = protected.resource("netacea_cloudfront_integration.shop")?["qualified_arn"].clone();
    let arn = arn.as_str().context("qualified_arn")?;
    let zip = estate.emulator.functions().package(arn)?.zip;
    protected.destroy()?;
    Ok(zip)
}

/// A visitor with a valid session. The published plugin does all its work in one go; ours is asked
/// at two events. So `hot_cpu_vs_sibling` is an event of ours, half a visit, over the whole path of
/// the sibling; `hot_visit_cpu_vs_sibling` is the whole visit over the same. Against the baseline
/// in JavaScript, which has two events as well, it is visit over visit.
fn hot(track: &Track, encryption: &str, suffix: &str) -> Result<()> {
    track.configure(&track.run(&track.node, "configuration.mjs", &[encryption])?)?;
    let cookie = track.run(&track.node, "session.mjs", &[encryption])?;
    let mut figures: BTreeMap<&str, Figure> = BTreeMap::new();
    for node in [&track.node, &track.newest_node] {
        track.run(node, "compare.mjs", &[encryption, &cookie])?;
    }
    for _ in 0..ROUNDS {
        let turn = |node, contestant| {
            track.measured(node, "hot_path.mjs", &[contestant, encryption, &cookie])
        };
        let (ours, sibling) = (turn(&track.node, "ours")?, turn(&track.node, "sibling")?);
        let (newest, baseline) = (
            turn(&track.newest_node, "ours")?,
            turn(&track.newest_node, "baseline")?,
        );
        let visit = |measured: &Measured| measured["request_us"] + measured["response_us"];
        for (name, value) in [
            ("hot_p50", ours["p50_us"]),
            ("hot_p99", ours["p99_us"]),
            ("hot_cpu", visit(&ours) / 2.0),
            ("hot_request_cpu", ours["request_us"]),
            ("hot_response_cpu", ours["response_us"]),
            ("hot_sibling_cpu", visit(&sibling)),
            ("hot_js_cpu", visit(&baseline) / 2.0),
            ("hot_cpu_vs_sibling", visit(&ours) / 2.0 / visit(&sibling)),
            ("hot_visit_cpu_vs_sibling", visit(&ours) / visit(&sibling)),
            ("hot_cpu_vs_js", visit(&newest) / visit(&baseline)),
        ] {
            figures.entry(name).or_default().add(value);
        }
    }
    for (name, figure) in figures {
        let unit = if name.contains("_vs_") { "x" } else { "us" };
        figure.print(&format!("edge.{name}{suffix}"), unit);
    }
    Ok(())
}

/// The same visitor with long bypass lists that do not match their request: the whole visit,
/// compared with one without lists.
fn hot_with_bypass(track: &Track) -> Result<()> {
    let cookie = track.run(&track.node, "session.mjs", &["plain"])?;
    let mut figures: [Figure; 2] = Default::default();
    for _ in 0..ROUNDS {
        let turn = |configuration| {
            track.configure(&track.run(&track.node, "configuration.mjs", &[configuration])?)?;
            let measured =
                track.measured(&track.node, "hot_path.mjs", &["ours", "plain", &cookie])?;
            anyhow::Ok((measured["request_us"] + measured["response_us"]) / 2.0)
        };
        let (with, without) = (turn("bypass")?, turn("plain")?);
        for (figure, sample) in figures.iter_mut().zip([with, with / without]) {
            figure.add(sample);
        }
    }
    let [with, ratio] = figures;
    with.print("edge.hot_cpu_with_bypass", "us");
    ratio.print("edge.hot_cpu_with_bypass_vs_without", "x");
    Ok(())
}

/// Load and first event, each in a fresh process. The first visitor has a session and needs no
/// call; `cold.mjs` says what each contestant has loaded by then to make one.
fn cold(track: &Track) -> Result<()> {
    track.configure(&track.run(&track.node, "configuration.mjs", &["plain"])?)?;
    let cookie = track.run(&track.node, "session.mjs", &["plain"])?;
    let mut figures: [Figure; 4] = Default::default();
    for _ in 0..3 * ROUNDS {
        let turn = |contestant| track.measured(&track.node, "cold.mjs", &[contestant, &cookie]);
        let (ours, sibling) = (turn("ours")?, turn("sibling")?);
        let whole = |measured: &Measured| measured["load_ms"] + measured["first_event_ms"];
        let samples = [
            ours["load_ms"],
            ours["first_event_ms"],
            whole(&sibling),
            whole(&ours) / whole(&sibling),
        ];
        for (figure, sample) in figures.iter_mut().zip(samples) {
            figure.add(sample);
        }
    }
    let names = [
        ("load_cpu", "ms"),
        ("first_event_cpu", "ms"),
        ("cold_sibling_cpu", "ms"),
        ("cold_cpu_vs_sibling", "x"),
    ];
    for (figure, (name, unit)) in figures.into_iter().zip(names) {
        figure.print(&format!("edge.{name}"), unit);
    }
    Ok(())
}

/// A visitor without a session: one call to Protector on loopback, over TLS.
fn miss(netacea: &NetaceaServices, track: &Track) -> Result<()> {
    let settings = json!({
        "apiKey": API_KEY, "secretKey": "bench-secret-key", "mitigationType": "MITIGATE",
        "mitigationServiceUrl": netacea.protector.url(), "ingestServiceUrl": netacea.ingest.url(),
    });
    track.configure(&settings.to_string())?;
    let mut figures: [Figure; 3] = Default::default();
    for _ in 0..ROUNDS {
        let measured = track.measured(&track.node, "miss.mjs", &[])?;
        ensure!(
            measured["connections"] == 1.0,
            "{} connections for visitors one after the other: they are not kept open",
            measured["connections"]
        );
        for (figure, name) in figures.iter_mut().zip(["p50_us", "p99_us", "cpu_us"]) {
            figure.add(measured[name]);
        }
    }
    for (figure, name) in figures
        .into_iter()
        .zip(["miss_p50", "miss_p99", "miss_cpu"])
    {
        figure.print(&format!("edge.{name}"), "us");
    }
    Ok(())
}

/// A folder with the unpacked package, the scripts, and the programs that run them.
struct Track {
    folder: TempDir,
    /// The oldest supported runtime, or the installed one.
    node: PathBuf,
    newest_node: PathBuf,
    sibling: PathBuf,
    authority: PathBuf,
}

impl Track {
    fn lay(tools: &Toolchain, netacea: &NetaceaServices, package: &[u8]) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-bench-")?;
        ZipArchive::new(Cursor::new(package))?.extract(folder.path().join("zip"))?;
        for (name, script) in SCRIPTS {
            std::fs::write(folder.path().join(name), script)?;
        }
        let brought = Toolchain::workspace().join(".tools");
        let track = Self {
            folder,
            node: tools.node.clone(),
            newest_node: brought.join("node-24/bin/node"),
            sibling: brought.join("sibling"),
            authority: netacea.authority.file().to_owned(),
        };
        for needed in [&track.newest_node, &track.sibling] {
            ensure!(
                needed.exists(),
                "{} is not there: `.ci/setup bench` brings it",
                needed.display()
            );
        }
        Ok(track)
    }

    fn configure(&self, json: &str) -> Result<()> {
        let file = self.folder.path().join("zip/NetaceaConfig.json");
        std::fs::write(file, json).context("NetaceaConfig.json")
    }

    fn measured(&self, node: &Path, script: &str, arguments: &[&str]) -> Result<Measured> {
        let output = self.run(node, script, arguments)?;
        serde_json::from_str(&output).with_context(|| format!("{script} printed {output}"))
    }

    fn run(&self, node: &Path, script: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(node)
            .current_dir(self.folder.path())
            .arg(script)
            .args(arguments)
            .env("NODE_EXTRA_CA_CERTS", &self.authority)
            .env("NETACEA_SIBLING", &self.sibling)
            // The same as the function's: the workspace has one version.
            .env("NETACEA_EDGE_VERSION", env!("CARGO_PKG_VERSION"))
            .env_remove("NODE_OPTIONS")
            .output()
            .with_context(|| format!("cannot start {}", node.display()))?;
        ensure!(
            output.status.success(),
            "{script} {}: {}",
            arguments.first().unwrap_or(&""),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }
}
