//! What the judge is asked after each step, and at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::aws::World;
use super::cloudfront::Distribution;
use super::estate::{NAMES, function_of};
use super::judge::{Holding, Judge, Operation, Spot, named, ours_in};
use super::script::Teller;
use super::state::holding;
use super::terraform::{Action, Ending, Run, Said, lock};

impl Teller<'_> {
    /// After a step. `truth` are the objects that were as their states said before it.
    pub(super) fn judge_step(
        &mut self,
        runs: &[Arc<Run>],
        endings: &[Ending],
        truth: &BTreeMap<Operation, Vec<Holding>>,
    ) {
        let mut world = lock(&self.stage.world);
        let mut broken: Vec<(u8, String)> = Vec::new();
        let world_in_peace = world.faults_met.is_empty();
        let World {
            judge,
            distributions,
            functions,
            ..
        } = &mut *world;
        let green = |state: usize| {
            self.endings[state]
                .as_ref()
                .is_none_or(|ending| *ending == Ending::Green)
        };
        for (whose, objects) in &judge.holdings {
            let ran = runs
                .iter()
                .zip(endings)
                .find(|(run, _)| run.number == whose.state);
            let worked_on = ran.is_some_and(|(run, _)| {
                lock(&run.changes)
                    .get(&whose.address)
                    .is_some_and(|change| change.action != Action::Nothing)
            });
            let untrue: Vec<String> = objects
                .iter()
                .flat_map(|object| Judge::untruths(object, distributions, functions))
                .collect();
            if untrue.is_empty() {
                continue;
            }
            // The last says that an apply does not know, and says so.
            if objects.iter().any(|one| one.is_ordered_away)
                || ran.is_some_and(|(run, _)| is_unclear(&lock(&run.said)))
            {
                continue;
            }
            if ran.is_some_and(|(_, ending)| *ending == Ending::Green) {
                broken.push((
                    1,
                    format!(
                        "{} is not so after a green apply: {}",
                        named(Some(whose)),
                        untrue.join(", ")
                    ),
                ));
            } else if !worked_on && truth.get(whose) == Some(objects) {
                broken.push((
                    3,
                    format!(
                        "{} lost what it had: {}",
                        named(Some(whose)),
                        untrue.join(", ")
                    ),
                ));
            }
        }
        judge.owners();
        let owned = |name: &String| {
            judge
                .holdings
                .values()
                .flatten()
                .any(|one| one.function.as_ref() == Some(name))
        };
        self.lost_functions.retain(|name| !owned(name));
        let unwanted = judge.unwanted(distributions);
        let placed = |pair: &(String, String)| {
            judge.holdings.values().flatten().any(|object| {
                object.distribution.as_ref() == Some(&pair.1)
                    && object
                        .slots
                        .values()
                        .any(|(arn, _)| function_of(arn) == Some(&pair.0))
            })
        };
        let left = |pair: &(String, String)| {
            unwanted
                .iter()
                .any(|((id, _), arn)| *id == pair.1 && function_of(arn) == Some(&pair.0))
        };
        for pairs in [&mut self.lost_pairs, &mut self.wider_pairs] {
            pairs.retain(|pair| left(pair) || !placed(pair));
        }
        if green(0) && green(1) {
            for ((id, place), arn) in unwanted {
                let name = function_of(&arn).unwrap_or_default().to_owned();
                let pair = (name, id.clone());
                if !self.lost_pairs.contains(&pair) && !self.wider_pairs.contains(&pair) {
                    broken.push((
                        2,
                        format!(
                            "{arn} stays in {} {} of {id}, and no resource wants it",
                            place.0, place.1
                        ),
                    ));
                }
            }
        }
        let is_said = |spot: &Spot| {
            let mut said = runs.iter().map(|run| lock(&run.said));
            said.any(|said| said.iter().any(|said| speaks_of(said, spot)))
        };
        // What was put back is a gap, which a plan may have told.
        let held = ours_in(distributions);
        for (spot, arn, how) in &judge.robbed {
            if held.get(spot) != Some(arn) || !is_said(spot) {
                broken.push((3, how.clone()));
            }
        }
        // Of what is replaced by order Terraform shows no warnings, but that it is replaced.
        let by_order = |by: &Option<Operation>| {
            let mut replaced = runs
                .iter()
                .filter_map(|run| Some(run.operation(run.options.replace?)));
            by.is_some_and(|by| replaced.any(|replaced| replaced == by))
        };
        // What one process gives up, another may take at the same moment.
        let is_taken_elsewhere = |by: &Option<Operation>, spot: &Spot| {
            by.is_some_and(|by| {
                judge.process_of(spot) != self.aliases.get(&by).map(|alias| (by.state, *alias))
            })
        };
        if endings.iter().all(|ending| *ending == Ending::Green) {
            for (spot, by) in judge.closed_gaps(distributions) {
                self.tally.gaps += 1;
                if !is_said(&spot) && !by_order(&by) && !is_taken_elsewhere(&by, &spot) {
                    let by = named(by.as_ref());
                    let (id, (behavior, event)) = spot;
                    let how = format!(
                        "{behavior} {event} of {id} was empty for a while, and no plan said so: {by}"
                    );
                    broken.push((5, how));
                }
            }
        }
        // A refusal that nobody caused may come too late, too.
        if let ([run], [Ending::FailedAtApply(errors)]) = (runs, endings)
            && world_in_peace
        {
            for spot in run.planned_spots() {
                let Some(by) = judge.gaps.get(&spot) else {
                    continue;
                };
                // Terraform destroys what is deposed whatever happens to the rest.
                if !held.contains_key(&spot)
                    && !is_said(&spot)
                    && !by_order(by)
                    && !by.is_some_and(|by| run.had_deposed.contains(&by))
                {
                    let (id, (behavior, event)) = spot;
                    let how = format!("{behavior} {event} of {id} is empty after {errors:?}");
                    broken.push((5, how));
                }
            }
        }
        for (promise, how) in broken {
            judge.breaks(promise, how);
        }
    }

    /// When everything was destroyed.
    pub(super) fn judge_the_end(&mut self) {
        let mut world = lock(&self.stage.world);
        let World {
            judge,
            distributions,
            functions,
            ..
        } = &mut *world;
        let mut broken = Vec::new();
        for (state, left) in self.states.iter().enumerate() {
            // One that was forgotten may keep a function.
            let left: Vec<String> = left
                .iter()
                .filter(|(address, instance)| {
                    let mut objects = instance.current.iter().chain(&instance.deposed);
                    !objects.all(|object| {
                        let holding = holding(&object.kept.value, address.kind, false);
                        self.lost_pairs
                            .iter()
                            .any(|(name, _)| Some(name) == holding.function.as_ref())
                    })
                })
                .map(|(address, _)| address.to_string())
                .collect();
            if !left.is_empty() {
                broken.push(format!(
                    "{} of state {state} cannot be destroyed: {:?}",
                    left.join(", "),
                    self.endings[state]
                ));
            }
        }
        for (id, distribution) in distributions.iter() {
            if self.lost_pairs.iter().any(|(_, lost)| lost == id) {
                self.tally.documents_left += 1;
            } else if self.had_faults && is_bare_alike(distribution) {
                // What stood around the slots is recorded as well as faults allow.
                self.tally.documents_left += 1;
            } else if distribution.text != distribution.original {
                broken.push(format!(
                    "everything is destroyed, but {id} is not as it was: {}",
                    difference(&distribution.original, &distribution.text)
                ));
            } else {
                self.tally.documents_compared += 1;
            }
        }
        for name in NAMES {
            let Some(function) = functions.get(name) else {
                continue;
            };
            let stage = function.tags.get("netacea:lifecycle").map(String::as_str);
            // A destroy that may not tag leaves its function without the mark, with a warning.
            let arns = ours_in(distributions);
            let stands = arns.values().any(|arn| function_of(arn) == Some(name));
            let is_kept = self.could_not_tag && !stands
                || self.lost_functions.contains(name)
                || self.lost_pairs.iter().any(|(lost, _)| lost == name);
            if stage != Some("released") && !is_kept {
                broken.push(format!(
                    "everything is destroyed, but {name} is there, and {stage:?}"
                ));
            }
        }
        for how in broken {
            judge.breaks(2, how);
        }
    }
}

