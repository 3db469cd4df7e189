//! One race: a distribution, what we want of it, and what others do meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tokio_util::sync::CancellationToken;

use super::cloudfront::{Foreign, ID, Line, WhenStale, World};
use super::edit::ForeignEdit;
use super::judge::{place, unfulfilled};
use super::mandate;
use super::view::View;
use crate::aws::distribution::Applied;
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::ownership::Displaced;
use crate::aws::retry::Deadline;
use crate::aws::session::AwsSession;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::property_tests::generated::{Generated, OURS, generated_small};
use crate::aws::splice::{Change, Conflict, Handover, Originals, Restore, Wish};

/// Another function of ours, managed by another Terraform run.
const MORE: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-more";

/// The number of updates that `apply` tries if it finds a newer version each time.
const ROUNDS: usize = 5;

/// Everything that is random about a race.
#[derive(Clone, Debug)]
pub(super) struct Race {
    document: Generated,
    foreign: Vec<Foreign>,
    restless: usize,
    lost_answers: BTreeSet<usize>,
    /// Which slots we want, and which of them still after the second apply.
    choice: u64,
    kept: u64,
    adopt_existing: bool,
    /// Whether another run of ours wants the rest of the slots.
    has_rival: bool,
    seed: u64,
}

/// What all races use, one after another: an account, and two Terraform runs with a connection to
/// it.
pub(super) struct Stage {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) sessions: [AwsSession; 2],
}

impl Stage {
    pub(super) async fn build() -> Stage {
        let world = World::new(String::new(), Vec::new());
        let world = Arc::new(Mutex::new(world));
        let session = async |writer| {
            let line = Line {
                writer,
                world: Arc::clone(&world),
            };
            AwsSession::through(SharedHttpConnector::new(line)).await
        };
        let sessions = [session(0).await, session(1).await];
        Stage { world, sessions }
    }
}

/// The results of a race, or of many.
#[derive(Debug, Default)]
pub(super) struct Tally {
    races: usize,
    edits: usize,
    refused_edits: usize,
    updates: usize,
    stale: usize,
    as_wanted: usize,
    overwritten: usize,
    conflicts: usize,
    another_writer: usize,
    gone: usize,
}

impl Race {
    pub(super) fn any() -> impl Strategy<Value = Race> {
        let when_stale = prop_oneof![
            Just(WhenStale::GiveUp),
            Just(WhenStale::Redo),
            Just(WhenStale::Overwrite)
        ];
        let foreign = (
            ForeignEdit::any(),
            1..40usize,
            prop_oneof![Just(0), 0..6usize],
            when_stale,
        );
        let foreign = foreign.prop_map(|(edit, at, thinks_for, when_stale)| Foreign {
            edit,
            at,
            thinks_for,
            when_stale,
        });
        (
            generated_small(),
            vec(foreign, 0..10),
            prop_oneof![8 => Just(0), 1 => 1..8usize],
            prop_oneof![3 => Just(BTreeSet::new()), 1 => btree_set(1..6usize, 1..3)],
            (any::<u64>(), any::<u64>(), any::<bool>()),
            proptest::bool::weighted(0.3),
            any::<u64>(),
        )
            .prop_map(
                |(document, foreign, restless, lost_answers, wishes, has_rival, seed)| Race {
                    document,
                    foreign,
                    restless,
                    lost_answers,
                    choice: wishes.0,
                    kept: wishes.1,
                    adopt_existing: wishes.2,
                    has_rival,
                    seed,
                },
            )
    }

