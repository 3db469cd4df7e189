//! The plan of a run: refresh, plan, and once more for what is replaced.

use std::collections::BTreeMap;
use std::sync::Arc;

use tfplugin::Diagnostic;
use tfplugin::testing::Kept;
use tfplugin::value::Value;

use super::estate::Address;
use super::graph::{Node, walk};
use super::state::{Instance, Object};
use super::terraform::{Action, Change, Run, lock};

impl Run {
    /// Whether there is a plan.
    pub(super) async fn plan(self: &Arc<Self>) -> bool {
        self.start();
        let mut addresses: Vec<Address> = lock(&self.state).keys().copied().collect();
        addresses.extend(
            self.estate
                .keys()
                .filter(|one| !addresses.contains(one))
                .copied()
                .collect::<Vec<_>>(),
        );
        let places: BTreeMap<Address, usize> = addresses
            .iter()
            .enumerate()
            .map(|(index, address)| (*address, index))
            .collect();
        let node = |address: &Address| {
            let references = self.estate.get(address).map(|one| one.references());
            let run = Arc::clone(self);
            let address = *address;
            Node {
                after: references
                    .into_iter()
                    .flatten()
                    .map(|one| places[&one])
                    .collect(),
                work: Box::new(move || {
                    Box::pin(async move {
                        let planned = run.as_operation(address, run.plan_one(address));
                        if planned.await { Ok(()) } else { Err(()) }
                    })
                }),
            }
        };
        let nodes = addresses.iter().map(node).collect();
        walk(nodes, self.options.parallelism).await
    }

    /// `terraform destroy` makes a plan of the configuration first, which has just been done, and
    /// then, in another process, the one that counts.
    pub(super) async fn plan_the_end(self: &Arc<Self>) -> bool {
        self.start();
        lock(&self.changes).clear();
        let addresses: Vec<Address> = lock(&self.state).keys().copied().collect();
        let mut passed = true;
        for address in addresses {
            let planned = self.as_operation(address, self.plan_destroy(address)).await;
            passed &= planned.is_some();
            lock(&self.changes).extend(planned.map(|change| (address, change)));
        }
        passed
    }

    async fn plan_one(&self, address: Address) -> bool {
        if !self.refresh(address).await {
            return false;
        }
        let change = if self.estate.contains_key(&address) {
            self.plan_change(address).await
        } else {
            self.plan_destroy(address).await
        };
        let Some(change) = change else { return false };
        lock(&self.changes).insert(address, change);
        true
    }

    /// Reads the objects of an address.
    async fn refresh(&self, address: Address) -> bool {
        let instance = lock(&self.state).get(&address).cloned().unwrap_or_default();
        let mut read = Instance::default();
        for (object, is_deposed) in instance
            .current
            .iter()
            .map(|one| (one, false))
            .chain(instance.deposed.iter().map(|one| (one, true)))
        {
            let alias = self
                .estate
                .get(&address)
                .map_or(object.alias, |one| one.alias);
            let answer = self
                .provider(alias)
                .read(address.kind.type_name(), &object.kept)
                .await;
            if !self.hear(true, address, answer.diagnostics) {
                return false;
            }
            if answer.object.value.is_null() {
                continue;
            }
            let found = Object {
                kept: answer.object,
                ..object.clone()
            };
            if is_deposed {
                read.deposed.push(found);
            } else {
                read.current = Some(found);
            }
        }
        let mut state = lock(&self.state);
        if read.current.is_none() && read.deposed.is_empty() {
            state.remove(&address);
        } else {
            state.insert(address, read);
        }
        true
    }

    async fn plan_change(&self, address: Address) -> Option<Change> {
        let resource = &self.estate[&address];
        let config = self.config(&address, &|other, name| self.planned_value(other, name));
        let provider = self.provider(resource.alias);
        let current = self.current(&address);
        let is_tainted = current.as_ref().is_some_and(|object| object.tainted);
        // Of a tainted object the provider is told nothing.
        let prior = match &current {
            Some(object) if !object.tainted => object.kept.clone(),
            _ => Kept::default(),
        };
        let type_name = address.kind.type_name();
        let mut answer = provider.plan(type_name, &prior, &config).await;
        if !self.hear(true, address, answer.diagnostics) {
            return None;
        }
        let forced = self.options.replace == Some(address);
        let replaces = !prior.value.is_null() && (forced || !answer.replace.is_empty());
        if replaces {
            let again = Kept::new(Value::Null, answer.object.private);
            answer = provider.plan(type_name, &again, &config).await;
            // Of this plan Terraform shows the errors only.
            let errors = answer.diagnostics.into_iter().filter(Diagnostic::is_error);
            if !self.hear(true, address, errors.collect()) {
                return None;
            }
        }
        let action = if replaces || is_tainted {
            if self.creates_first(&address) {
                Action::CreateThenDelete
            } else {
                Action::DeleteThenCreate
            }
        } else if current.is_none() {
            Action::Create
        } else if prior.value == answer.object.value {
            Action::Nothing
        } else {
            Action::Update
        };
        Some(Change {
            action,
            planned: answer.object,
        })
    }

    async fn plan_destroy(&self, address: Address) -> Option<Change> {
        let Some(object) = self.current(&address) else {
            return Some(Change {
                action: Action::Nothing,
                planned: Kept::default(),
            });
        };
        let provider = self.provider(object.alias);
        let answer = provider
            .plan(address.kind.type_name(), &object.kept, &Value::Null)
            .await;
        if !self.hear(true, address, answer.diagnostics) {
            return None;
        }
        Some(Change {
            action: Action::Delete,
            planned: answer.object,
        })
    }
}
