//! This build beside another one: the time and the memory of a plan of a hundred integrations.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use acceptance::aws::{Emulator, Proxy};
use acceptance::fixture::wide_distribution;
use acceptance::netacea::API_KEY;
use acceptance::terraform::{WorkingDirectory, wait_with_peak_memory};
use acceptance::toolchain::Toolchain;
use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::figure::Figure;

const INTEGRATIONS: usize = 100;
const BEHAVIORS: usize = 25;
const PLANS: usize = 9;

/// Creating a hundred functions takes the emulator minutes.
const PATIENCE: Duration = Duration::from_secs(900);

/// Plans in turn, this build and the one at `baseline`, over one estate that the latter has made.
/// There is nothing to do for either.
pub(crate) fn measure(tools: &Toolchain, baseline: PathBuf) -> Result<()> {
    let emulator = Emulator::start(&tools.ministack)?;
    let proxy = Proxy::start(&emulator)?;
    let sites: Map<String, Value> = (0..INTEGRATIONS)
        .map(|index| {
            let name = format!("site-{index}");
            let made = emulator.create_distribution(&wide_distribution(&name, BEHAVIORS)?)?;
            Ok((name, json!({ "distribution_id": made.id() })))
        })
        .collect::<Result<_>>()?;
    let sites = json!({ "sites": sites }).to_string();
    let open = |provider: PathBuf| -> Result<WorkingDirectory> {
        let tools = Toolchain {
            provider,
            ..tools.clone()
        };
        let endpoint = proxy.endpoint();
        let mut directory =
            WorkingDirectory::of_example(&tools, &endpoint, "many-distributions", &[])?;
        directory.variable("role_arn", "arn:aws:iam::000000000000:role/netacea-edge");
        directory.variable("netacea_api_key", API_KEY);
        directory.variable(
            "netacea_secret_key",
            "acceptance-secret-key-0123456789abcdef",
        );
        directory.write("sites.auto.tfvars.json", &sites)?;
        directory.set_limit(PATIENCE);
        directory.init()?;
        Ok(directory)
    };
    let theirs = open(baseline)?;
    theirs
        .run(&["apply", "-input=false", "-auto-approve", "-parallelism=64"])?
        .success()?;
    let ours = open(tools.provider.clone())?;
    ours.take_over(&theirs)?;
    let mut times = [Figure::default(), Figure::default()];
    let mut peaks = [Figure::default(), Figure::default()];
    for round in 0..PLANS {
        // Whoever comes second finds everything warm.
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let directory = [&theirs, &ours][which];
            let started = Instant::now();
            let plan = directory.start(&["plan", "-input=false", "-detailed-exitcode"])?;
            let (outcome, peak) = wait_with_peak_memory(plan)?;
            outcome.code(0)?;
            times[which].add(started.elapsed().as_secs_f64() * 1e3);
            peaks[which].add(peak);
        }
    }
    times[1].over(&times[0]).print("baseline.plan_time", "x");
    peaks[1]
        .over(&peaks[0])
        .print("baseline.plan_peak_memory", "x");
    let [_, ours] = times;
    ours.print("baseline.plan_ms", "ms");
    let [_, ours] = peaks;
    ours.print("baseline.plan_peak_mb", "MB");
    Ok(())
}
