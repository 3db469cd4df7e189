//! A story: steps, each a configuration that is applied, with what goes wrong meanwhile; at the end
//! everything is applied once more in peace, and destroyed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use tfplugin::testing::{InProcess, Kept};
use tokio::sync::Notify;

use super::aws::{Line, World};
use super::cloudfront::{Before, Distribution};
use super::estate::{Address, DISTRIBUTIONS, Estate, NAMES, Of, What, function_of};
use super::faults::Fault;
use super::judge::{Broken, Judge, Operation, SETTLED, Spot};
use super::old::Split;
use super::state::State;
use super::tally::Tally;
use super::terraform::{Action, Change, Ending, Options, Process, Run, lock};
use crate::aws::session::AwsSession;
use crate::provider::Netacea;

/// Replicas are gone by then, whatever they are.
const HOURS: Duration = Duration::from_secs(12 * 3600);

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Script {
    /// The distributions before anybody began.
    pub(super) before: [[Before; 3]; 2],
    /// Seconds that replicas linger.
    pub(super) linger: u64,
    pub(super) steps: Vec<Step>,
    /// Whether the first step was done by a release that knew no claims, and what it let share a
    /// pair.
    pub(super) old: Option<Option<Split>>,
    /// Of everything that the provider and the network leave to chance.
    pub(super) seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) estate: Estate,
    /// Which states are applied; two at the same time.
    pub(super) states: Vec<usize>,
    pub(super) options: Options,
    pub(super) faults: Vec<Fault>,
    /// `moved` blocks.
    pub(super) moved: Vec<(Address, Address)>,
    /// `removed` blocks that do not destroy.
    pub(super) forgotten: BTreeSet<Address>,
}

/// Where stories take place, one after another.
pub(super) struct Stage {
    pub(super) world: Arc<Mutex<World>>,
    ended: Arc<Notify>,
    processes: [Arc<[Process; 2]>; 2],
}

#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) broken: Option<Broken>,
    pub(super) log: Vec<String>,
    pub(super) tally: Tally,
}

impl Stage {
    pub(super) async fn build() -> Stage {
        let world = World::new(BTreeMap::new(), Duration::ZERO);
        let (world, ended) = (Arc::new(Mutex::new(world)), Arc::new(Notify::new()));
        let process = async |state, alias| {
            let line = Line {
                state,
                alias,
                world: Arc::clone(&world),
                ended: Arc::clone(&ended),
            };
            let provider = InProcess::new(Netacea).expect("the declarations are in order");
            Process {
                provider: Arc::new(provider),
                session: AwsSession::through(SharedHttpConnector::new(line)).await,
            }
        };
        let pair = async |state| Arc::new([process(state, 0).await, process(state, 1).await]);
        let processes = [pair(0).await, pair(1).await];
        Stage {
            world,
            ended,
            processes,
        }
    }
}

/// A story on its way.
pub(super) struct Teller<'a> {
    pub(super) stage: &'a Stage,
    pub(super) states: [State; 2],
    /// How the last run of each state ended.
    pub(super) endings: [Option<Ending>; 2],
    /// Functions, and pairs of function and distribution, that an operation without a state may
    /// have left.
    pub(super) lost_functions: BTreeSet<String>,
    pub(super) lost_pairs: BTreeSet<(String, String)>,
    /// Pairs whose slots may be more than any state says until their resource is destroyed.
    pub(super) wider_pairs: BTreeSet<(String, String)>,
    /// The provider block of each object before or after the step.
    pub(super) aliases: BTreeMap<Operation, usize>,
    /// Whether anything went wrong on the way.
    pub(super) had_faults: bool,
    /// Whether an apply said that it could not tag a function.
    pub(super) could_not_tag: bool,
    pub(super) tally: Tally,
}

