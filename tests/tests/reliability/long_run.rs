//! Mixed load for as long as half an hour: nothing grows, nothing gets stuck, no decision is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

use acceptance::aws::{Effect, Faults};
use acceptance::edge::Vitals;
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::interrupt;
use acceptance::load::{Latencies, Pace, Visit, VisitorLoad, Who};
use acceptance::netacea::{Ledger, Protector, Verdict, random_faults};
use anyhow::{Context, Result, anyhow, ensure};

use crate::published::{
    MEMORY, check_account, kinesis, mebibytes, published, settle, with_kinesis,
};

const DEADLINE: Duration = Duration::from_millis(500);
/// By which a visitor may wait longer on a machine that has other things to do; Lambda itself would
/// stop the function then.
const SLACK: Duration = Duration::from_secs(4);
const PER_SECOND: u32 = 25;
const LANES: u64 = 3;
const WHO: &[Who] = &[
    Who::Regular,
    Who::Regular,
    Who::Newcomer,
    Who::Regular,
    Who::Bot,
    Who::Regular,
    Who::Suspect,
];
/// By which an instance may be larger at the end than it was at half time.
const GROWTH: u64 = 12 << 20;

/// How things are for a while.
struct Weather {
    protector: Effect,
    /// Whether three in ten calls to ingest fail.
    is_ingest_faulty: bool,
    /// Whether instances stand still between events.
    is_freezing: bool,
}

const fn weather(protector: Effect, is_ingest_faulty: bool, is_freezing: bool) -> Weather {
    Weather {
        protector,
        is_ingest_faulty,
        is_freezing,
    }
}

const HEALTHY: Effect = Effect::Delay(Duration::from_millis(5));

/// Comes again and again.
const YEAR: &[Weather] = &[
    weather(HEALTHY, false, false),
    weather(HEALTHY, true, false),
    weather(Effect::HANGING, false, false),
    weather(HEALTHY, false, true),
    weather(Effect::Delay(DEADLINE), true, false),
    weather(HEALTHY, true, true),
    weather(Effect::DOWN, true, false),
    weather(HEALTHY, false, false),
    weather(Effect::Answer(503, ""), false, true),
    weather(HEALTHY, true, false),
];

#[test]
fn half_an_hour_of_everything_leaves_nothing_behind() -> Result<()> {
    let effort = Effort::wanted()?;
    let lasts = match env::var("RELIABILITY_MINUTES") {
        Ok(minutes) => {
            let minutes: f64 = minutes.parse().context("RELIABILITY_MINUTES")?;
            Duration::from_secs_f64(60.0 * minutes)
        }
        Err(_) => effort.of(Duration::from_secs(6), Duration::from_secs(30 * 60)),
    };
    let [kinesis, http] = thread::scope(|scope| {
        [
            scope.spawn(|| through_kinesis(effort, lasts)),
            scope.spawn(|| through_http(effort, lasts)),
        ]
        .map(|run| run.join().unwrap_or_else(|_| Err(anyhow!("it panicked"))))
    });
    let runs = [("kinesis", kinesis?), ("http", http?)];
    for (name, run) in &runs {
        run.report(effort, name);
    }
    for (_, run) in &runs {
        run.check();
    }
    Ok(())
}

fn through_kinesis(effort: Effort, lasts: Duration) -> Result<Run> {
    let estate = published(&with_kinesis(settings, 1000))?;
    let kinesis = kinesis(&estate, random_faults(effort.seed, 0.3, Effect::KINESIS))?;
    Run::through(&estate, lasts, kinesis.faults(), || kinesis.ledger())
}

fn through_http(effort: Effort, lasts: Duration) -> Result<Run> {
    let estate = published(&settings("url = var.ingest_url"))?;
    let faults = Arc::new(random_faults(effort.seed, 0.3, Effect::INGEST));
    let ingest = &estate.netacea.ingest;
    ingest.keep_ledger(faults.clone());
    Run::through(&estate, lasts, &faults, || Ok(ingest.ledger()))
}

fn settings(ingest: &str) -> String {
    format!(
        "settings = {{
          mitigation_type = \"MITIGATE\"
          protector = {{ url = var.protector_url, timeout_ms = {}, breaker = {{ open_seconds = 3 }} }}
          session = {{ expiry_seconds = 5 }}
          ingest = {{ {ingest} }}
        }}",
        DEADLINE.as_millis()
    )
}

/// What happened, and how the instances were meanwhile and at the end.
struct Run {
    visits: Vec<Visit>,
    ledger: Ledger,
    meanwhile: Vec<Vec<Vitals>>,
    end: Vec<Vitals>,
}

impl Run {
    fn through(
        estate: &Estate,
        lasts: Duration,
        faults: &Faults,
        ledger: impl Fn() -> Result<Ledger>,
    ) -> Result<Self> {
        let protector = &estate.netacea.protector;
        protector.judge_user_agent("scraper", Verdict::BLOCKED);
        protector.judge_client_ip("198.51.100.", Verdict::CAPTCHA);
        let load = VisitorLoad::new(&estate.edge, LANES, WHO);
        let over = AtomicBool::new(false);
        let (mut visits, meanwhile) = thread::scope(|scope| {
            let meanwhile = scope.spawn(|| change_weather(estate, faults, lasts, &over));
            let visits = load.run(Pace::Rate(PER_SECOND, lasts));
            over.store(true, Ordering::SeqCst);
            let meanwhile = meanwhile
                .join()
                .unwrap_or_else(|_| Err(anyhow!("the weather panicked")));
            Ok::<_, anyhow::Error>((visits?, meanwhile?))
        })?;
        let ledger = settle(estate, &load, &mut visits, ledger)?;
        Ok(Self {
            visits,
            ledger,
            meanwhile,
            end: estate.edge.vitals()?,
        })
    }

