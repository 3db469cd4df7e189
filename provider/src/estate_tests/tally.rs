//! What happened, so that one sees that something did.

use std::collections::BTreeMap;

use super::aws::World;
use super::terraform::{Ending, Said};

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) transitions: usize,
    green: usize,
    killed: usize,
    faults: usize,
    /// Summaries of errors.
    refusals: BTreeMap<String, usize>,
    warnings: BTreeMap<String, usize>,
    refused_at_plan: usize,
    failed_at_apply: usize,
    pub(super) gaps: usize,
    pub(super) documents_compared: usize,
    pub(super) documents_left: usize,
}

impl Tally {
    pub(super) fn count(&mut self, ending: &Ending, said: &[Said]) {
        self.transitions += 1;
        match ending {
            Ending::Green => self.green += 1,
            Ending::RefusedAtPlan(_) => self.refused_at_plan += 1,
            Ending::FailedAtApply(_) => self.failed_at_apply += 1,
            Ending::Killed => self.killed += 1,
        }
        for said in said {
            let kinds = if said.is_error {
                &mut self.refusals
            } else {
                &mut self.warnings
            };
            *kinds.entry(kind(&said.summary)).or_default() += 1;
        }
    }

    pub(super) fn met(&mut self, world: &World) {
        self.faults += world.faults_met.len();
    }

    pub(super) fn add(&mut self, other: &Tally) {
        self.transitions += other.transitions;
        self.green += other.green;
        self.killed += other.killed;
        self.faults += other.faults;
        self.refused_at_plan += other.refused_at_plan;
        self.failed_at_apply += other.failed_at_apply;
        self.gaps += other.gaps;
        self.documents_compared += other.documents_compared;
        self.documents_left += other.documents_left;
        for (kind, count) in &other.refusals {
            *self.refusals.entry(kind.clone()).or_default() += count;
        }
        for (kind, count) in &other.warnings {
            *self.warnings.entry(kind.clone()).or_default() += count;
        }
    }

    pub(super) fn print(&self) {
        let figures = [
            ("transitions", self.transitions),
            ("green", self.green),
            ("refused_at_plan", self.refused_at_plan),
            ("failed_at_apply", self.failed_at_apply),
            ("killed", self.killed),
            ("faults_met", self.faults),
            ("gaps_that_closed", self.gaps),
            ("documents_as_before", self.documents_compared),
            ("documents_with_lost_work", self.documents_left),
        ];
        for (name, value) in figures {
            println!("reliability estate.{name} {value} cases");
        }
        for (level, kinds) in [("error", &self.refusals), ("warning", &self.warnings)] {
            for (kind, count) in kinds {
                println!("{count:8} {level}: {kind}");
            }
        }
    }
}

/// A summary without what differs from one case to the next.
fn kind(summary: &str) -> String {
    let words = summary.split(' ').map(|word| {
        let is_name = word.starts_with("E1SHOP")
            || word.starts_with("E2MORE")
            || word.starts_with("netacea-")
            || word.starts_with("arn:");
        if is_name { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}
