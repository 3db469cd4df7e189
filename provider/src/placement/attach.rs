//! Apply: take, move and leave the slots of a distribution.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::plan::{displaced, no_distribution};
use super::recall::{Recalled, by_name};
use super::site::Site;
use super::{Form, Placement, record, wanted};
use crate::aws::arn::QualifiedArn;
use crate::aws::distribution::{Applied, Deployment};
use crate::aws::error::Error;
use crate::aws::ownership::Displaced;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Predecessor, Wish};
use crate::aws::tags::Tags;
use crate::client::Client;

/// A published version that is to stand in the planned slots.
pub(crate) struct Attachment<'a> {
    /// How the resource writes its site down.
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
    /// `state` follows what has happened; an error means that the planned distribution was not
    /// changed. The answer is what CloudFront still has to deploy.
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
            deployments.extend(detach(call, former, deadline).await?);
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
        let mut originals = record::originals(&call.private, id);
        let slots = wanted::attribute(site, &wanted, &arn);
        let mut all_displaced = same
            .map(|prior| displaced(prior, &wanted))
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
                    (slot, Wish::Release { restore })
                }));
            }
            let change = Change {
                function: self.published.function.clone(),
                predecessor: same.and_then(|prior| self.predecessor(prior, &wanted)),
                slots,
                originals,
            };
            let client = call.client.clone();
            let distributions = client.session().distributions();
            match distributions.apply(id, &change, deadline).await {
                // An error would taint a resource that may be live. What was displaced is in the
                // tags, and a read recalls it.
                Err(error @ Error::Unclear { .. }) if same.is_none() => {
                    call.diagnostics.push(error.warning());
                }
                applied => {
                    let applied = applied?;
                    let mut earlier = earlier.associations;
                    earlier.retain(|slot, _| !applied.vacant.contains(slot));
                    all_displaced.extend(by_name(earlier));
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

    /// The function that stands in the slots of `prior`, if it is another one.
    fn predecessor(&self, prior: &Placement, wanted: &BTreeSet<Slot>) -> Option<Predecessor> {
        let function = prior.function.as_ref();
        let function = function.filter(|function| **function != self.published.function)?;
        let displaced = displaced(prior, wanted).into_iter();
        Some(Predecessor {
            function: function.clone(),
            displaced: displaced
                .filter_map(|(slot, lambda_arn)| Some((slot.parse().ok()?, lambda_arn)))
                .collect(),
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
        let document = document.ok_or_else(|| no_distribution(self.form, id))?;
        let existing = document
            .behaviors()
            .iter()
            .map(|behavior| behavior.name.as_str());
        // Everything is known during apply.
        Ok(wanted::slots_of(site, existing).unwrap_or_default())
    }

    fn wishes(&self, site: &Site, wanted: &BTreeSet<Slot>) -> BTreeMap<Slot, Wish> {
        let adopt = site.adopt_existing.known() == Some(&true);
        // Whoever came after the plan was made is displaced by the next plan, if at all.
        let planned = |slot: &Slot| {
            self.planned
                .displaced
                .known()
                .is_none_or(|all| all.contains_key(&slot.to_string()))
        };
        let hold = |slot: &Slot| Wish::Hold {
            association: Association {
                lambda_arn: self.published.to_string(),
                include_body: site.includes_body(slot.event),
            },
            adopt_existing: adopt && planned(slot),
        };
        wanted
            .iter()
            .map(|slot| (slot.clone(), hold(slot)))
            .collect()
    }
}

/// The slots of `prior` that are no longer wanted.
fn dropped(prior: &Placement, wanted: &BTreeSet<Slot>) -> BTreeSet<Slot> {
    wanted::named(&prior.slots)
        .difference(wanted)
        .cloned()
        .collect()
}

/// Takes our function out of the slots that `state` speaks of, and out of no other: another
/// resource, or the owner himself, may have put the same function elsewhere. A distribution that is
/// gone is left.
pub(crate) async fn detach(
    call: &mut Call<Client>,
    state: &Placement,
    deadline: &Deadline,
) -> Result<Option<Deployment>> {
    let (Some(id), Some(function)) = (state.distribution_id(), state.function.clone()) else {
        return Ok(None);
    };
    let client = call.client.clone();
    let Some(document) = client.session().distributions().read(id, deadline).await? else {
        return Ok(None);
    };
    let behaviors = document
        .behaviors()
        .iter()
        .map(|behavior| behavior.name.as_str());
    let slots = state.slots_within(behaviors);
    let held = document.slots_of(&function).into_keys();
    let held: BTreeSet<Slot> = held.filter(|slot| slots.contains(slot)).collect();
    if held.is_empty() {
        return Ok(None);
    }
    let mut originals = record::originals(&call.private, id);
    let recalled = Recalled::of(call, &function, state, &held, &mut originals, deadline).await;
    let release = |slot: Slot| {
        let restore = recalled.restored(state, &slot);
        (slot, Wish::Release { restore })
    };
    let change = Change {
        function,
        predecessor: None,
        slots: held.into_iter().map(release).collect(),
        originals,
    };
    let applied = client
        .session()
        .distributions()
        .apply(id, &change, deadline)
        .await?;
    Ok(accept(call, id, applied, &mut BTreeMap::new()))
}

/// Waits until CloudFront has deployed the changes. They are accepted already, so whatever fails
/// here is a warning.
pub(crate) async fn await_deployment(
    call: &mut Call<Client>,
    wait: &Attr<bool>,
    deployments: impl IntoIterator<Item = Deployment>,
    deadline: &Deadline,
) {
    if wait.known() == Some(&false) {
        return;
    }
    let client = call.client.clone();
    for deployment in deployments {
        let deployed = client
            .session()
            .distributions()
            .wait_deployed(&deployment, deadline)
            .await;
        call.diagnostics
            .extend(deployed.err().map(|error| error.warning()));
    }
}

/// Keeps what an accepted change has brought to light.
fn accept(
    call: &mut Call<Client>,
    id: &str,
    applied: Applied,
    all_displaced: &mut BTreeMap<String, String>,
) -> Option<Deployment> {
    record::remember_originals(&mut call.private, id, applied.originals);
    all_displaced.extend(by_name(applied.displaced));
    if !applied.unrestored.is_empty() {
        call.diagnostics.push(unrestored(id, &applied.unrestored));
    }
    call.diagnostics.extend(
        applied
            .warnings
            .iter()
            .map(crate::aws::error::Error::warning),
    );
    applied.deployment
}

fn unrestored(id: &str, arns: &BTreeMap<Slot, String>) -> Diagnostic {
    let lines: Vec<String> = arns
        .iter()
        .map(|(slot, arn)| format!("  - {slot}: {arn}"))
        .collect();
    Diagnostic::warning(format!(
        "Displaced associations of distribution {id} could not be put back"
    ))
    .detail(format!(
        "These functions no longer work at the edge, so their slots are empty \
         now:\n{}\nAssociate another function there if one is needed.",
        lines.join("\n")
    ))
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
                    "default viewer-request".to_owned(),
                    "arn:other:3".to_owned(),
                )]
                .into(),
            ),
            ..Placement::default()
        }
    }

    #[test]
    fn only_planned_displacements_are_made() {
        let slot = |behavior: &str| Slot::new(behavior, EventType::ViewerRequest);
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
        let adopting = Site {
            adopt_existing: true.into(),
            ..Site::default()
        };
        let wishes = attachment.wishes(&adopting, &[slot("default"), slot("/a")].into());
        assert!(matches!(
            wishes[&slot("default")],
            Wish::Hold {
                adopt_existing: true,
                ..
            }
        ));
        assert!(matches!(
            wishes[&slot("/a")],
            Wish::Hold {
                adopt_existing: false,
                ..
            }
        ));
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
