//! Log entries while three calls in ten fail: every one arrives or is counted as dropped, in
//! bounded memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::aws::{Effect, Faults};
use acceptance::edge::Vitals;
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::load::{Pace, Visit, VisitorLoad, Who};
use acceptance::netacea::{Ledger, Verdict, random_faults};
use anyhow::Result;

use crate::published::{
    MEMORY, check_account, kinesis, mebibytes, published, settle, with_kinesis,
};

/// The share of calls that fail.
const SHARE: f64 = 0.3;
/// A call to ingest may take so many milliseconds; the default where nothing else is said.
const DEADLINE: u32 = 3000;
const SHORT_DEADLINE: u32 = 1000;
const OUTAGE: &[Effect] = &[Effect::Answer(503, ""), Effect::ResetBefore];
/// Humans with a session, humans without, and bots.
const WHO: &[Who] = &[
    Who::Regular,
    Who::Regular,
    Who::Newcomer,
    Who::Regular,
    Who::Bot,
];

#[test]
fn kinesis_failing_three_times_in_ten_loses_no_entry_without_counting_it() -> Result<()> {
    let effort = Effort::wanted()?;
    // The largest queue, so that memory is what bounds it.
    let estate = published(&with_kinesis(
        |ingest| settings(effort.of(SHORT_DEADLINE, DEADLINE), ingest),
        100_000,
    ))?;
    let kinesis = kinesis(&estate, random_faults(effort.seed, SHARE, Effect::KINESIS))?;
    let load = VisitorLoad::new(&estate.edge, 2, WHO);
    let count = effort.of(1000, 100_000);
    let run = Run::through(&estate, &load, count, kinesis.faults(), || kinesis.ledger())?;
    assert_eq!(kinesis.refusals(), Vec::<String>::new());
    run.report(effort, "kinesis", kinesis.faults());
    run.check(effort);
    Ok(())
}

#[test]
fn http_ingest_failing_three_times_in_ten_loses_no_entry_without_counting_it() -> Result<()> {
    let effort = Effort::wanted()?;
    // A small queue in the sample, so that entries are dropped there too.
    let queue = effort.of(100, 1000);
    let ingest = format!("url = var.ingest_url, queue_max_entries = {queue}");
    let estate = published(&settings(effort.of(SHORT_DEADLINE, DEADLINE), &ingest))?;
    let faults = Arc::new(random_faults(effort.seed, SHARE, Effect::INGEST));
    estate.netacea.ingest.keep_ledger(faults.clone());
    let load = VisitorLoad::new(&estate.edge, 2, WHO);
    let count = effort.of(1000, 100_000);
    let run = Run::through(&estate, &load, count, &faults, || {
        Ok(estate.netacea.ingest.ledger())
    })?;
    run.report(effort, "http", &faults);
    run.check(effort);
    Ok(())
}

#[test]
fn an_outage_of_kinesis_costs_the_oldest_entries_and_no_memory_beyond_the_queue() -> Result<()> {
    let effort = Effort::wanted()?;
    let estate = published(&with_kinesis(|ingest| settings(DEADLINE, ingest), 100_000))?;
    let kinesis = kinesis(&estate, random_faults(effort.seed, 1.0, OUTAGE))?;
    // Long entries: the queue is full of bytes long before it is full of entries. The sample does
    // not fill it.
    let load = VisitorLoad::new(&estate.edge, 1, &[Who::Verbose]);
    let count = effort.of(150, 10_000);
    let run = Run::through(&estate, &load, count, kinesis.faults(), || kinesis.ledger())?;
    run.report(effort, "outage", kinesis.faults());
    run.check(effort);
    assert_eq!(run.ledger.dropped > 0, effort.is_full, "the queue's size");
    Ok(())
}

fn settings(deadline: u32, ingest: &str) -> String {
    format!(
        "settings = {{
          mitigation_type = \"MITIGATE\"
          protector = {{ url = var.protector_url, timeout_ms = {deadline} }}
          ingest = {{ {ingest} }}
        }}"
    )
}

