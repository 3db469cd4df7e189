//! What the published function costs visitors, while Protector is well and while it is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use acceptance::aws::{Effect, Faults};
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::load::{Latencies, Pace, Visit, VisitorLoad, Who};
use acceptance::netacea::Verdict;
use anyhow::Result;

use crate::published::{published, settle};

/// Deadline of the mitigation step in these tests.
const DEADLINE: Duration = Duration::from_millis(500);
/// Deadline where everybody is to be judged, however busy the machine is.
const PATIENT: Duration = Duration::from_secs(3);
/// By which a timer may be late on a machine that has other things to do: some in a full run, many
/// in a sample.
const SLACK: [Duration; 2] = [Duration::from_millis(400), Duration::from_secs(5)];

fn estate(deadline: Duration, breaker: &str) -> Result<Estate> {
    let estate = published(&format!(
        "settings = {{
          mitigation_type = \"MITIGATE\"
          protector = {{ url = var.protector_url, timeout_ms = {}, breaker = {{ {breaker} }} }}
          ingest = {{ url = var.ingest_url }}
        }}",
        deadline.as_millis()
    ))?;
    let Estate { netacea, .. } = &estate;
    netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    Ok(estate)
}

fn added<'a>(visits: impl IntoIterator<Item = &'a Visit>) -> Latencies {
    visits.into_iter().map(|visit| visit.added).collect()
}

#[test]
fn a_healthy_protector_costs_one_call_and_every_verdict_is_carried_out() -> Result<()> {
    let effort = Effort::wanted()?;
    let estate = estate(PATIENT, "")?;
    let who = [Who::Newcomer, Who::Regular, Who::Bot, Who::Regular];
    let load = VisitorLoad::new(&estate.edge, 2, &who);
    let lasts = Duration::from_secs(effort.of(1, 30));
    let paces = [
        ("50_rps", Pace::Rate(50, lasts)),
        ("500_rps", Pace::Rate(500, lasts)),
        ("max_rps", Pace::Closed(lasts)),
    ];
    load.knock(2)?;
    for (name, pace) in paces {
        let visits = load.run(pace)?;
        for visit in &visits {
            let expected = if visit.who == Who::Bot { 403 } else { 200 };
            assert_eq!(
                (visit.status, &visit.failure),
                (expected, &None),
                "{visit:?}"
            );
        }
        let (asked, cached): (Vec<&Visit>, Vec<&Visit>) =
            visits.iter().partition(|visit| visit.who != Who::Regular);
        let until = visits.iter().map(|visit| visit.began + visit.took).max();
        let per_second = visits.len() as f64 / until.unwrap_or_default().as_secs_f64();
        effort.report(
            &format!("edge.healthy.{name}.reached"),
            format!("{per_second:.0}"),
            "rps",
        );
        effort.report(&format!("edge.healthy.{name}.asked"), added(asked), "ms");
        effort.report(&format!("edge.healthy.{name}.known"), added(cached), "ms");
    }
    Ok(())
}

#[test]
fn a_hanging_protector_costs_an_instance_two_deadlines_and_then_nothing() -> Result<()> {
    let effort = Effort::wanted()?;
    let estate = estate(DEADLINE, "")?;
    let who = [Who::Newcomer, Who::Bot, Who::Regular];
    let load = VisitorLoad::new(&estate.edge, 2, &who);
    // The regulars get their sessions, and Node compiles what runs often.
    load.run(Pace::Rate(200, Duration::from_secs(effort.of(1, 20))))?;
    let ingest = &estate.netacea.ingest;
    ingest.keep_ledger(Arc::new(Faults::seeded(effort.seed)));
    estate.netacea.protector.suffer(Effect::HANGING);
    let lasts = Duration::from_secs(effort.of(2, 60));
    let mut visits = load.run(Pace::Rate(200, lasts))?;
    let ledger = settle(&estate, &load, &mut visits, || Ok(ingest.ledger()))?;
    assert!(visits.iter().all(Visit::passed), "not everybody passed");
    let is_after = |visit: &&Visit| {
        let entry = ledger.entry(visit.number);
        entry.is_some_and(|entry| entry.is_breaker_open)
    };
    // After a minute, Protector is asked about a regular again.
    let is_known = |visit: &&Visit| visit.who == Who::Regular && visit.began < lasts / 2;
    let (known, strangers): (Vec<&Visit>, Vec<&Visit>) = visits.iter().partition(is_known);
    let (after, before): (Vec<&Visit>, Vec<&Visit>) = strangers.into_iter().partition(is_after);
    let instances = estate.edge.vitals()?.len();
    // Every ten seconds an open breaker lets one visitor try.
    let probes = lasts.as_secs() as usize / 10 + 1;
    assert!(
        before.len() <= (2 + probes) * instances,
        "{} visitors waited at {instances} instances",
        before.len()
    );
    let (known, after, before) = (added(known), added(after), added(before));
    effort.report("edge.hanging.passed", visits.len(), "visitors of as many");
    effort.report("edge.hanging.instances", instances, "instances");
    effort.report("edge.hanging.before_opening", before.count(), "visitors");
    effort.report("edge.hanging.before_opening", before, "ms");
    effort.report("edge.hanging.after_opening", after.count(), "visitors");
    effort.report("edge.hanging.after_opening", &after, "ms");
    effort.report("edge.hanging.known", &known, "ms");
    // A sample shares the machine with other tests.
    assert!(
        !effort.is_full || known.max() < DEADLINE,
        "one of them waited: {known}"
    );
    assert!(
        !effort.is_full || after.percentile(0.99) <= 2 * known.percentile(0.99),
        "{after}, with a session {known}"
    );
    Ok(())
}

#[test]
fn a_flapping_protector_never_costs_more_than_the_deadline() -> Result<()> {
    let effort = Effort::wanted()?;
    // A breaker that opens late and briefly, so that most visitors meet the trouble.
    let estate = estate(DEADLINE, "consecutive_failures = 4, open_seconds = 1")?;
    let load = VisitorLoad::new(&estate.edge, 3, &[Who::Newcomer, Who::Regular, Who::Bot]);
    load.knock(1)?;
    let effects = [
        Effect::Delay(Duration::ZERO),
        Effect::HANGING,
        Effect::Delay(DEADLINE / 2),
        Effect::DOWN,
        Effect::Delay(DEADLINE),
        Effect::Answer(503, ""),
        Effect::Delay(DEADLINE * 2),
    ];
    let over = AtomicBool::new(false);
    let visits = thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = fastrand::Rng::with_seed(effort.seed);
            while !over.load(Ordering::SeqCst) {
                let effect = random.choice(&effects).unwrap_or(&Effect::HANGING);
                estate.netacea.protector.suffer(effect.clone());
                thread::sleep(Duration::from_millis(random.u64(20..400)));
            }
        });
        let visits = load.run(Pace::Rate(100, Duration::from_secs(effort.of(3, 120))));
        over.store(true, Ordering::SeqCst);
        visits
    })?;
    let limit = DEADLINE + effort.of(SLACK[1], SLACK[0]);
    for visit in &visits {
        let is_fine = visit.status == 200 || visit.status == 403 && visit.who == Who::Bot;
        assert!(is_fine && visit.failure.is_none(), "{visit:?}");
        assert!(visit.added < limit, "{visit:?}");
    }
    let blocked = visits.iter().filter(|visit| visit.status == 403).count();
    effort.report("edge.flapping.visitors", visits.len(), "answered");
    effort.report("edge.flapping.blocked", blocked, "bots while it was well");
    effort.report("edge.flapping.added", added(&visits), "ms");
    Ok(())
}
