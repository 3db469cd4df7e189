//! Apply: take and move the slots of a distribution.
//!
//! Everything is one change of the distribution: wanted slots get the published version, and slots
//! that are no longer wanted get back what they held before. What the change displaced is known
//! only afterwards, and goes into the state together with what earlier, killed applies left in the
//! function's tags.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Result};

use super::changes::await_changes;
use super::give_up::give_up;
use super::model::{Placement, arns};
use super::outcome::accept;
use super::recall::{Recalled, inherit};
use super::site::{Form, Site};
use super::{private_state, wanted};
use crate::aws::arn::QualifiedArn;
use crate::aws::distribution::Deployment;
use crate::aws::error::Error;
use crate::aws::ownership::Displaced;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Predecessor, Wish};
use crate::aws::tags::Tags;
use crate::claimant;
use crate::client::Client;
use crate::value_at_apply::no_value;

/// A published version for the planned slots.
pub(crate) struct Attachment<'a> {
    /// The layout of the resource's attributes.
    pub(crate) form: Form,
    /// State before this apply; `None` on create.
    pub(crate) prior: Option<&'a Placement>,
    /// What was planned.
    pub(crate) planned: &'a Placement,
    /// The version in use.
    pub(crate) published: &'a QualifiedArn,
    /// Tags of the function; displaced associations of an earlier, killed create are recorded
    /// there.
    pub(crate) tags: &'a Tags,
}

impl Attachment<'_> {
    /// Leaves a distribution that is no longer meant, and takes the slots of the planned one.
    /// `state` is updated. Returns what CloudFront still has to deploy.
    ///
    /// # Errors
    /// The planned distribution was not changed, unless another resource placed the function there
    /// in the meantime ([`Error::PlacedByAnother`](crate::aws::error::Error::PlacedByAnother)).
    pub(crate) async fn make(
        &self,
        call: &mut Call<Client>,
        state: &mut Placement,
        deadline: &Deadline,
    ) -> Result<Vec<Deployment>> {
        let former = self
            .prior
            .filter(|prior| prior.distribution_id() != self.planned.distribution_id());
        let mut deployments = Vec::new();
        if let Some(former) = former.filter(|former| former.distribution_id().is_some()) {
            deployments.extend(give_up(call, former, deadline).await?);
            state.clear();
        }
        match (self.planned.site.known(), self.planned.distribution_id()) {
            (Some(site), Some(id)) => {
                deployments.extend(self.take_slots(call, state, site, id, deadline).await?);
            }
            _ => state.clear(),
        }
        state.site = self.planned.site.clone();
        Ok(deployments)
    }

    async fn take_slots(
        &self,
        call: &mut Call<Client>,
        state: &mut Placement,
        site: &Site,
        id: &String,
        deadline: &Deadline,
    ) -> Result<Option<Deployment>> {
        let same = self
            .prior
            .filter(|prior| prior.distribution_id() == Some(id));
        let arn = Attr::Known(self.published.to_string());
        let wanted = self.wanted(call, site, id, deadline).await?;
        let mut originals = private_state::originals(&call.private, id);
        let slots = wanted::attribute(site, &wanted, &arn);
        let mut all_displaced = same
            .map(|prior| prior.displaced_within(&wanted))
            .unwrap_or_default();
        let mut deployment = None;
        if same.is_none_or(|prior| prior.slots.known() != Some(&slots)) {
            let earlier = match same {
                None => Displaced::recall(self.tags, id, &wanted),
                Some(_) => Displaced::default(),
            };
            originals.recall_bare(&earlier.bare);
            let dropped = same
                .map(|prior| dropped(prior, &wanted))
                .unwrap_or_default();
            let mut slots = self.wishes(site, &wanted);
            if let Some(prior) = same {
                let holder = prior.function.as_ref();
                let holder = holder.unwrap_or(&self.published.function);
                let recalled =
                    Recalled::of(call, holder, prior, &dropped, &mut originals, deadline).await;
                slots.extend(dropped.into_iter().map(|slot| {
                    let restore = recalled.restored(prior, &slot);
                    (slot, Wish::Leave { restore })
                }));
            }
            let handover = self.planned.handover(&self.published.function);
            let handover = inherit(call, handover, id, &wanted, &mut originals, deadline).await?;
            let inherited = handover.displaced.associations.clone();
            let change = Change {
                function: self.published.function.clone(),
                predecessor: same.and_then(|prior| self.predecessor(prior, &wanted)),
                handover,
                slots,
                foreseen: same.and_then(|prior| self.foreseen(prior)),
                staging: site.is_staging(),
                originals,
            };
            let claimant = claimant::of(&mut call.private);
            let mandate = self
                .planned
                .mandate(claimant, self.prior, &self.published.function);
            let client = call.client.clone();
            if self.planned.awaits_changes() {
                await_changes(&client, id, &change, deadline).await?;
            }
            let distributions = client.session().distributions();
            match distributions.apply(id, &change, &mandate, deadline).await {
                // An error would taint a resource that may be in use. What was displaced is in the
                // tags, where a read finds it.
                Err(error @ Error::Unclear { .. }) if same.is_none() => {
                    call.diagnostics.push(error.warning());
                }
                applied => {
                    let applied = applied.map_err(|error| reworded(site, error))?;
                    let mut earlier = earlier.associations;
                    earlier.retain(|slot, _| !applied.vacant.contains(slot));
                    all_displaced.extend(arns(earlier));
                    all_displaced.extend(arns(inherited));
                    deployment = accept(call, id, applied, &mut all_displaced);
                }
            }
        }
        state.slots = Attr::Known(slots);
        state.displaced = match &self.planned.displaced {
            Attr::Known(planned) => Attr::Known(planned.clone()),
            _ => Attr::Known(all_displaced),
        };
        Ok(deployment)
    }

    /// The function in the slots of `prior`, if it is another one.
    fn predecessor(&self, prior: &Placement, wanted: &BTreeSet<Slot>) -> Option<Predecessor> {
        let function = prior.function.as_ref();
        let function = function.filter(|function| **function != self.published.function)?;
        Some(Predecessor {
            function: function.clone(),
            displaced: prior.displaced_within(wanted),
        })
    }

    /// The planned slots; looked up now when the plan could not name them.
    async fn wanted(
        &self,
        call: &mut Call<Client>,
        site: &Site,
        id: &str,
        deadline: &Deadline,
    ) -> Result<BTreeSet<Slot>> {
        if self.planned.slots.is_known() {
            return Ok(wanted::named(&self.planned.slots));
        }
        let document = call
            .client
            .session()
            .distributions()
            .read(id, deadline)
            .await?;
        let document = document.ok_or_else(|| self.form.no_distribution(id))?;
        let all = wanted::all(&document, Some(&self.published.function));
        Ok(wanted::slots_of(site, all).ok_or_else(|| no_value("slots"))?)
    }

    /// The associations that this apply displaces, if the plan named them: not those that an
    /// earlier apply displaced and that have not come back.
    fn foreseen(&self, prior: &Placement) -> Option<BTreeMap<Slot, String>> {
        let mut foreseen = self.planned.displaced.known()?.clone();
        foreseen.retain(|slot, lambda_arn| {
            let in_state = prior.slots.known().and_then(|slots| slots.get(slot));
            let holder = in_state.and_then(|found| found.lambda_arn.known());
            prior.displaced_in(slot) != Some(lambda_arn) || holder == Some(lambda_arn)
        });
        Some(foreseen)
    }

    fn wishes(&self, site: &Site, wanted: &BTreeSet<Slot>) -> BTreeMap<Slot, Wish> {
        let adopt_existing = site.adopt_existing.known() == Some(&true);
        // Judged by the state, as the read before the plan left it. A holder that the plan did not
        // expect is still a conflict.
        let retaken = |slot: &Slot| {
            let slots = self.prior.and_then(|prior| prior.slots.known());
            let held = slots.and_then(|slots| slots.get(slot)?.lambda_arn.known());
            let displaced = self.prior.and_then(|prior| prior.displaced_in(slot));
            held.is_some() && held == displaced
        };
        let hold = |slot: &Slot| Wish::Hold {
            association: Association {
                lambda_arn: self.published.to_string(),
                include_body: site.includes_body(slot.event),
            },
            adopt_existing: adopt_existing || retaken(slot),
        };
        wanted
            .iter()
            .map(|slot| (slot.clone(), hold(slot)))
            .collect()
    }
}

