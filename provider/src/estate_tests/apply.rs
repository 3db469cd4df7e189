//! The apply of a run.

use std::collections::BTreeSet;
use std::sync::Arc;

use tfplugin::testing::Kept;
use tfplugin::value::Value;

use super::compare::{agrees, differences};
use super::estate::Address;
use super::graph::{Node, walk};
use super::state::Object;
use super::terraform::{Action, Change, Run, lock};

/// What is done with one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Make(Address),
    Destroy(Address),
    /// A deposed object of an earlier run.
    DestroyDeposed(Address),
}

impl Run {
    /// Whether nothing failed.
    pub(super) async fn apply(self: &Arc<Self>) -> bool {
        self.start();
        self.save();
        lock(&self.world).begin_apply(self.number);
        let doings = self.doings();
        let node = |doing: &Doing| {
            let run = Arc::clone(self);
            let (doing, after) = (*doing, self.after(*doing, &doings));
            let work = move || -> super::graph::Work {
                Box::pin(async move {
                    let (Doing::Make(address)
                    | Doing::Destroy(address)
                    | Doing::DestroyDeposed(address)) = doing;
                    let done = run.as_operation(address, async {
                        match doing {
                            Doing::Make(address) => run.make(address).await,
                            Doing::Destroy(address) => run.destroy(address).await,
                            Doing::DestroyDeposed(address) => run.destroy_deposed(address).await,
                        }
                    });
                    let done = done.await;
                    run.save();
                    if done { Ok(()) } else { Err(()) }
                })
            };
            Node {
                after,
                work: Box::new(work),
            }
        };
        let nodes = doings.iter().map(node).collect();
        walk(nodes, self.options.parallelism).await
    }

    fn change(&self, address: &Address) -> Option<Change> {
        lock(&self.changes).get(address).cloned()
    }

    fn doings(&self) -> Vec<Doing> {
        let mut doings = Vec::new();
        for (address, change) in lock(&self.changes).iter() {
            match change.action {
                Action::Nothing => {}
                Action::Create | Action::Update => doings.push(Doing::Make(*address)),
                Action::Delete => doings.push(Doing::Destroy(*address)),
                Action::DeleteThenCreate | Action::CreateThenDelete => {
                    doings.extend([Doing::Destroy(*address), Doing::Make(*address)]);
                }
            }
        }
        for (address, instance) in lock(&self.state).iter() {
            doings.extend(
                instance
                    .deposed
                    .iter()
                    .map(|_| Doing::DestroyDeposed(*address)),
            );
        }
        doings
    }

    /// The resources that the object in state refers to.
    fn dependencies(&self, address: &Address) -> BTreeSet<Address> {
        self.current(address)
            .map(|object| object.dependencies)
            .unwrap_or_default()
    }

    /// Whether the object in state goes away only after what depends on it has been changed.
    fn goes_last(&self, address: &Address) -> bool {
        if let Some(change) = self.change(address)
            && change.action != Action::Delete
        {
            return change.action == Action::CreateThenDelete;
        }
        let own = self
            .current(address)
            .is_some_and(|object| object.create_before_destroy);
        own || self
            .estate
            .keys()
            .any(|other| self.dependencies(other).contains(address) && self.creates_first(other))
    }

    fn after(&self, doing: Doing, doings: &[Doing]) -> BTreeSet<usize> {
        let must_wait = |other: &Doing| match (doing, *other) {
            // What is referred to comes first.
            (Doing::Make(one), Doing::Make(other)) => {
                self.estate[&one].references().contains(&other)
            }
            (Doing::Make(one), Doing::Destroy(other)) => {
                let replaced = one == other;
                let depended = self.dependencies(&one).contains(&other);
                (replaced || depended) && !self.goes_last(&other)
            }
            (Doing::Destroy(one), Doing::Make(other)) => {
                let replaced = one == other;
                let depends = self.dependencies(&other).contains(&one)
                    || self.estate[&other].references().contains(&one);
                (replaced || depends) && self.goes_last(&one)
            }
            (Doing::Destroy(one), Doing::Destroy(other)) => {
                self.dependencies(&other).contains(&one)
            }
            (Doing::DestroyDeposed(_), _) | (_, Doing::DestroyDeposed(_)) => false,
        };
        let indices = doings.iter().enumerate();
        let waits = indices.filter(|(_, other)| **other != doing && must_wait(other));
        waits.map(|(index, _)| index).collect()
    }