impl Script {
    pub(super) async fn tell(&self, stage: &Stage) -> Outcome {
        fastrand::seed(self.seed);
        let distributions = DISTRIBUTIONS
            .iter()
            .zip(&self.before)
            .map(|(id, before)| ((*id).to_owned(), Distribution::new(before)));
        *lock(&stage.world) = World::new(distributions.collect(), Duration::from_secs(self.linger));
        let mut teller = Teller {
            stage,
            states: Default::default(),
            endings: [None, None],
            lost_functions: BTreeSet::new(),
            lost_pairs: BTreeSet::new(),
            wider_pairs: BTreeSet::new(),
            aliases: BTreeMap::new(),
            had_faults: false,
            could_not_tag: false,
            tally: Tally::default(),
        };
        for (index, step) in self.steps.iter().enumerate() {
            teller.step(step).await;
            if teller.is_broken() {
                break;
            }
            // A release that fails leaves more than that.
            let green = teller.endings[0] == Some(Ending::Green)
                && step.states == [0]
                && !step.options.destroy;
            if let (0, Some(split), true) = (index, self.old, green) {
                let split = split.filter(|(one, _)| step.estate.contains_key(one));
                teller.grow_old(split);
                let mut again = step.clone();
                if let Some(split) = split {
                    super::old::divided(&mut again.estate, split);
                }
                // What an old release has done is taken over without a question.
                teller.settle(0, &again).await;
            }
        }
        if !teller.is_broken() {
            teller.end(self.steps.last().map(|step| &step.estate)).await;
        }
        let mut world = lock(&stage.world);
        Outcome {
            broken: world.judge.broken.take(),
            log: std::mem::take(&mut world.judge.log),
            tally: teller.tally,
        }
    }
}

