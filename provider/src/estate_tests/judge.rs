//! Whether a promise was broken: judged from documents, functions and states, without the code that
//! is tested.

use std::collections::{BTreeMap, BTreeSet};

use super::cloudfront::Distribution;
use super::estate::{Address, NAMES, function_of};
use super::lambda::Function;
use crate::aws::race_tests::view::{Place, View};
use crate::aws::tags::Tags;

/// Whose calls they are: one apply of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operation {
    pub(super) state: usize,
    pub(super) address: Address,
}

/// Distribution, behavior and event type.
pub(super) type Spot = (String, Place);

/// What one object in a state says that it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Holding {
    /// The function that it is the resource of.
    pub(super) function: Option<String>,
    pub(super) memory_size: Option<i64>,
    /// The name of the function that it places. Its slots may show whoever else stands there.
    pub(super) places: Option<String>,
    /// The version that it uses.
    pub(super) qualified_arn: Option<String>,
    pub(super) distribution: Option<String>,
    /// To ARN and whether the body is handed over.
    pub(super) slots: BTreeMap<Place, (String, bool)>,
    /// The provider block that applied it last.
    pub(super) alias: usize,
    /// A replaced object that is still to be destroyed.
    pub(super) is_deposed: bool,
    /// Whether the apply that is running destroys it or takes slots from it with its consent.
    pub(super) gives_way_to: BTreeSet<Address>,
    /// Whether one of those is of another provider block, where nobody sees whether it agrees.
    pub(super) is_ordered_away: bool,
}

#[derive(Debug, Default)]
pub(super) struct Judge {
    /// What the states say. Deposed objects follow the current one of their address.
    pub(super) holdings: BTreeMap<Operation, Vec<Holding>>,
    /// Slots that had one of ours when the step began and had none for a moment since, with the
    /// operation that took it out.
    pub(super) gaps: BTreeMap<Spot, Option<Operation>>,
    /// Slots that were taken from whoever held them by right, with the ARN and how it came.
    pub(super) robbed: Vec<(Spot, String, String)>,
    /// Two that a release without claims let share a pair.
    pub(super) may_share: Option<[Operation; 2]>,
    /// Slots that had one of ours when the step began.
    protected: BTreeSet<Spot>,
    /// The first broken promise.
    pub(super) broken: Option<Broken>,
    /// What was written, one line each.
    pub(super) log: Vec<String>,
}

/// The number of "a plan right after a green apply is empty".
pub(super) const SETTLED: u8 = 7;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Broken {
    /// Its number in OWNERSHIP; 6 is Terraform's "bug in the provider", and 7 an apply that has not
    /// settled.
    pub(super) promise: u8,
    pub(super) how: String,
}

impl Holding {
    /// Whether its own function is in one of its slots, as far as the state knows.
    fn stands(&self) -> bool {
        let mut arns = self.slots.values();
        arns.any(|(arn, _)| function_of(arn) == self.places.as_deref())
    }
}

pub(super) fn is_ours(arn: &str) -> bool {
    function_of(arn).is_some_and(|name| NAMES.contains(&name))
}

impl Judge {
    pub(super) fn breaks(&mut self, promise: u8, how: String) {
        self.log.push(format!("BROKEN {promise}: {how}"));
        self.broken.get_or_insert(Broken { promise, how });
    }

    pub(super) fn begin_step(&mut self, distributions: &BTreeMap<String, Distribution>) {
        self.gaps.clear();
        self.robbed.clear();
        self.protected = ours_in(distributions).into_keys().collect();
    }

    fn note(&mut self, operation: Option<&Operation>, what: String) {
        self.log.push(format!("{}: {what}", named(operation)));
    }

    /// The objects that are not those of this operation.
    fn others(
        &self,
        operation: Option<&Operation>,
    ) -> impl Iterator<Item = (&Operation, &Holding)> {
        let all = self.holdings.iter();
        let others = all.filter(move |(whose, _)| Some(*whose) != operation);
        others.flat_map(|(whose, objects)| objects.iter().map(move |object| (whose, object)))
    }

