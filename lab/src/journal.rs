//! Keeps the record: exchanges, the log entries that belong to them, and the counters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::counters::Counters;
use crate::exchange::{Decision, Exchange};
use crate::feed::Feed;

/// The most exchanges and log entries that wait for each other.
const WAITING: usize = 512;

/// The record of what is not finished; finished exchanges are only in the feed.
#[derive(Debug)]
pub(crate) struct Journal {
    feed: Arc<Feed>,
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    last: u64,
    counters: Counters,
    exchanges: VecDeque<Unlogged>,
    entries: VecDeque<Value>,
}

/// An exchange whose log entry has not come yet.
#[derive(Debug)]
struct Unlogged {
    id: u64,
    address: String,
    method: String,
    target: String,
    decision: Decision,
}

impl Journal {
    /// An empty journal.
    pub(crate) fn new(feed: Arc<Feed>) -> Self {
        Self {
            feed,
            pages: Mutex::default(),
        }
    }

    /// Notes an answered request; `address` is the browser's at the edge.
    pub(crate) fn record(&self, mut exchange: Exchange, address: &str) {
        let mut pages = self.pages();
        pages.last += 1;
        exchange.id = pages.last;
        let calls = exchange.protector_calls();
        pages.counters.count(exchange.decision, calls);
        let unlogged = Unlogged {
            id: exchange.id,
            address: address.to_owned(),
            method: exchange.method.clone(),
            target: exchange.target.clone(),
            decision: exchange.decision,
        };
        self.feed.tell("exchange", &exchange);
        let early = pages
            .entries
            .iter()
            .position(|entry| unlogged.is_told_by(entry));
        match early.and_then(|position| pages.entries.remove(position)) {
            Some(entry) => self.match_up(&mut pages, &unlogged, entry),
            None => push(&mut pages.exchanges, unlogged),
        }
    }

    /// Notes a log entry that has reached ingest.
    pub(crate) fn enter(&self, mut entry: Value) {
        if let Some(entry) = entry.as_object_mut() {
            // Entries for Kinesis carry it.
            entry.remove("apiKey");
        }
        let mut pages = self.pages();
        pages.counters.total.log_entries += 1;
        let fits = |unlogged: &Unlogged| unlogged.is_told_by(&entry);
        let position = pages.exchanges.iter().position(fits);
        match position.and_then(|position| pages.exchanges.remove(position)) {
            Some(unlogged) => self.match_up(&mut pages, &unlogged, entry),
            None => push(&mut pages.entries, entry),
        }
    }

    /// The counters so far.
    pub(crate) fn counters(&self) -> Counters {
        self.pages().counters.clone()
    }

    /// Ends a second.
    pub(crate) fn tick(&self, unix_seconds: i64) {
        if let Some(told) = self.pages().counters.tick(unix_seconds) {
            self.feed.tell("counters", &told);
        }
    }

    fn match_up(&self, pages: &mut Pages, unlogged: &Unlogged, entry: Value) {
        let status = text(&entry, &["NetaceaMitigationApplied", "bc_type"]);
        let is_error = status == "error_open";
        let passed = matches!(unlogged.decision, Decision::Passed | Decision::Flagged);
        let failed_open = is_error && passed;
        pages.counters.total.failed_open += u64::from(failed_open);
        let decision = if failed_open {
            Decision::FailedOpen
        } else {
            unlogged.decision
        };
        let told = json!({ "id": unlogged.id, "decision": decision, "entry": entry });
        self.feed.tell("log", &told);
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unlogged {
    /// Whether the entry is about this exchange: address, method and target agree.
    fn is_told_by(&self, entry: &Value) -> bool {
        let request = text(entry, &["Request", "request"]);
        let mut words = request.split(' ');
        let (method, target) = (words.next(), words.next());
        text(entry, &["RealIp", "client"]) == self.address
            && method == Some(self.method.as_str())
            && target == Some(self.target.as_str())
    }
}

/// The first of these members that is a string: log versions V1 and V2.
fn text<'a>(entry: &'a Value, names: &[&str]) -> &'a str {
    let mut found = names.iter().filter_map(|name| entry[*name].as_str());
    found.next().unwrap_or_default()
}

fn push<T>(ring: &mut VecDeque<T>, one: T) {
    if ring.len() >= WAITING {
        ring.pop_front();
    }
    ring.push_back(one);
}