fn reworded(site: &Site, error: Error) -> Error {
    match error {
        Error::Conflicts(conflicts) => {
            let reworded = conflicts.into_iter();
            let reworded = reworded.map(|conflict| site.reworded(conflict));
            Error::Conflicts(reworded.collect())
        }
        error => error,
    }
}

/// The slots of `prior` that are no longer wanted.
fn dropped(prior: &Placement, wanted: &BTreeSet<Slot>) -> BTreeSet<Slot> {
    wanted::named(&prior.slots)
        .difference(wanted)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    fn state(restore: Attr<bool>) -> Placement {
        Placement {
            site: Attr::Known(Site {
                restore_previous_on_destroy: restore,
                ..Site::default()
            }),
            displaced: Attr::Known(
                [(
                    Slot::new("default", EventType::ViewerRequest),
                    "arn:other:3".to_owned(),
                )]
                .into(),
            ),
            ..Placement::default()
        }
    }

    #[test]
    fn a_function_that_an_earlier_apply_displaced_is_not_displaced_again_unless_back() {
        let slot = Slot::new("default", EventType::ViewerRequest);
        let planned = state(true.into());
        let attachment = Attachment {
            form: Form::Nested,
            prior: None,
            planned: &planned,
            published: &"arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7"
                .parse()
                .expect("an ARN"),
            tags: &Tags::new(),
        };
        let foreseen = |prior: &Placement| attachment.foreseen(prior).expect("it is known");
        let holding = |lambda_arn: &str| Placement {
            slots: Attr::Known(wanted::attribute(
                &Site::default(),
                &[slot.clone()].into(),
                &lambda_arn.into(),
            )),
            ..state(true.into())
        };
        let newly = &planned.displaced;
        assert_eq!(&Attr::Known(foreseen(&Placement::default())), newly);
        assert!(foreseen(&holding("arn:ours:7")).is_empty());
        assert_eq!(&Attr::Known(foreseen(&holding("arn:other:3"))), newly);
    }

    #[test]
    fn slots_that_are_no_longer_wanted_are_dropped() {
        let slot = |behavior: &str| Slot::new(behavior, EventType::ViewerRequest);
        let prior = Placement {
            slots: Attr::Known(wanted::attribute(
                &Site::default(),
                &[slot("default"), slot("/a")].into(),
                &"arn:ours:7".into(),
            )),
            ..Placement::default()
        };
        let wanted = [slot("/a"), slot("/b")].into();
        assert_eq!(dropped(&prior, &wanted), [slot("default")].into());
    }
}