    pub(super) fn updated(
        &mut self,
        operation: Option<&Operation>,
        id: &str,
        before: &View,
        after: &View,
    ) {
        let (before, after) = (before.slots(), after.slots());
        let mut changes = Vec::new();
        let places: BTreeSet<&Place> = before.keys().chain(after.keys()).collect();
        for place in places {
            let (was, is) = (before.get(place), after.get(place));
            if was == is {
                continue;
            }
            let short = |held: Option<&crate::aws::race_tests::view::Held>| {
                held.map_or("nothing".to_owned(), |held| {
                    held.arn
                        .rsplitn(3, ':')
                        .take(2)
                        .collect::<Vec<_>>()
                        .join(" of ")
                })
            };
            changes.push(format!(
                "{} {}: {} → {}",
                place.0,
                place.1,
                short(was),
                short(is)
            ));
            let Some(was) = was.filter(|held| is_ours(&held.arn)) else {
                continue;
            };
            let robbed: Vec<String> = self
                .others(operation)
                .filter(|(_, object)| {
                    let by = operation.map(|operation| operation.address);
                    !by.is_some_and(|by| object.gives_way_to.contains(&by))
                })
                .filter(|(_, object)| object.distribution.as_deref() == Some(id))
                .filter(|(_, object)| object.places.as_deref() == function_of(&was.arn))
                .filter(|(_, object)| {
                    object
                        .slots
                        .get(place)
                        .is_some_and(|(arn, _)| *arn == was.arn)
                })
                .map(|(whose, _)| named(Some(whose)))
                .collect();
            for whose in robbed {
                let how = format!(
                    "{} changed {} {} of {id} from {} to {}, which {whose} holds by right",
                    named(operation),
                    place.0,
                    place.1,
                    short(Some(was)),
                    short(is),
                );
                let spot = (id.to_owned(), place.clone());
                self.robbed.push((spot, was.arn.clone(), how));
            }
            if !is.is_some_and(|held| is_ours(&held.arn)) {
                let spot = (id.to_owned(), place.clone());
                if self.protected.contains(&spot) {
                    self.gaps.insert(spot, operation.copied());
                }
            }
        }
        self.note(operation, format!("updates {id}: {}", changes.join(", ")));
    }

    pub(super) fn created(&mut self, operation: Option<&Operation>, name: &str) {
        self.note(operation, format!("creates {name}"));
    }

    pub(super) fn tagged(&mut self, operation: Option<&Operation>, name: &str, tags: &Tags) {
        let tags: Vec<String> = tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        self.note(operation, format!("tags {name}: {}", tags.join(", ")));
    }

    /// Code, configuration or version of a function.
    pub(super) fn wrote(&mut self, operation: Option<&Operation>, name: &str) {
        self.note(operation, format!("writes {name}"));
        self.is_not_anothers(operation, name, "wrote to");
    }

    pub(super) fn deleted(&mut self, operation: Option<&Operation>, name: &str) {
        self.note(operation, format!("deletes {name}"));
        self.is_not_anothers(operation, name, "deleted");
    }

    fn is_not_anothers(&mut self, operation: Option<&Operation>, name: &str, did: &str) {
        let robbed: Vec<String> = self
            .others(operation)
            .filter(|(_, object)| object.function.as_deref() == Some(name))
            .map(|(whose, _)| named(Some(whose)))
            .collect();
        for whose in robbed {
            let how = format!(
                "{} {did} the function {name}, which is {whose}'s",
                named(operation)
            );
            self.breaks(3, how);
        }
    }

    /// Promise 1, for one object: what of it is not so.
    pub(super) fn untruths(
        object: &Holding,
        distributions: &BTreeMap<String, Distribution>,
        functions: &BTreeMap<String, Function>,
    ) -> Vec<String> {
        let mut untrue = Vec::new();
        if let Some(id) = &object.distribution {
            let found = distributions
                .get(id)
                .map(|one| one.view().slots())
                .unwrap_or_default();
            for (place, (arn, include_body)) in &object.slots {
                let is = found.get(place);
                if !is.is_some_and(|held| held.arn == *arn && held.include_body == *include_body) {
                    let is = is.map_or("nothing", |held| &held.arn);
                    untrue.push(format!(
                        "{} {} of {id} holds {is} and not {arn}",
                        place.0, place.1
                    ));
                }
            }
        }
        let (Some(name), Some(arn)) = (&object.function, &object.qualified_arn) else {
            return untrue;
        };
        let version = arn
            .rsplit(':')
            .next()
            .and_then(|version| version.parse().ok());
        let frozen = functions
            .get(name)
            .zip(version)
            .and_then(|(function, version): (_, u64)| function.published.get(&version));
        match frozen {
            None => untrue.push(format!("there is no {arn}")),
            Some(frozen) if object.memory_size != Some(frozen.memory_size) => untrue.push(format!(
                "{arn} has {} MB and not {:?}",
                frozen.memory_size, object.memory_size
            )),
            Some(_) => {}
        }
        untrue
    }