impl Teller<'_> {
    fn is_broken(&self) -> bool {
        lock(&self.stage.world).judge.broken.is_some()
    }

    /// What was begun is finished, then everything goes.
    async fn end(&mut self, estate: Option<&Estate>) {
        let in_peace = |estate: &Estate, state, destroy| Step {
            estate: estate.clone(),
            states: vec![state],
            options: Options {
                parallelism: 10,
                replace: None,
                taint: None,
                destroy,
            },
            faults: Vec::new(),
            moved: Vec::new(),
            forgotten: BTreeSet::new(),
        };
        for state in [0, 1] {
            if let (Some(estate), false) = (estate, self.is_broken()) {
                self.step(&in_peace(estate, state, false)).await;
            }
        }
        let destroy = fastrand::bool();
        for attempt in 0..4 {
            for state in [0, 1] {
                if !self.is_broken() && !self.states[state].is_empty() {
                    // Whose configuration is refused has to empty it.
                    let step = match estate {
                        Some(estate) if destroy && attempt == 0 => in_peace(estate, state, true),
                        _ => in_peace(&Estate::new(), state, false),
                    };
                    self.step(&step).await;
                    tokio::time::sleep(HOURS).await;
                }
            }
        }
        if !self.is_broken() {
            self.judge_the_end();
        }
    }

    async fn step(&mut self, step: &Step) {
        for state in &step.states {
            self.edit_state(*state, step);
        }
        let truth = {
            let mut world = lock(&self.stage.world);
            world.begin_step(step.faults.clone());
            let World {
                judge,
                distributions,
                functions,
                ..
            } = &mut *world;
            judge.begin_step(distributions);
            judge.log.push(format!("--- states {:?}", step.states));
            let true_ones = judge.holdings.iter().filter(|(_, objects)| {
                objects
                    .iter()
                    .all(|one| Judge::untruths(one, distributions, functions).is_empty())
            });
            true_ones
                .map(|(whose, objects)| (*whose, objects.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let runs: Vec<Arc<Run>> = step
            .states
            .iter()
            .map(|state| Arc::new(self.run(*state, step)))
            .collect();
        let endings = match runs.as_slice() {
            [one] => vec![one.run().await],
            [one, other] => {
                let (one, other) = tokio::join!(one.run(), other.run());
                vec![one, other]
            }
            _ => Vec::new(),
        };
        for (run, ending) in runs.iter().zip(&endings) {
            self.tally.count(ending, &lock(&run.said));
            // Without a plan nothing is saved.
            if !matches!(ending, Ending::RefusedAtPlan(_)) {
                self.states[run.number] = lock(&run.state).clone();
            }
            self.note_lost(run, ending);
            let said = lock(&run.said);
            self.could_not_tag |= said
                .iter()
                .any(|said| said.detail.contains("lambda:TagResource"));
            drop(said);
            self.endings[run.number] = Some(ending.clone());
            run.save_as(&self.states[run.number]);
        }
        self.tally.met(&lock(&self.stage.world));
        self.had_faults |= !lock(&self.stage.world).faults_met.is_empty();
        self.note_aliases();
        self.judge_step(&runs, &endings, &truth);
        if let ([Ending::Green], [state], false) = (
            endings.as_slice(),
            step.states.as_slice(),
            step.options.destroy,
        ) {
            self.settle(*state, step).await;
        }
    }

    fn note_aliases(&mut self) {
        let world = lock(&self.stage.world);
        for (whose, objects) in &world.judge.holdings {
            let alias = objects.iter().map(|one| one.alias).next();
            self.aliases.extend(alias.map(|alias| (*whose, alias)));
        }
    }

    /// Nothing changed, nothing to do: after a green apply the same plan is empty.
    async fn settle(&mut self, state: usize, step: &Step) {
        if self.is_broken() || !lock(&self.stage.world).faults_met.is_empty() {
            return;
        }
        let is_ordered_away = {
            let holdings = &lock(&self.stage.world).judge.holdings;
            let mut objects = holdings.values().flatten();
            objects.any(|one| one.is_ordered_away)
        };
        if is_ordered_away {
            return;
        }
        lock(&self.stage.world).begin_step(Vec::new());
        let mut again = self.run(state, step);
        again.options.replace = None;
        let again = Arc::new(again);
        if again.is_settled().await {
            return;
        }
        let changes: Vec<String> = lock(&again.changes)
            .iter()
            .filter(|(_, change)| change.action != Action::Nothing)
            .map(|(address, change)| format!("{address}: {:?}", change.action))
            .collect();
        let how = format!(
            "a plan right after a green apply of state {state} has {changes:?} {:?}",
            again.errors()
        );
        lock(&self.stage.world).judge.breaks(SETTLED, how);
    }

    /// What blocks and commands do to a state before a plan.
    fn edit_state(&mut self, number: usize, step: &Step) {
        let state = &mut self.states[number];
        for (from, to) in &step.moved {
            if state.contains_key(to) {
                continue;
            }
            let Some(instance) = state.remove(from) else {
                continue;
            };
            state.insert(*to, instance);
            let may_share = &mut lock(&self.stage.world).judge.may_share;
            for one in may_share.iter_mut().flatten() {
                if (one.state, one.address) == (number, *from) {
                    one.address = *to;
                }
            }
            for instance in state.values_mut() {
                for object in instance.current.iter_mut().chain(&mut instance.deposed) {
                    if object.dependencies.remove(from) {
                        object.dependencies.insert(*to);
                    }
                }
            }
        }
        for address in &step.forgotten {
            if step.estate.contains_key(address) {
                continue;
            }
            let Some(instance) = state.remove(address) else {
                continue;
            };
            for object in instance.current.iter().chain(&instance.deposed) {
                let holding = super::state::holding(&object.kept.value, address.kind, false);
                if let Some(name) = &holding.function {
                    // Of what was killed a state knows nothing.
                    let everywhere = DISTRIBUTIONS.map(|id| (name.clone(), id.to_owned()));
                    self.lost_pairs.extend(everywhere);
                }
                self.lost_functions.extend(holding.function);
                for (arn, _) in holding.slots.values() {
                    let name = function_of(arn).unwrap_or_default().to_owned();
                    let id = holding.distribution.clone().unwrap_or_default();
                    self.lost_pairs.insert((name, id));
                }
            }
        }
        if let Some(object) = step
            .options
            .taint
            .and_then(|address| state.get_mut(&address)?.current.as_mut())
        {
            object.tainted = true;
        }
        let run = self.run(number, step);
        run.save_as(&self.states[number]);
    }

    fn run(&self, state: usize, step: &Step) -> Run {
        let estate = step
            .estate
            .iter()
            .filter(|(_, resource)| resource.state == state);
        Run {
            number: state,
            world: Arc::clone(&self.stage.world),
            processes: Arc::clone(&self.stage.processes[state]),
            ended: Arc::clone(&self.stage.ended),
            estate: estate
                .map(|(address, resource)| (*address, resource.clone()))
                .collect(),
            state: Mutex::new(self.states[state].clone()),
            options: step.options.clone(),
            changes: Mutex::default(),
            had_deposed: self.deposed(state),
            lost: Mutex::default(),
            said: Mutex::default(),
        }
    }

    fn deposed(&self, state: usize) -> BTreeSet<Operation> {
        let instances = self.states[state].iter();
        let deposed = instances.filter(|(_, instance)| !instance.deposed.is_empty());
        let operation = |(address, _): (&Address, _)| Operation {
            state,
            address: *address,
        };
        deposed.map(operation).collect()
    }

    /// What may be there although no state speaks of it.
    fn note_lost(&mut self, run: &Run, ending: &Ending) {
        let changes = lock(&run.changes);
        let mut lost = lock(&run.lost).clone();
        // No state knows the slots of an update that was killed, or whose provider died.
        let world = lock(&self.stage.world);
        let has_crashed = [0, 1]
            .iter()
            .any(|alias| world.is_crashed(run.number, *alias));
        drop(world);
        if *ending == Ending::Killed || has_crashed {
            let updates = changes
                .iter()
                .filter(|(_, change)| change.action == Action::Update);
            for (address, change) in updates {
                let Some(pair) = run.pair(address) else {
                    continue;
                };
                // With its claim, a destroy finds what stands where the state shows the resource.
                if has_crashed || !self.shows(run.number, address, change) {
                    self.lost_pairs.insert(pair);
                } else {
                    self.wider_pairs.insert(pair);
                }
            }
        }
        if *ending == Ending::Killed {
            let creates = |change: &Change| {
                matches!(
                    change.action,
                    Action::Create | Action::DeleteThenCreate | Action::CreateThenDelete
                )
            };
            lost.extend(
                changes
                    .iter()
                    .filter(|(_, change)| creates(change))
                    .map(|(address, _)| *address),
            );
        }
        for address in lost {
            let Some(name) = run.function(&address) else {
                continue;
            };
            if address.kind == super::estate::Kind::Integration {
                self.lost_functions.insert(name.to_owned());
            }
            self.lost_pairs.extend(run.pair(&address));
        }
    }

    /// Whether the state of this object shows where an update has placed a function: in the slots
    /// of the same function, or in some that another one had.
    fn shows(&self, state: usize, address: &Address, change: &Change) -> bool {
        let instance = self.states[state].get(address);
        let Some(object) = instance.and_then(|instance| instance.current.as_ref()) else {
            return false;
        };
        let holding = |kept: &Kept| super::state::holding(&kept.value, address.kind, false);
        let (prior, planned) = (holding(&object.kept), holding(&change.planned));
        let mut places = planned.slots.keys();
        prior.distribution == planned.distribution
            && (prior.places == planned.places
                || places.any(|place| prior.slots.contains_key(place)))
    }
}

impl Run {
    /// The function and the distribution that the configuration of a resource names.
    fn pair(&self, address: &Address) -> Option<(String, String)> {
        let site = match &self.estate.get(address)?.what {
            What::Integration { site, .. } => site.as_ref()?,
            What::Association { site, .. } => site,
        };
        let id = DISTRIBUTIONS[site.distribution].to_owned();
        Some((self.function(address)?.to_owned(), id))
    }

    /// The slots that there should be after the apply, as far as the plan knows them.
    pub(super) fn planned_spots(&self) -> Vec<Spot> {
        let changes = lock(&self.changes);
        let planned = changes.iter().flat_map(|(address, change)| {
            let planned = super::state::holding(&change.planned.value, address.kind, false);
            // Of what is not known a plan can say nothing.
            let arn = super::state::attribute(&change.planned.value, "lambda_arn");
            let planned = if arn.is_unknown() {
                Default::default()
            } else {
                planned
            };
            let id = planned.distribution.unwrap_or_default();
            let places: Vec<_> = planned.slots.into_keys().collect();
            places.into_iter().map(move |place| (id.clone(), place))
        });
        planned.collect()
    }

    /// The name of the function that a resource is about.
    fn function(&self, address: &Address) -> Option<&'static str> {
        match &self.estate.get(address)?.what {
            What::Integration { name, .. } => Some(NAMES[*name]),
            What::Association {
                of: Of::Literal(name),
                ..
            } => Some(NAMES[*name]),
            What::Association {
                of: Of::Reference(other),
                ..
            } => self.function(other),
        }
    }
}