    /// Takes slots, moves them to another version and leaves some, then leaves all of them, while
    /// others are at work; once it is quiet, nothing of ours may be left.
    pub(super) async fn run(&self, stage: &Stage) -> Result<Tally, TestCaseError> {
        // Pauses and ways are random; here they follow from the race.
        fastrand::seed(self.seed);
        let mut world = World::new(self.document.text.clone(), self.foreign.clone());
        world.restless = self.restless;
        world.lost_answers.clone_from(&self.lost_answers);
        let mut ours = Ours::new(0, OURS, stage);
        let mut rival = Ours::new(1, MORE, stage);
        *ours.world() = world;
        let slots = slots(&self.document.text);
        let (wanted, others): (Vec<Slot>, Vec<Slot>) = pick(&slots, self.choice);
        let (kept, _) = pick(&wanted, self.kept);
        let others = if self.has_rival { others } else { Vec::new() };

        let first = ours.hold(&wanted, 7, self.adopt_existing);
        let second = rival.hold(&others, 1, true);
        let both = tokio::join!(ours.apply(first), rival.apply(second));
        both.0.and(both.1)?;
        let first = ours.hold(&kept, 8, self.adopt_existing);
        let second = rival.hold(&others, 2, true);
        let both = tokio::join!(ours.apply(first), rival.apply(second));
        both.0.and(both.1)?;
        let (first, second) = (ours.release(), rival.release());
        let both = tokio::join!(ours.apply(first), rival.apply(second));
        both.0.and(both.1)?;

        ours.world().calm_down();
        for writer in [&mut ours, &mut rival] {
            let left = writer.release();
            writer.apply(left).await?;
        }
        self.judge_the_end(&ours, &rival)?;
        let mut tally = Tally::default();
        for writer in [&ours, &rival] {
            tally.add(&writer.tally);
        }
        let world = ours.world();
        tally.races = 1;
        tally.edits = world.edits;
        tally.refused_edits = world.refused_edits;
        tally.updates = world.updates;
        tally.stale = world.writers.iter().map(|writer| writer.stale).sum();
        Ok(tally)
    }

    fn judge_the_end(&self, ours: &Ours<'_>, rival: &Ours<'_>) -> Result<(), TestCaseError> {
        let world = ours.world();
        let Some(text) = &world.text else {
            return Ok(());
        };
        for (place, held) in View::of(text).slots() {
            let is_left = [&ours.function, &rival.function]
                .iter()
                .any(|function| held.arn.starts_with(**function) && !is_rolled_back(&held.arn));
            prop_assert!(!is_left, "{} is left in {:?}", held.arn, place);
        }
        // Where nobody else touched an association element, or brought back one that we had left,
        // the very bytes are back.
        let disturbs = |foreign: &Foreign| {
            foreign.edit.associates() || matches!(foreign.when_stale, WhenStale::Overwrite)
        };
        if !self.foreign.iter().any(disturbs) && !self.has_rival && ours.remembers {
            prop_assert_eq!(text, &world.without_us, "a mark was left");
        }
        Ok(())
    }
}

/// A colleague put it there, into a slot that may never have been ours.
fn is_rolled_back(arn: &str) -> bool {
    let version = arn
        .rsplit(':')
        .next()
        .and_then(|version| version.parse().ok());
    version.is_some_and(|version: usize| version >= 1000)
}

/// One of our Terraform runs, with what its state would hold.
struct Ours<'a> {
    line: Line,
    session: &'a AwsSession,
    function: &'static str,
    change: Option<Change>,
    originals: Originals,
    displaced: BTreeMap<Slot, Association>,
    /// Whether the state knows of every update that was accepted.
    remembers: bool,
    tally: Tally,
}

impl<'a> Ours<'a> {
    fn new(writer: usize, function: &'static str, stage: &'a Stage) -> Self {
        Ours {
            session: &stage.sessions[writer],
            line: Line {
                writer,
                world: Arc::clone(&stage.world),
            },
            function,
            change: None,
            originals: Originals::default(),
            displaced: BTreeMap::new(),
            remembers: true,
            tally: Tally::default(),
        }
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.line.world()
    }

    /// These slots in this version, and no others.
    fn hold(&self, slots: &[Slot], version: u64, adopt_existing: bool) -> Change {
        let mut change = self.release();
        change.slots.extend(slots.iter().map(|slot| {
            let association = Association {
                lambda_arn: format!("{}:{version}", self.function),
                include_body: slot.event.carries_body(),
            };
            let wish = Wish::Hold {
                association,
                adopt_existing,
            };
            (slot.clone(), wish)
        }));
        change
    }

    /// None of the slots that were wanted so far.
    fn release(&self) -> Change {
        let so_far = self.change.iter().flat_map(|change| change.slots.keys());
        let wish = |slot: &Slot| Wish::Leave {
            restore: self.displaced.get(slot).cloned().map(Restore::from),
        };
        Change {
            function: self.function.parse().unwrap(),
            predecessor: None,
            foreseen: None,
            staging: Some(false),
            handover: Handover::default(),
            slots: so_far.map(|slot| (slot.clone(), wish(slot))).collect(),
            originals: self.originals.clone(),
        }
    }