    /// Promise 4.
    pub(super) fn owners(&mut self) {
        let mut functions: BTreeMap<&String, &Operation> = BTreeMap::new();
        let mut pairs: BTreeMap<(&String, &String), &Operation> = BTreeMap::new();
        let mut found = Vec::new();
        for (whose, objects) in &self.holdings {
            for object in objects {
                if let Some(name) = &object.function
                    && let Some(other) = functions.insert(name, whose)
                    && other != whose
                {
                    found.push(format!(
                        "{name} is {}'s and {}'s",
                        named(Some(other)),
                        named(Some(whose))
                    ));
                }
                let Some(id) = &object.distribution else {
                    continue;
                };
                if let Some(name) = &object.places
                    && object.stands()
                    && object.gives_way_to.is_empty()
                    && let Some(other) = pairs.insert((name, id), whose)
                    && other != whose
                    && !self
                        .may_share
                        .is_some_and(|two| two.contains(whose) && two.contains(other))
                {
                    found.push(format!(
                        "{name} is placed in {id} by {} and {}",
                        named(Some(other)),
                        named(Some(whose))
                    ));
                }
            }
        }
        for how in found {
            self.breaks(4, how);
        }
    }

    /// Promise 2: slots with one of ours that no object in a state speaks of.
    pub(super) fn unwanted(
        &self,
        distributions: &BTreeMap<String, Distribution>,
    ) -> BTreeMap<Spot, String> {
        let mut held = ours_in(distributions);
        for object in self.holdings.values().flatten() {
            let Some(id) = &object.distribution else {
                continue;
            };
            for (place, (arn, _)) in &object.slots {
                let spot = (id.clone(), place.clone());
                if held
                    .get(&spot)
                    .is_some_and(|is| function_of(is) == function_of(arn))
                {
                    held.remove(&spot);
                }
            }
        }
        held
    }

    /// Promise 5: gaps in slots that are protected again.
    pub(super) fn closed_gaps(
        &self,
        distributions: &BTreeMap<String, Distribution>,
    ) -> Vec<(Spot, Option<Operation>)> {
        let held = ours_in(distributions);
        let gaps = self
            .gaps
            .iter()
            .filter(|(spot, _)| held.contains_key(*spot));
        gaps.map(|(spot, by)| (spot.clone(), *by)).collect()
    }

    /// The state and the provider block that have the slot.
    pub(super) fn process_of(&self, (id, place): &Spot) -> Option<(usize, usize)> {
        let objects = self
            .holdings
            .iter()
            .flat_map(|(whose, objects)| objects.iter().map(move |one| (whose.state, one)));
        let mut has_it = objects.filter(|(_, one)| {
            one.distribution.as_ref() == Some(id) && one.slots.contains_key(place)
        });
        has_it.next().map(|(state, one)| (state, one.alias))
    }
}

/// The slots with one of ours.
pub(super) fn ours_in(distributions: &BTreeMap<String, Distribution>) -> BTreeMap<Spot, String> {
    let mut ours = BTreeMap::new();
    for (id, distribution) in distributions {
        for (place, held) in distribution.view().slots() {
            if is_ours(&held.arn) {
                ours.insert((id.clone(), place), held.arn);
            }
        }
    }
    ours
}

pub(super) fn named(operation: Option<&Operation>) -> String {
    match operation {
        Some(Operation { state, address }) => format!("{address} of state {state}"),
        None => "somebody".to_owned(),
    }
}