    fn report(&self, effort: Effort, kind: &str) {
        let report = |name: &str, value: String, unit: &str| {
            effort.report(&format!("long_run.{kind}.{name}"), value, unit);
        };
        let Self {
            visits,
            ledger,
            meanwhile,
            end,
        } = self;
        let lasted = visits.iter().map(|visit| visit.began).max();
        let minutes = lasted.unwrap_or_default().as_secs_f64() / 60.0;
        report("lasted", format!("{minutes:.1}"), "minutes");
        report("visitors", visits.len().to_string(), "answered");
        for status in [200, 403, 500, 503] {
            let count = visits.iter().filter(|visit| visit.status == status).count();
            report(&format!("status_{status}"), count.to_string(), "visitors");
        }
        let added: Latencies = visits.iter().map(|visit| visit.added).collect();
        report("added", added.to_string(), "ms");
        let in_time = |visit: &&Visit| visit.added <= DEADLINE + Duration::from_millis(50);
        let late = visits.len() - visits.iter().filter(in_time).count();
        report("late", late.to_string(), "visitors by more than 50 ms");
        report("arrived", ledger.arrived().to_string(), "entries");
        report("dropped", ledger.dropped.to_string(), "entries, counted");
        report("duplicates", ledger.duplicates().to_string(), "copies");
        report(
            "resent",
            ledger.resent.to_string(),
            "copies possible, counted",
        );
        for (moment, vitals) in [
            ("first", meanwhile.first()),
            ("half_time", meanwhile.get(meanwhile.len() / 2)),
            ("end", Some(end)),
        ] {
            let largest = |part: fn(&Vitals) -> u64| {
                let parts = vitals.into_iter().flatten().map(part);
                mebibytes(parts.max().unwrap_or_default())
            };
            report(
                &format!("{moment}.resident"),
                largest(|vitals| vitals.resident),
                "MB",
            );
            report(
                &format!("{moment}.wasm"),
                largest(|vitals| vitals.wasm),
                "MB",
            );
            let open = vitals
                .into_iter()
                .flatten()
                .map(|vitals| vitals.descriptors);
            report(
                &format!("{moment}.descriptors"),
                open.max().unwrap_or_default().to_string(),
                "open",
            );
        }
        let peak = end.iter().map(|vitals| vitals.resident_peak).max();
        report("resident_peak", mebibytes(peak.unwrap_or_default()), "MB");
        report("instances", end.len().to_string(), "instances");
    }

    fn check(&self) {
        for visit in &self.visits {
            self.check_visit(visit);
        }
        // While an instance stands still an answer may come to nobody: what the function cannot
        // know it counts as resent.
        check_account(&self.ledger, self.visits.len(), self.ledger.resent);
        for vitals in &self.end {
            assert_eq!(vitals.connections(), 0, "a connection is stuck: {vitals:?}");
            assert!(vitals.resident_peak <= MEMORY, "{vitals:?}");
        }
        let largest = |vitals: &[Vitals], part: fn(&Vitals) -> u64| vitals.iter().map(part).max();
        let half_time = &self.meanwhile[self.meanwhile.len() / 2];
        for part in [
            |vitals: &Vitals| vitals.resident,
            |vitals: &Vitals| vitals.wasm,
        ] {
            let (then, now) = (largest(half_time, part), largest(&self.end, part));
            assert!(
                now <= then.map(|then| then + GROWTH),
                "{then:?} grew to {now:?} bytes"
            );
        }
    }

    fn check_visit(&self, visit: &Visit) {
        let statuses: &[u16] = match visit.who {
            Who::Regular | Who::Newcomer | Who::Verbose => &[200],
            Who::Bot => &[200, 403],
            // While the breaker is open, a solution is asked to come again.
            Who::Suspect => &[200, 403, 500, 503],
        };
        let is_answered = statuses.contains(&visit.status) && visit.failure.is_none();
        assert!(is_answered, "{visit:?}");
        assert!(visit.added < DEADLINE + SLACK, "{visit:?}");
        let Some(entry) = self.ledger.entry(visit.number) else {
            return;
        };
        assert_eq!(
            entry.status, visit.status,
            "the log says otherwise: {visit:?}"
        );
        if visit.who == Who::Bot && entry.is_judged {
            assert_eq!(visit.status, 403, "judged and let through: {visit:?}");
        }
    }
}

/// Until it is over; in between notes how the instances are. Leaves good weather.
fn change_weather(
    estate: &Estate,
    faults: &Faults,
    lasts: Duration,
    over: &AtomicBool,
) -> Result<Vec<Vec<Vitals>>> {
    let protector: &Protector = &estate.netacea.protector;
    let spell = (lasts / YEAR.len() as u32).min(Duration::from_secs(12));
    let mut meanwhile = Vec::new();
    let mut year = YEAR.iter().cycle();
    while !over.load(Ordering::SeqCst) {
        let weather = year.next().context("no weather")?;
        protector.suffer(weather.protector.clone());
        faults.suspend(!weather.is_ingest_faulty);
        estate.edge.set_freezing(weather.is_freezing);
        let until = Instant::now() + spell;
        while Instant::now() < until && !over.load(Ordering::SeqCst) {
            interrupt::check()?;
            thread::sleep(Duration::from_millis(50));
        }
        let vitals = estate.edge.vitals()?;
        if !vitals.is_empty() {
            meanwhile.push(vitals);
        }
    }
    protector.suffer(HEALTHY);
    faults.suspend(true);
    estate.edge.set_freezing(false);
    ensure!(!meanwhile.is_empty(), "no instance was ever idle");
    Ok(meanwhile)
}