/// What a load left behind.
struct Run {
    visits: Vec<Visit>,
    ledger: Ledger,
    vitals: Vec<Vitals>,
    took: Duration,
}

impl Run {
    fn through(
        estate: &Estate,
        load: &VisitorLoad<'_>,
        count: u64,
        faults: &Faults,
        ledger: impl Fn() -> Result<Ledger>,
    ) -> Result<Self> {
        let netacea = &estate.netacea;
        netacea
            .protector
            .judge_user_agent("scraper", Verdict::BLOCKED);
        let started = Instant::now();
        let mut visits = load.run(Pace::Count(count))?;
        let took = started.elapsed();
        faults.suspend(true);
        let ledger = settle(estate, load, &mut visits, ledger)?;
        Ok(Self {
            visits,
            ledger,
            vitals: estate.edge.vitals()?,
            took,
        })
    }

    fn missing(&self) -> u64 {
        self.visits.len() as u64 - self.ledger.arrived()
    }

    fn peak(&self) -> u64 {
        let peaks = self.vitals.iter().map(|vitals| vitals.resident_peak);
        peaks.max().unwrap_or_default()
    }

    fn report(&self, effort: Effort, kind: &str, faults: &Faults) {
        let name = |name: &str| format!("ingest.{kind}.{name}");
        let per_second = self.visits.len() as f64 / self.took.as_secs_f64();
        effort.report(&name("visits"), self.visits.len(), "log entries due");
        effort.report(&name("rate"), format!("{per_second:.0}"), "rps");
        effort.report(&name("arrived"), self.ledger.arrived(), "entries");
        effort.report(
            &name("dropped"),
            self.ledger.dropped,
            "entries, as counted by the function",
        );
        effort.report(&name("missing"), self.missing(), "entries, as counted here");
        effort.report(
            &name("uncertain"),
            self.ledger.uncertain(),
            "more may be counted than are missing",
        );
        effort.report(&name("duplicates"), self.ledger.duplicates(), "copies");
        effort.report(
            &name("resent"),
            self.ledger.resent,
            "copies possible, as counted by the function",
        );
        effort.report(
            &name("unexplained"),
            self.ledger.unexplained_duplicates(),
            "copies of entries whose arrival was answered",
        );
        let struck: u64 = faults.struck().values().sum();
        effort.report(
            &name("failed"),
            format!("{struck} of {}", faults.calls()),
            "calls",
        );
        effort.report(&name("troubles"), format!("{:?}", faults.struck()), "calls");
        effort.report(&name("resident_peak"), mebibytes(self.peak()), "MB");
        for vitals in &self.vitals {
            effort.report(&name("wasm"), mebibytes(vitals.wasm), "MB");
        }
    }

    fn check(&self, effort: Effort) {
        for visit in &self.visits {
            assert_eq!(visit.failure, None, "{visit:?}");
            let Some(entry) = self.ledger.entry(visit.number) else {
                continue;
            };
            let is_stopped = visit.who == Who::Bot && entry.is_judged;
            let expected = if is_stopped { 403 } else { 200 };
            assert_eq!(
                (visit.status, entry.status),
                (expected, expected),
                "{visit:?}"
            );
        }
        assert_eq!(self.ledger.others, 0, "entries about nobody");
        // On a busy machine answers come too late now and then, and nobody here knows which ones.
        let late = effort.of(self.ledger.resent, 0);
        let uncertain = self.ledger.uncertain() + late;
        check_account(&self.ledger, self.visits.len(), uncertain);
        let unexplained = self.ledger.unexplained_duplicates();
        assert!(
            unexplained <= late,
            "{unexplained} copies of what had arrived"
        );
        assert!(self.peak() <= MEMORY, "{} bytes", self.peak());
    }
}
