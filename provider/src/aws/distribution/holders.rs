//! Finds out which holders are functions of this provider. Such a function has its own resource and
//! is never displaced.

use std::collections::BTreeMap;

use super::distributions::Distributions;
use crate::aws::arn::QualifiedArn;
use crate::aws::ownership::Ownership;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Conflict;

impl Distributions {
    /// The result of a splice, after functions of this provider were told from strangers':
    /// `displaced` are the associations that it replaces, and one of this provider's functions
    /// among them is a conflict.
    pub(crate) async fn tell_holders_apart<T>(
        &self,
        spliced: Result<T, Vec<Conflict>>,
        displaced: impl Fn(&T) -> &BTreeMap<Slot, Association>,
        deadline: &Deadline,
    ) -> Result<T, Vec<Conflict>> {
        let spliced = match spliced {
            Ok(spliced) => spliced,
            Err(conflicts) => return Err(self.name_holders(conflicts, deadline).await),
        };
        let held = displaced(&spliced)
            .iter()
            .map(|(slot, held)| Conflict::Held {
                slot: slot.clone(),
                holder: held.lambda_arn.clone(),
            });
        let mut managed = self.name_holders(held.collect(), deadline).await;
        managed.retain(|conflict| matches!(conflict, Conflict::Managed { .. }));
        if managed.is_empty() {
            Ok(spliced)
        } else {
            Err(managed)
        }
    }

    async fn name_holders(&self, conflicts: Vec<Conflict>, deadline: &Deadline) -> Vec<Conflict> {
        let mut known = BTreeMap::new();
        let mut named = Vec::new();
        for conflict in conflicts {
            named.push(match conflict {
                Conflict::Held { slot, holder } => {
                    let managed = self.name_if_managed(&holder, &mut known, deadline).await;
                    match managed {
                        Some(name) => Conflict::Managed { slot, holder, name },
                        None => Conflict::Held { slot, holder },
                    }
                }
                other => other,
            });
        }
        named
    }

    /// The name of the function of `lambda_arn`, if this provider made it. A function whose tags
    /// may not be read, or that is gone, counts as a stranger's.
    async fn name_if_managed(
        &self,
        lambda_arn: &str,
        known: &mut BTreeMap<String, Option<String>>,
        deadline: &Deadline,
    ) -> Option<String> {
        let function = lambda_arn.parse::<QualifiedArn>().ok()?.function;
        let arn = function.to_string();
        if let Some(known) = known.get(&arn) {
            return known.clone();
        }
        let tags = self.functions.tags(&function, deadline).await;
        let is_ours = tags.is_ok_and(|tags| Ownership::of(&tags) != Ownership::Stranger);
        let name = is_ours.then(|| function.name.clone());
        known.insert(arn, name.clone());
        name
    }
}
