//! What is wrong with arrows between files: circles, and arrows that run back up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One file uses what another defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: String,
    pub(super) to: String,
    /// Where `from` uses it first, counted from 1.
    pub(super) line: usize,
    /// As it is written there.
    pub(super) path: String,
}

impl fmt::Display for Arrow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            line,
            path,
        } = self;
        write!(formatter, "{from}:{line} uses `{path}` of {to}")
    }
}

/// The rooms in one folder, the top floor first. A room uses the floors below it: neither those
/// above nor its neighbors on the same floor.
pub(super) struct Floors {
    /// The module whose children the rooms are, as a path below `src/`; empty for the crate.
    pub(super) within: &'static str,
    /// Names of rooms, each a file with its folder. `self` is the file of `within` itself.
    pub(super) floors: &'static [&'static [&'static str]],
}

impl Floors {
    /// Arrows that run up or sideways; rooms that have no floor; rooms that do not exist.
    pub(super) fn violations(&self, files: &BTreeSet<String>, arrows: &[Arrow]) -> Vec<String> {
        let mut violations = Vec::new();
        let floors: BTreeMap<&str, usize> = (0..)
            .zip(self.floors)
            .flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor)))
            .collect();
        let rooms: BTreeSet<&str> = files.iter().filter_map(|file| self.room(file)).collect();
        for room in &rooms {
            if !floors.contains_key(room) && *room != "self" {
                violations.push(format!("`{room}` in `{}` has no floor", self.within));
            }
        }
        for room in floors.keys().filter(|room| !rooms.contains(*room)) {
            violations.push(format!("there is no `{room}` in `{}`", self.within));
        }
        for arrow in arrows {
            let (Some(from), Some(to)) = (self.room(&arrow.from), self.room(&arrow.to)) else {
                continue;
            };
            let (Some(above), Some(below)) = (floors.get(from), floors.get(to)) else {
                continue;
            };
            if from != to && above >= below {
                violations.push(format!("{arrow}: `{from}` is not above `{to}`"));
            }
        }
        violations
    }

    /// The room that a file below `src/` belongs to.
    fn room<'a>(&self, file: &'a str) -> Option<&'a str> {
        let module = file.strip_suffix(".rs").or(file.strip_suffix(".mjs"))?;
        if self.within.is_empty() {
            return module.split('/').next();
        }
        match module.strip_prefix(self.within)? {
            "" => Some("self"),
            rest => rest.strip_prefix('/')?.split('/').next(),
        }
    }
}

/// Every arrow that is part of a circle: from where it ends, arrows lead back to its start.
pub(super) fn circles(arrows: &[Arrow]) -> Vec<&Arrow> {
    let mut targets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for arrow in arrows {
        targets.entry(&arrow.from).or_default().push(&arrow.to);
    }
    let leads_to = |from: &str, to: &str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            if reached.insert(file.to_owned()) {
                open.extend(targets.get(file).into_iter().flatten());
            }
        }
        reached.contains(to)
    };
    arrows
        .iter()
        .filter(|arrow| leads_to(&arrow.to, &arrow.from))
        .collect()
}
