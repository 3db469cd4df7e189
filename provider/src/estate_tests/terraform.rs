//! Terraform: one run over one state, from validate to apply, each in processes of their own.
//!
//! What is modeled are Terraform's rules around the calls of the protocol: the order of resources,
//! the second plan of a replacement and the one just before apply, which private data goes where,
//! tainted and deposed objects, and the comparison of the two plans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tfplugin::Attr;
use tfplugin::testing::{InProcess, Kept};
use tfplugin::value::Value;
use tokio::sync::Notify;

use super::aws::{OPERATION, World};
use super::estate::{Address, Estate, Handing, function_of};
use super::judge::{Holding, Operation};
use super::state::{Object, State, attribute, holding};
use crate::aws::session::AwsSession;
use crate::client::Client;
use crate::provider::Netacea;

/// Where the provider of one block and one state runs.
pub(super) struct Process {
    pub(super) provider: Arc<InProcess<Netacea>>,
    pub(super) session: AwsSession,
}

/// How one run is carried out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    pub(super) parallelism: usize,
    /// `-replace=<address>`.
    pub(super) replace: Option<Address>,
    /// `terraform taint <address>` before it.
    pub(super) taint: Option<Address>,
    /// `terraform destroy`.
    pub(super) destroy: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ending {
    Green,
    /// The summaries of the errors.
    RefusedAtPlan(Vec<String>),
    FailedAtApply(Vec<String>),
    Killed,
}

/// One run.
pub(super) struct Run {
    pub(super) number: usize,
    pub(super) world: Arc<Mutex<World>>,
    pub(super) processes: Arc<[Process; 2]>,
    /// Told when a process is killed or crashes.
    pub(super) ended: Arc<Notify>,
    /// The resources of this state.
    pub(super) estate: Estate,
    pub(super) state: Mutex<State>,
    pub(super) options: Options,
    pub(super) changes: Mutex<BTreeMap<Address, Change>>,
    /// Who had deposed objects before.
    pub(super) had_deposed: BTreeSet<Operation>,
    /// Whose create failed without leaving a state.
    pub(super) lost: Mutex<BTreeSet<Address>>,
    /// Everything that was said.
    pub(super) said: Mutex<Vec<Said>>,
}

#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) while_planning: bool,
    pub(super) is_error: bool,
    pub(super) summary: String,
    pub(super) detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Nothing,
    Create,
    Update,
    Delete,
    DeleteThenCreate,
    CreateThenDelete,
}

