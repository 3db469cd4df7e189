//! Sends visitors.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use crate::edge::{EdgeLocation, ViewerResponse, Visitor};
use crate::interrupt;
use crate::load::{Visit, Who};
use crate::netacea::Captcha;

/// How visitors come, and for how long.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// This many per second, whatever happens to them, as long as there are lanes for them.
    Rate(u32, Duration),
    /// In every lane, the next one when the one before is answered.
    Closed(Duration),
    /// The same, until there were this many.
    Count(u64),
}

/// Visitors in lanes: as many at once as there are lanes.
#[derive(Debug)]
pub struct VisitorLoad<'a> {
    edge: &'a EdgeLocation,
    /// Their visitors keep their cookies from one run to the next.
    lanes: Vec<Mutex<Lane>>,
    who: &'a [Who],
    next: AtomicU64,
}

/// The visitors of one lane, with their cookies.
#[derive(Debug)]
struct Lane {
    regular: Visitor,
    suspect: Visitor,
    /// The suspect's next step: look, solve, look again.
    step: u8,
    number: u64,
}

impl<'a> VisitorLoad<'a> {
    /// `who` come again and again in this order.
    pub fn new(edge: &'a EdgeLocation, lanes: u64, who: &'a [Who]) -> Self {
        Self {
            edge,
            lanes: (0..lanes).map(|lane| Mutex::new(Lane::new(lane))).collect(),
            who,
            next: AtomicU64::new(0),
        }
    }

    /// How many there were so far: their numbers begin with 0.
    pub fn sent(&self) -> u64 {
        self.next.load(Ordering::SeqCst)
    }

    /// Sends them, and returns the visits in no particular order.
    pub fn run(&self, pace: Pace) -> Result<Vec<Visit>> {
        let (first, started) = (self.sent(), Instant::now());
        let lanes = thread::scope(|scope| {
            let lanes: Vec<_> = self
                .lanes
                .iter()
                .map(|lane| scope.spawn(move || self.lane(lane, pace, first, started)))
                .collect();
            let joined = lanes.into_iter().map(|lane| {
                lane.join()
                    .unwrap_or_else(|_| Err(anyhow!("a lane panicked")))
            });
            joined.collect::<Result<Vec<_>>>()
        });
        Ok(lanes?.into_iter().flatten().collect())
    }

    /// Sends this many newcomers, one after the other.
    pub fn knock(&self, newcomers: usize) -> Result<Vec<Visit>> {
        let started = Instant::now();
        (0..newcomers).map(|_| self.newcomer(started)).collect()
    }

    /// Sends newcomers, one after the other, until every instance has written the log entry of one.
    ///
    /// Each event of a visit goes to the instance that has been idle for longest, and the last
    /// event writes the entry. With three events and three instances, the same one would write all
    /// entries.
    pub fn knock_everywhere(&self) -> Result<Vec<Visit>> {
        let started = Instant::now();
        let instances = self.edge.vitals()?.len();
        let (mut visits, mut writers) = (Vec::new(), BTreeSet::new());
        while writers.len() < instances {
            ensure!(
                visits.len() < 10 * instances,
                "{} newcomers reached {} of {instances} instances",
                visits.len(),
                writers.len()
            );
            let visit = self.newcomer(started)?;
            let is_new = visit
                .instance
                .is_some_and(|instance| writers.insert(instance));
            if !is_new {
                self.edge.skip_instance();
            }
            visits.push(visit);
        }
        Ok(visits)
    }

    fn newcomer(&self, started: Instant) -> Result<Visit> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let mut lane = Lane::new(self.lanes.len() as u64);
        self.visit(&mut lane, number, Who::Newcomer, started)
    }

    fn lane(
        &self,
        lane: &Mutex<Lane>,
        pace: Pace,
        first: u64,
        started: Instant,
    ) -> Result<Vec<Visit>> {
        let mut lane = lane.lock().unwrap_or_else(PoisonError::into_inner);
        let mut visits = Vec::new();
        loop {
            interrupt::check()?;
            if matches!(pace, Pace::Closed(lasts) if started.elapsed() >= lasts) {
                return Ok(visits);
            }
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let is_enough = match pace {
                Pace::Rate(per_second, lasts) => {
                    let at =
                        Duration::from_secs_f64((number - first) as f64 / f64::from(per_second));
                    thread::sleep(at.saturating_sub(started.elapsed()));
                    at >= lasts
                }
                Pace::Closed(_) => false,
                Pace::Count(count) => number - first >= count,
            };
            if is_enough {
                self.next.fetch_sub(1, Ordering::SeqCst);
                return Ok(visits);
            }
            let who = self.who[number as usize % self.who.len()];
            visits.push(self.visit(&mut lane, number, who, started)?);
        }
    }

    fn visit(&self, lane: &mut Lane, number: u64, who: Who, started: Instant) -> Result<Visit> {
        let began = Instant::now();
        let response = lane.send(self.edge, number, who)?;
        Ok(Visit::of(
            number,
            who,
            began - started,
            began.elapsed(),
            &response,
        ))
    }
}

impl Lane {
    fn new(number: u64) -> Self {
        Self {
            regular: Visitor::new("Mozilla/5.0", &format!("203.0.113.{}", number % 250)),
            suspect: Visitor::new("Mozilla/5.0", &format!("198.51.100.{}", number % 250)),
            step: 0,
            number,
        }
    }

    fn send(&mut self, edge: &EdgeLocation, number: u64, who: Who) -> Result<ViewerResponse> {
        // A behavior where no function of somebody else runs together with ours.
        let page = format!("/checkout/cart?visit={number}");
        let ip = format!("192.0.2.{}", self.number % 250);
        match who {
            Who::Regular => self.regular.get(edge, &page),
            Who::Newcomer => Visitor::new("Mozilla/5.0", &ip).get(edge, &page),
            Who::Bot => Visitor::new("scraper/1", &ip).get(edge, &page),
            Who::Verbose => Visitor::new(&"Mozilla/5.0 ".repeat(667), &ip).get(edge, &page),
            Who::Suspect => {
                let step = self.step;
                self.step = (step + 1) % 3;
                match step {
                    0 => {
                        self.suspect.cookies.clear();
                        self.suspect.get(edge, &page)
                    }
                    1 => {
                        let target = format!("/AtaVerifyCaptcha?visit={number}");
                        self.suspect.post(edge, &target, Captcha::SOLUTION)
                    }
                    _ => self.suspect.get(edge, &page),
                }
            }
        }
    }
}