    /// A create or an update: planned once more with what is known by now.
    async fn make(&self, address: Address) -> bool {
        let change = self.change(&address).expect("it is planned");
        let resource = &self.estate[&address];
        let provider = self.provider(resource.alias);
        let type_name = address.kind.type_name();
        if change.action == Action::CreateThenDelete
            && let Some(instance) = lock(&self.state).get_mut(&address)
        {
            instance.deposed.extend(instance.current.take());
        }
        self.save();
        let current = self.current(&address);
        let prior = current
            .as_ref()
            .map(|object| object.kept.clone())
            .unwrap_or_default();
        let config = self.config(&address, &|other, name| self.applied_value(other, name));
        let second = provider.plan(type_name, &prior, &config);
        let Some(second) = self.answer(resource.alias, second).await else {
            self.undepose(address);
            return false;
        };
        if !self.hear(false, address, second.diagnostics) {
            self.undepose(address);
            return false;
        }
        if !prior.value.is_null() && !second.replace.is_empty() {
            self.bug(
                address,
                "Provider produced inconsistent final plan: replacement",
            );
            return false;
        }
        if !agrees(&change.planned.value, &second.object.value) {
            let how = differences(&change.planned.value, &second.object.value, String::new());
            self.bug(
                address,
                &format!("Provider produced inconsistent final plan: {how}"),
            );
            self.undepose(address);
            return false;
        }
        if second.object.value == prior.value {
            return true;
        }
        let made = provider.apply(type_name, &prior.value, &second.object, &config);
        let (passed, made) = match self.answer(resource.alias, made).await {
            Some(made) => {
                let passed = self.hear(false, address, made.diagnostics);
                if passed && !agrees(&second.object.value, &made.object.value) {
                    self.bug(address, "Provider produced inconsistent result after apply");
                }
                (passed, made.object)
            }
            None => (false, without_private(prior.value.clone())),
        };
        let exists = !made.value.is_null();
        let object = exists.then(|| Object {
            kept: made,
            tainted: !passed && prior.value.is_null(),
            failed: !passed && prior.value.is_null(),
            dependencies: resource.references(),
            alias: resource.alias,
            create_before_destroy: self.creates_first(&address),
        });
        if object.is_some() || prior.value.is_null() {
            let mut state = lock(&self.state);
            let instance = state.entry(address).or_default();
            instance.current = object.clone();
        }
        if !passed && object.is_none() {
            lock(&self.lost).insert(address);
            self.undepose(address);
        }
        passed
    }

    /// Without a new object the old one is the current one again.
    fn undepose(&self, address: Address) {
        let mut state = lock(&self.state);
        let Some(instance) = state.get_mut(&address) else {
            return;
        };
        if instance.current.is_none() {
            instance.current = instance.deposed.pop();
        }
        if instance.current.is_none() {
            state.remove(&address);
        }
    }

    async fn destroy(&self, address: Address) -> bool {
        let change = self.change(&address).expect("it is planned");
        if change.action == Action::CreateThenDelete {
            return self.destroy_deposed(address).await;
        }
        let Some(object) = self.current(&address) else {
            return true;
        };
        let planned = Kept::new(Value::Null, change.planned.private);
        let left = self.destroy_object(address, &object, planned).await;
        let gone = left.is_none();
        let mut state = lock(&self.state);
        if let Some(instance) = state.get_mut(&address) {
            instance.current = left;
            if gone && instance.deposed.is_empty() {
                state.remove(&address);
            }
        }
        gone
    }

    /// The oldest deposed object.
    async fn destroy_deposed(&self, address: Address) -> bool {
        let deposed = lock(&self.state)
            .get(&address)
            .and_then(|one| one.deposed.first().cloned());
        let Some(object) = deposed else { return true };
        let type_name = address.kind.type_name();
        let provider = self.provider(object.alias);
        let planned = provider.plan(type_name, &object.kept, &Value::Null);
        let Some(planned) = self.answer(object.alias, planned).await else {
            return false;
        };
        if !self.hear(false, address, planned.diagnostics) {
            return false;
        }
        let left = self.destroy_object(address, &object, planned.object).await;
        let gone = left.is_none();
        let mut state = lock(&self.state);
        if let Some(instance) = state.get_mut(&address) {
            let position = instance
                .deposed
                .iter()
                .position(|one| one.kept == object.kept);
            match (position, left) {
                (Some(position), Some(left)) => instance.deposed[position] = left,
                (Some(position), None) => drop(instance.deposed.remove(position)),
                (None, _) => {}
            }
            if instance.current.is_none() && instance.deposed.is_empty() {
                state.remove(&address);
            }
        }
        gone
    }

    /// What is left of it.
    async fn destroy_object(
        &self,
        address: Address,
        object: &Object,
        planned: Kept,
    ) -> Option<Object> {
        let provider = self.provider(object.alias);
        let type_name = address.kind.type_name();
        let mut left = Object {
            failed: true,
            ..object.clone()
        };
        let answer = provider.apply(type_name, &object.kept.value, &planned, &Value::Null);
        let Some(answer) = self.answer(object.alias, answer).await else {
            left.kept = without_private(left.kept.value);
            return Some(left);
        };
        if self.hear(false, address, answer.diagnostics) {
            return None;
        }
        if !answer.object.value.is_null() {
            left.kept = answer.object;
        }
        Some(left)
    }
}

/// Terraform keeps the value of an object whose provider died, but not its private data.
fn without_private(value: Value) -> Kept {
    Kept::new(value, Vec::new())
}