    async fn apply(&mut self, change: Change) -> Result<(), TestCaseError> {
        if change.slots.is_empty() {
            return Ok(());
        }
        let recorded = self.recorded(&change);
        let (puts, stale, lost) = {
            let mut world = self.world();
            let lost = world.lost_answers.len();
            let writer = &mut world.writers[self.line.writer];
            writer.judge.begin(&change);
            (writer.puts, writer.stale, lost)
        };
        let deadline = Deadline::after(Duration::from_secs(3600), CancellationToken::new());
        let distributions = self.session.distributions();
        let applied = distributions
            .apply(ID, &change, &mandate(), &deadline)
            .await;
        self.change = Some(change.clone());
        self.tally.count(&applied);
        {
            let world = self.world();
            let writer = &world.writers[self.line.writer];
            prop_assert!(
                world.wrong.is_none(),
                "{}",
                world.wrong.clone().unwrap_or_default()
            );
            prop_assert!(writer.puts - puts <= ROUNDS + lost, "too many updates");
            if let Ok(applied) = &applied {
                let said = &applied.displaced;
                prop_assert!(
                    writer.judge.has_displaced(said),
                    "not displaced: {:?}",
                    said
                );
            }
            let stale = writer.stale - stale;
            self.judge(&change, &applied, writer.seen.as_deref(), stale)?;
        }
        match applied {
            Ok(applied) => {
                self.remember(&change, &applied);
                if let Some(deployment) = &applied.deployment {
                    let deployed = distributions.wait_deployed(deployment, &deadline).await;
                    let seen = self.world().writers[self.line.writer].seen.clone();
                    let Err(error) = deployed else { return Ok(()) };
                    prop_assert!(
                        is_true(&error, &change, seen.as_deref()),
                        "while it was deployed: {}",
                        error
                    );
                }
            }
            Err(error) => {
                let now = self.recorded(&change);
                let has_taken = self.world().writers[self.line.writer].judge.accepted > 0;
                if has_taken {
                    let lost = self.lost(&change, &now);
                    prop_assert!(lost.is_empty(), "{}, and lost: {:?}", error, lost);
                } else if !matches!(error, Error::Unclear { .. }) && !error.outcome_is_unknown() {
                    let is_new = |(slot, association): &(&Slot, &Association)| {
                        recorded.get(slot) != Some(association)
                    };
                    let left: Vec<_> = now.iter().filter(is_new).collect();
                    prop_assert!(left.is_empty(), "recorded for nothing: {:?}", left);
                }
                self.recall();
            }
        }
        Ok(())
    }

    /// What the tags record as displaced in slots of `change`.
    fn recorded(&self, change: &Change) -> BTreeMap<Slot, Association> {
        let world = self.line.world();
        let name = self.function.rsplit(':').next().unwrap_or_default();
        let tags = world.tags.get(name).cloned().unwrap_or_default();
        Displaced::recall(&tags, ID, change.slots.keys()).associations
    }

    /// What our function has displaced from slots that it holds, although neither the tags (`now`)
    /// nor the state know it.
    fn lost(
        &self,
        change: &Change,
        now: &BTreeMap<Slot, Association>,
    ) -> BTreeMap<Slot, Association> {
        let world = self.line.world();
        let held = world.text.as_ref().map(|text| View::of(text).slots());
        let mut lost = world.writers[self.line.writer].judge.displaced.clone();
        lost.retain(|slot, displaced| {
            let held = held.as_ref().and_then(|held| held.get(&place(slot)));
            held.is_some_and(|held| change.owns(&held.arn))
                && now.get(slot) != Some(displaced)
                && self.displaced.get(slot) != Some(displaced)
        });
        lost
    }

    /// Checks that the result is what is there.
    fn judge(
        &self,
        change: &Change,
        applied: &Result<Applied, Error>,
        seen: Option<&str>,
        stale: usize,
    ) -> Result<(), TestCaseError> {
        match applied {
            Ok(applied) if applied.warnings.is_empty() => {
                let left = unfulfilled(change, seen.unwrap_or_default());
                prop_assert!(left.is_empty(), "said to be done, but not so: {:?}", left);
            }
            Ok(applied) => {
                for warning in &applied.warnings {
                    prop_assert!(is_true(warning, change, seen), "warned that {}", warning);
                }
            }
            Err(Error::AnotherWriter { .. }) => {
                prop_assert!(stale >= ROUNDS, "gave up after {} newer versions", stale);
            }
            Err(error) => {
                prop_assert!(is_true(error, change, seen), "failed because {}", error);
            }
        }
        Ok(())
    }

