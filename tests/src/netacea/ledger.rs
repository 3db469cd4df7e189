//! A ledger of log entries: which arrived, and how often.

use std::collections::HashMap;

use serde::Deserialize;

/// One line for each visit with log entries: the query of its request has `visit=<number>`.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    visits: HashMap<u64, Entry>,
    /// The sum of lost entries that later entries report.
    pub dropped: u64,
    /// The sum of entries sent twice that later entries report.
    pub resent: u64,
    /// Entries that are not about a numbered visit.
    pub others: u64,
}

/// What arrived about one visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// How often it arrived.
    pub times: u32,
    /// How often it arrived although its sender got no answer.
    pub unheard: u32,
    /// Status that the visitor got.
    pub status: u16,
    /// Whether Protector gave a verdict.
    pub is_judged: bool,
    /// Whether the breaker was open at the end: Protector was not asked, or this visit opened it.
    pub is_breaker_open: bool,
    /// How many lost entries it reports.
    dropped: u64,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Request")]
    request: String,
    #[serde(rename = "Status")]
    status: String,
    #[serde(rename = "ProtectorStatus")]
    protector_status: Option<u16>,
    optional: Optional,
}

#[derive(Deserialize)]
struct Optional {
    breaker: Option<String>,
    #[serde(default)]
    dropped: u64,
    #[serde(default)]
    resent: u64,
}

impl Ledger {
    /// Enters a log entry, a JSON object of version V1.
    pub fn enter(&mut self, json: &[u8]) {
        let Some((line, visit)) = read(json) else {
            self.others += 1;
            return;
        };
        let entry = self.visits.entry(visit).or_default();
        entry.times += 1;
        entry.status = line.status.parse().unwrap_or_default();
        entry.is_judged = line.protector_status == Some(200);
        entry.is_breaker_open = line.optional.breaker.as_deref() == Some("open");
        // A second copy reports the same once more.
        if entry.times == 1 {
            entry.dropped = line.optional.dropped;
            self.dropped += line.optional.dropped;
            self.resent += line.optional.resent;
        }
    }

    /// Notes that an entry arrives although its sender gets no answer.
    pub fn note_unheard(&mut self, json: &[u8]) {
        if let Some((_, visit)) = read(json) {
            self.visits.entry(visit).or_default().unheard += 1;
        }
    }

    /// What arrived about a visit, if anything.
    pub fn entry(&self, visit: u64) -> Option<Entry> {
        self.visits
            .get(&visit)
            .copied()
            .filter(|entry| entry.times > 0)
    }

    /// How many visits have an entry.
    pub fn arrived(&self) -> u64 {
        self.entries().count() as u64
    }

    /// How many entries arrived in addition to the first copy of each.
    pub fn duplicates(&self) -> u64 {
        self.entries().map(|entry| u64::from(entry.times - 1)).sum()
    }

    /// How many entries may be reported as lost although they are not missing: those that arrived
    /// without an answer, and the counts in them, which the sender then reports once more.
    pub fn uncertain(&self) -> u64 {
        let uncertain = self.entries().filter(|entry| entry.times <= entry.unheard);
        uncertain.map(|entry| 1 + entry.dropped).sum()
    }

    /// Copies that a withheld answer does not explain.
    pub fn unexplained_duplicates(&self) -> u64 {
        let unexplained = |entry: Entry| u64::from((entry.times - 1).saturating_sub(entry.unheard));
        self.entries().map(unexplained).sum()
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        self.visits
            .values()
            .copied()
            .filter(|entry| entry.times > 0)
    }
}

fn read(json: &[u8]) -> Option<(Line, u64)> {
    let line: Line = serde_json::from_slice(json).ok()?;
    let (_, rest) = line.request.split_once("visit=")?;
    let digits = rest.split(|character: char| !character.is_ascii_digit());
    let visit = digits.into_iter().next()?.parse().ok()?;
    Some((line, visit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Ledger;

    fn line(request: &str, optional: &serde_json::Value) -> Vec<u8> {
        let line = json!({ "Request": request, "Status": "403", "ProtectorStatus": 200, "optional": optional });
        line.to_string().into_bytes()
    }

    #[test]
    fn copies_are_told_from_first_arrivals_and_what_they_tell_counts_once() {
        let mut ledger = Ledger::default();
        let first = line(
            "GET /?visit=7&a=b HTTP/1.1",
            &json!({ "dropped": 3, "resent": 2, "breaker": "open" }),
        );
        ledger.enter(&first);
        ledger.enter(&first);
        ledger.enter(&line("GET /?visit=8 HTTP/1.1", &json!({})));
        ledger.enter(&line("GET / HTTP/1.1", &json!({})));
        ledger.enter(b"no entry");
        assert_eq!((ledger.arrived(), ledger.others), (2, 2));
        assert_eq!((ledger.dropped, ledger.resent), (3, 2));
        assert_eq!(
            (ledger.duplicates(), ledger.unexplained_duplicates()),
            (1, 1)
        );
        let entry = ledger.entry(7).unwrap();
        assert_eq!((entry.times, entry.status), (2, 403));
        assert!(entry.is_judged && entry.is_breaker_open);
        assert_eq!(ledger.entry(9), None);
        ledger.note_unheard(&first);
        assert_eq!(
            (ledger.unexplained_duplicates(), ledger.uncertain()),
            (0, 0)
        );
    }

    #[test]
    fn what_arrived_unheard_of_may_be_counted_as_dropped_with_what_it_told() {
        let mut ledger = Ledger::default();
        let entry = line("GET /?visit=1 HTTP/1.1", &json!({ "dropped": 4 }));
        ledger.note_unheard(&entry);
        assert_eq!(
            (ledger.arrived(), ledger.uncertain()),
            (0, 0),
            "not there yet"
        );
        ledger.enter(&entry);
        assert_eq!((ledger.arrived(), ledger.uncertain()), (1, 5));
    }
}
