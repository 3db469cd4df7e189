//! Finds out which holders are functions of this provider. Such a function has its own resource and
//! is never displaced.

use std::collections::BTreeMap;

use super::distributions::Distributions;
use crate::aws::arn::QualifiedArn;
use crate::aws::error::Error;
use crate::aws::ownership::Ownership;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Conflict;

impl Distributions {
    /// The result of a splice, after functions of this provider were told from strangers':
    /// `displaced` are the associations that it replaces, and one of this provider's functions
    /// among them is a conflict.
    ///
    /// # Errors
    /// [`Error::Conflicts`], and what reading the tags of a displaced function can fail with: as
    /// long as they cannot be read, the function may be another integration's.
    pub(crate) async fn tell_holders_apart<T>(
        &self,
        spliced: Result<T, Vec<Conflict>>,
        displaced: impl Fn(&T) -> &BTreeMap<Slot, Association>,
        deadline: &Deadline,
    ) -> Result<T, Error> {
        let spliced = match spliced {
            Ok(spliced) => spliced,
            Err(conflicts) => {
                return Err(Error::Conflicts(
                    self.name_holders(conflicts, deadline).await,
                ));
            }
        };
        let (mut known, mut managed) = (BTreeMap::new(), Vec::new());
        for (slot, held) in displaced(&spliced) {
            let holder = &held.lambda_arn;
            let name = self.name_if_managed(holder, &mut known, deadline).await?;
            managed.extend(name.map(|name| Conflict::Managed {
                slot: slot.clone(),
                holder: holder.clone(),
                name,
            }));
        }
        if managed.is_empty() {
            Ok(spliced)
        } else {
            Err(Error::Conflicts(managed))
        }
    }

    /// Conflicts, in the words for functions of this provider if their tags can be read.
    async fn name_holders(&self, conflicts: Vec<Conflict>, deadline: &Deadline) -> Vec<Conflict> {
        let mut known = BTreeMap::new();
        let mut named = Vec::new();
        for conflict in conflicts {
            named.push(match conflict {
                Conflict::Held { slot, holder } => {
                    let managed = self.name_if_managed(&holder, &mut known, deadline).await;
                    // What cannot be read is not read again for each slot.
                    let managed = managed.unwrap_or_else(|_| {
                        known.insert(holder.clone(), None);
                        None
                    });
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

    /// The name of the function of `lambda_arn`, if this provider made it. A function that is gone
    /// counts as a stranger's.
    async fn name_if_managed(
        &self,
        lambda_arn: &str,
        known: &mut BTreeMap<String, Option<String>>,
        deadline: &Deadline,
    ) -> Result<Option<String>, Error> {
        let Ok(QualifiedArn { function, .. }) = lambda_arn.parse() else {
            return Ok(None);
        };
        if let Some(known) = known.get(lambda_arn) {
            return Ok(known.clone());
        }
        let tags = self.functions.tags(&function, deadline).await?;
        let name = (Ownership::of(&tags) != Ownership::Stranger).then(|| function.name.clone());
        known.insert(lambda_arn.to_owned(), name.clone());
        Ok(name)
    }
}
