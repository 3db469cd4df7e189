//! The function under load: published by the provider, associated, and driven by what was
//! published.

use std::thread;
use std::time::{Duration, Instant};

use acceptance::aws::Faults;
use acceptance::estate::Estate;
use acceptance::load::{Visit, VisitorLoad};
use acceptance::netacea::{Kinesis, Ledger};
use anyhow::{Result, ensure};

/// What Lambda gives the function.
pub(crate) const MEMORY: u64 = 128 << 20;

/// The stream of those that log to Kinesis.
const STREAM: &str = "netacea-logs";

/// The longest pause of the function between two attempts is 30 seconds; some of them, and the
/// attempts.
const SETTLES_WITHIN: Duration = Duration::from_secs(100);

/// An estate whose site is protected with these arguments in place of the example's; its edge
/// serves the configuration of then.
pub(crate) fn published(arguments: &str) -> Result<Estate> {
    let estate = Estate::build()?;
    let terraform = estate.example("manage-foreign-distribution")?;
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n{arguments}\n}}\n"),
    )?;
    terraform.apply()?;
    estate.edge.hold_configuration()?;
    estate.origin.stop_recording();
    estate.netacea.protector.stop_recording();
    Ok(estate)
}

/// The ingest settings that lead to [`kinesis`], with the secrets that they need, around the other
/// `settings`.
pub(crate) fn with_kinesis(settings: impl Fn(&str) -> String, queue_max_entries: u32) -> String {
    let ingest = format!(
        "type = \"KINESIS\", queue_max_entries = {queue_max_entries}, kinesis = {{ stream_name = \"{STREAM}\", max_age_seconds = 1 }}"
    );
    let secrets = "secrets_wo = {
      api_key            = var.netacea_api_key
      secret_key         = var.netacea_secret_key
      kinesis_access_key = \"AKIAEXAMPLE\"
      kinesis_secret_key = \"kinesis-secret-key\"
    }";
    format!("{}\n{secrets}", settings(&ingest))
}

/// The stream of an estate, with `faults` in front of it, where its functions look for it.
pub(crate) fn kinesis(estate: &Estate, faults: Faults) -> Result<Kinesis> {
    let stream = estate.emulator.create_stream(STREAM, Kinesis::REGION)?;
    let tls = estate.netacea.authority.server_configuration()?;
    let kinesis = Kinesis::open(tls, stream, faults)?;
    estate.edge.redirect(Kinesis::HOST, kinesis.port());
    Ok(kinesis)
}

/// Waits until nothing waits any more in any instance and all that the function counted is told.
///
/// Entries leave in order, and each tells of what was counted before it was written. Newcomers go
/// to every instance; when their entries have arrived and no call is open, every count that belongs
/// to what has arrived so far is made, and the next newcomer's entry tells it. The newcomers' own
/// entries may be sent twice as well, so this is repeated until no further copy arrives.
pub(crate) fn settle(
    estate: &Estate,
    load: &VisitorLoad<'_>,
    visits: &mut Vec<Visit>,
    ledger: impl Fn() -> Result<Ledger>,
) -> Result<Ledger> {
    let started = Instant::now();
    let mut copies = None;
    loop {
        let newcomers = load.knock_everywhere()?;
        visits.extend(newcomers.iter().cloned());
        let settled = loop {
            let looked = Instant::now();
            let ledger = ledger()?;
            let mut instances = estate.edge.vitals()?.into_iter();
            if newcomers
                .iter()
                .all(|visit| ledger.entry(visit.number).is_some())
                && instances.all(|vitals| vitals.connections() == 0)
            {
                break ledger;
            }
            ensure!(
                started.elapsed() < SETTLES_WITHIN,
                "of {} entries {} arrived and {} are counted as dropped; the newest are still missing",
                load.sent(),
                ledger.arrived(),
                ledger.dropped
            );
            thread::sleep(looked.elapsed().max(Duration::from_millis(200)));
        };
        if copies == Some(settled.duplicates()) {
            return Ok(settled);
        }
        copies = Some(settled.duplicates());
    }
}

/// Every entry arrived or is counted as dropped. Some may be both: `uncertain` is how many can have
/// arrived without the function hearing of it.
pub(crate) fn check_account(ledger: &Ledger, due: usize, uncertain: u64) {
    let dropped = ledger.dropped;
    let missing = due as u64 - ledger.arrived();
    assert!(
        (missing..=missing + uncertain).contains(&dropped),
        "{missing} entries are missing, {dropped} are counted as dropped; of {uncertain} nobody can know"
    );
    let (duplicates, resent) = (ledger.duplicates(), ledger.resent);
    assert!(
        duplicates <= resent,
        "{duplicates} copies arrived, {resent} are counted"
    );
}

/// For those who read.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}