    fn remember(&mut self, change: &Change, applied: &Applied) {
        self.originals = applied.originals.clone();
        self.displaced.extend(applied.displaced.clone());
        let is_held = |slot: &Slot| matches!(change.slots.get(slot), Some(Wish::Hold { .. }));
        self.displaced.retain(|slot, _| is_held(slot));
    }

    /// What a read finds after a failure: the displaced functions are in the tags, for slots that
    /// are ours.
    fn recall(&mut self) {
        let world = self.line.world();
        let writer = &world.writers[self.line.writer];
        self.remembers &= writer.judge.accepted == 0;
        let (Some(text), Some(change)) = (&world.text, &self.change) else {
            return;
        };
        let held = View::of(text).slots();
        let is_held = |slot: &&Slot| {
            held.get(&place(slot))
                .is_some_and(|held| change.owns(&held.arn))
        };
        let name = self.function.rsplit(':').next().unwrap_or_default();
        let tags = world.tags.get(name).cloned().unwrap_or_default();
        let recalled = Displaced::recall(&tags, ID, change.slots.keys().filter(is_held));
        for (slot, association) in recalled.associations {
            self.displaced.entry(slot).or_insert(association);
        }
    }
}

/// Whether an error agrees with the configuration (`seen`). `None`: there is no distribution.
fn is_true(error: &Error, change: &Change, seen: Option<&str>) -> bool {
    let Some(seen) = seen else {
        return matches!(error, Error::DistributionGone { .. });
    };
    let view = View::of(seen);
    let holds = |conflict: &Conflict| match conflict {
        Conflict::Held { slot, holder } => view
            .slots()
            .get(&place(slot))
            .is_some_and(|held| held.arn == *holder && !change.owns(holder)),
        Conflict::UnknownBehavior { behavior, .. } => !view.names().contains(&behavior.as_str()),
        Conflict::CloudFrontFunction { slot, .. } => {
            let behavior = view.behavior(&slot.behavior);
            behavior.is_some_and(|behavior| behavior.has_function) && slot.event.is_viewer()
        }
        _ => false,
    };
    match error {
        Error::Conflicts(conflicts) => !conflicts.is_empty() && conflicts.iter().all(holds),
        Error::Overwritten { slots, .. } => *slots == unfulfilled(change, seen),
        _ => false,
    }
}

fn slots(text: &str) -> Vec<Slot> {
    let view = View::of(text);
    let names = view.names().into_iter();
    names
        .flat_map(|name| EventType::ALL.map(|event| Slot::new(name, event)))
        .collect()
}

fn pick(slots: &[Slot], choice: u64) -> (Vec<Slot>, Vec<Slot>) {
    let is_chosen = |index: usize| choice.rotate_right(index as u32 % 64) & 1 == 1;
    let (chosen, rest): (Vec<_>, Vec<_>) = slots
        .iter()
        .cloned()
        .enumerate()
        .partition(|(index, _)| is_chosen(*index));
    let without_index =
        |slots: Vec<(usize, Slot)>| slots.into_iter().map(|(_, slot)| slot).collect();
    (without_index(chosen), without_index(rest))
}

impl Tally {
    pub(super) fn add(&mut self, other: &Tally) {
        self.races += other.races;
        self.edits += other.edits;
        self.refused_edits += other.refused_edits;
        self.updates += other.updates;
        self.stale += other.stale;
        self.as_wanted += other.as_wanted;
        self.overwritten += other.overwritten;
        self.conflicts += other.conflicts;
        self.another_writer += other.another_writer;
        self.gone += other.gone;
    }

    fn count(&mut self, applied: &Result<Applied, Error>) {
        let counter = match applied {
            Ok(applied) if applied.warnings.is_empty() => &mut self.as_wanted,
            Ok(_) => &mut self.overwritten,
            Err(Error::AnotherWriter { .. }) => &mut self.another_writer,
            Err(Error::DistributionGone { .. }) => &mut self.gone,
            Err(_) => &mut self.conflicts,
        };
        *counter += 1;
    }

    pub(super) fn print(&self) {
        let figures = [
            ("interleavings", self.races),
            ("edits_of_others", self.edits),
            ("edits_of_others_refused", self.refused_edits),
            ("updates", self.updates),
            ("newer_versions_met", self.stale),
            ("as_wanted", self.as_wanted),
            ("conflicts", self.conflicts),
            ("overwritten_later", self.overwritten),
            ("another_writer", self.another_writer),
            ("distribution_gone", self.gone),
        ];
        for (name, value) in figures {
            println!("reliability races.{name} {value} cases");
        }
    }
}