fn is_unclear(said: &[Said]) -> bool {
    said.iter()
        .any(|said| !said.while_planning && said.summary == "The outcome of an update is unknown")
}

/// Whether a document is as it was but for empty elements, which mean the same as none.
fn is_bare_alike(distribution: &Distribution) -> bool {
    const EMPTY: &str =
        "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";
    distribution.text.replace(EMPTY, "") == distribution.original.replace(EMPTY, "")
}

/// The part that differs.
fn difference(before: &str, after: &str) -> String {
    let common = |mut pairs: Box<dyn Iterator<Item = (char, char)>>| {
        let mut count = 0;
        while pairs.next().is_some_and(|(one, other)| one == other) {
            count += 1;
        }
        count
    };
    let start: usize = common(Box::new(before.chars().zip(after.chars())));
    let rest = before.len().min(after.len()) - start;
    let end = common(Box::new(before.chars().rev().zip(after.chars().rev()))).min(rest);
    format!(
        "`{}` became `{}`",
        &before[start..before.len() - end],
        &after[start..after.len() - end]
    )
}

/// Whether a plan said that this slot may be empty for a while, or that the apply will stop there.
fn speaks_of(said: &Said, spot: &Spot) -> bool {
    let (id, (behavior, event)) = spot;
    let is_gap =
        said.summary == "Slots may be empty between two updates" && said.detail.contains(id);
    let stops = said.summary.starts_with("An apply will stop");
    said.while_planning && (is_gap || stops) && said.detail.contains(&format!("{behavior} {event}"))
}