#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) action: Action,
    pub(super) planned: Kept,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Run {
    pub(super) async fn run(self: &Arc<Self>) -> Ending {
        let ending = tokio::select! {
            biased;
            () = self.until(|world| world.is_killed(self.number)) => Ending::Killed,
            ending = self.to_its_end() => ending,
        };
        lock(&self.world)
            .judge
            .log
            .push(format!("state {}: {ending:?}", self.number));
        ending
    }

    /// Waits for the end of a process.
    async fn until(&self, has_ended: impl Fn(&World) -> bool) {
        while !has_ended(&lock(&self.world)) {
            self.ended.notified().await;
        }
    }

    /// What the provider of a block answers while applying. None, and an error, when it dies or is
    /// dead.
    pub(super) async fn answer<T>(&self, alias: usize, call: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.until(|world| world.is_crashed(self.number, alias)) => {
                lock(&self.said).push(Said {
                    while_planning: false,
                    is_error: true,
                    summary: "Plugin did not respond".to_owned(),
                    detail: String::new(),
                });
                None
            }
            answer = call => Some(answer),
        }
    }

    async fn to_its_end(self: &Arc<Self>) -> Ending {
        if !self.validate().await || !self.plan().await {
            return Ending::RefusedAtPlan(self.errors());
        }
        // Somebody reads the plan.
        tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(0..20_000))).await;
        if self.options.destroy && !self.plan_the_end().await {
            return Ending::RefusedAtPlan(self.errors());
        }
        if self.apply().await {
            Ending::Green
        } else {
            Ending::FailedAtApply(self.errors())
        }
    }

    pub(super) fn errors(&self) -> Vec<String> {
        let said = lock(&self.said);
        let errors = said.iter().filter(|said| said.is_error);
        errors.map(|said| said.summary.clone()).collect()
    }

    /// The processes of a walk begin again.
    pub(super) fn start(&self) {
        for process in self.processes.iter() {
            let client = Client::new(process.session.afresh(), Attr::Null);
            process.provider.configure_as(client);
        }
    }

    pub(super) fn provider(&self, alias: usize) -> &Arc<InProcess<Netacea>> {
        &self.processes[alias].provider
    }

    pub(super) fn operation(&self, address: Address) -> Operation {
        Operation {
            state: self.number,
            address,
        }
    }

    pub(super) async fn as_operation<T>(
        &self,
        address: Address,
        work: impl Future<Output = T>,
    ) -> T {
        OPERATION.scope(self.operation(address), work).await
    }

    pub(super) fn config(
        &self,
        address: &Address,
        resolve: &dyn Fn(&Address, &str) -> Value,
    ) -> Value {
        let resource = &self.estate[address];
        let of = self
            .provider(resource.alias)
            .resource_type(address.kind.type_name())
            .expect("the resource is registered");
        resource.config(of, resolve)
    }

    /// Whether it must be created before it is destroyed: so it says itself, or something that
    /// depends on it.
    pub(super) fn creates_first(&self, address: &Address) -> bool {
        let own = self
            .estate
            .get(address)
            .is_some_and(|one| one.create_before_destroy);
        let refers = |one: &&Address| self.estate[*one].references().contains(address);
        own || self
            .estate
            .keys()
            .filter(refers)
            .any(|one| self.creates_first(one))
    }

    /// Notes what a call has said. Whether it was no error.
    pub(super) fn hear(
        &self,
        planning: bool,
        about: Address,
        diagnostics: tfplugin::Diagnostics,
    ) -> bool {
        let passed = !diagnostics.has_errors();
        for one in diagnostics {
            let said = Said {
                while_planning: planning,
                is_error: one.is_error(),
                summary: one.summary().to_owned(),
                detail: one.detail_text().to_owned(),
            };
            let bug = |text: &str| text.contains("bug in the provider");
            let mut world = lock(&self.world);
            let level = if said.is_error { "error" } else { "warning" };
            let line = format!(
                "{about} of state {}: {level}: {}: {}",
                self.number,
                said.summary,
                said.detail.replace('\n', " ")
            );
            world.judge.log.push(line.clone());
            if bug(&said.summary) || bug(&said.detail) {
                world.judge.breaks(6, line);
            }
            drop(world);
            lock(&self.said).push(said);
        }
        passed
    }

    /// Terraform's own "bug in the provider".
    pub(super) fn bug(&self, about: Address, what: &str) {
        let operation = super::judge::named(Some(&self.operation(about)));
        let how = format!("{what}: {operation}");
        lock(&self.said).push(Said {
            while_planning: false,
            is_error: true,
            summary: what.to_owned(),
            detail: String::new(),
        });
        lock(&self.world).judge.breaks(6, how);
    }

    /// Saves the state, as Terraform does after each operation.
    pub(super) fn save(&self) {
        let state = lock(&self.state).clone();
        self.save_as(&state);
    }

    /// Tells the judge what the state says.
    pub(super) fn save_as(&self, state: &State) {
        let changes = lock(&self.changes);
        let mut world = lock(&self.world);
        let holdings = &mut world.judge.holdings;
        holdings.retain(|operation, _| operation.state != self.number);
        for (address, instance) in state {
            let current = instance.current.iter().map(|object| (object, false));
            let deposed = instance.deposed.iter().map(|object| (object, true));
            let objects = current.chain(deposed);
            let objects = objects.map(|(object, is_deposed)| {
                let holding = holding(&object.kept.value, address.kind, is_deposed);
                Holding {
                    function: holding.function.filter(|_| !object.failed),
                    places: holding.places.filter(|_| !object.failed),
                    alias: object.alias,
                    ..holding
                }
            });
            let mut objects: Vec<Holding> = objects.collect();
            let change = changes.get(address);
            let changes = change.is_some_and(|change| change.action != Action::Nothing);
            for object in &mut objects {
                object.gives_way_to = self.handed_to(object);
                // Through another provider block that is an order, whatever happens to it.
                let alias = |address: &Address| self.estate.get(address).map(|one| one.alias);
                let own = alias(address);
                let is_elsewhere = |taker: &Address| alias(taker) != own;
                object.is_ordered_away = object.gives_way_to.iter().any(is_elsewhere);
                if !changes {
                    object.gives_way_to.retain(is_elsewhere);
                }
            }
            holdings.insert(self.operation(*address), objects);
        }
    }

    /// Those that name this object's function as one that gives slots up.
    fn handed_to(&self, object: &Holding) -> BTreeSet<Address> {
        let arns = object.slots.values().map(|(arn, _)| arn.as_str());
        let functions: BTreeSet<&str> = arns.filter_map(function_of).collect();
        let is_named = |handing: &Handing| {
            functions
                .iter()
                .any(|name| handing.names(&self.estate, name, object.distribution.as_deref()))
        };
        let takers = self.estate.iter();
        let takers = takers.filter(|(_, one)| one.hand_over_from.iter().any(is_named));
        takers.map(|(address, _)| *address).collect()
    }

    /// Whether a plan of the very same finds nothing left to do.
    pub(super) async fn is_settled(self: &Arc<Self>) -> bool {
        self.plan().await
            && lock(&self.changes)
                .values()
                .all(|change| change.action == Action::Nothing)
    }

    async fn validate(self: &Arc<Self>) -> bool {
        self.start();
        let mut passed = true;
        for (address, resource) in &self.estate {
            let config = self.config(address, &|_, _| Value::UNKNOWN);
            let provider = self.provider(resource.alias);
            let said = provider.validate(address.kind.type_name(), &config).await;
            passed &= self.hear(true, *address, said);
        }
        passed
    }

    /// The value of an attribute of another resource, while planning.
    pub(super) fn planned_value(&self, address: &Address, name: &str) -> Value {
        match lock(&self.changes).get(address) {
            Some(change) => attribute(&change.planned.value, name).clone(),
            None => Value::UNKNOWN,
        }
    }

    /// The same, while applying.
    pub(super) fn applied_value(&self, address: &Address, name: &str) -> Value {
        let state = lock(&self.state);
        let object = state
            .get(address)
            .and_then(|instance| instance.current.as_ref());
        object.map_or(Value::UNKNOWN, |object| {
            attribute(&object.kept.value, name).clone()
        })
    }

    pub(super) fn current(&self, address: &Address) -> Option<Object> {
        lock(&self.state)
            .get(address)
            .and_then(|instance| instance.current.clone())
    }
}
