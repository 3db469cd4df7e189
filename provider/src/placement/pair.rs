//! Plan: whether this resource may place its function in its distribution.
//!
//! A pair of function and distribution has one resource. The roster knows the other resources of
//! this plan; one of another provider block or state has written its claim into AWS. A placement
//! that was applied before and does not change is not checked: a release without claims let two
//! resources share a pair, and both go on until one of them changes.

use std::collections::BTreeSet;

use tfplugin::{Call, Diagnostic, Path, Result};

use super::gap::{LEFT_FIRST, TAKEN_LATER, TAKEN_OVER, gap};
use super::model::{Placement, pair_id};
use super::site::Form;
use super::wanted;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::ownership::{Lifecycle, Ownership, Placer, placer};
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::claimant;
use crate::client::Client;
use crate::roster::Sharing;
use crate::timeouts::READ_LIMIT;

/// A pair that a placement wants.
pub(super) struct Pair<'a> {
    pub(super) form: Form,
    pub(super) distribution_id: &'a str,
    pub(super) function: &'a FunctionArn,
    /// Whether the placement was applied before and does not change.
    pub(super) is_unchanged: bool,
}

impl Pair<'_> {
    /// Notes the wish, and refuses it if another resource of this plan has the pair.
    pub(super) fn want(&self, call: &mut Call<Client>) -> Result<()> {
        let claimant = claimant::of(&mut call.private);
        let roster = call.client.roster();
        let name = &self.function.name;
        match roster.want_pair(self.distribution_id, name, &claimant, self.is_unchanged) {
            Sharing::Alone => Ok(()),
            Sharing::Unchanged => {
                call.diagnostics.push(
                    Diagnostic::warning("Two resources place one function in a distribution")
                        .detail(format!(
                            "This resource and another one of this configuration both place {name} \
                             in distribution {}. Both keep working, but a plan that changes the \
                             behaviors or events of one and keeps the other is refused. Merge \
                             them: name all behaviors in one of the two, and remove the other in \
                             the same apply.",
                            self.distribution_id
                        ))
                        .at(self.form.id()),
                );
                Ok(())
            }
            Sharing::Changing => Err(Diagnostic::error(
                "Two resources place one function in a distribution",
            )
            .detail(format!(
                "This resource and another one of this configuration both place {name} in \
                 distribution {}. They would take the slots from each other. Name all behaviors in \
                 one of the two. If the other is an integration, remove its `distribution`; if it \
                 is an association, remove the whole resource.",
                self.distribution_id
            ))
            .at(self.form.id())
            .into()),
        }
    }

    /// Compares the wish with what is written in AWS. `wanted` are the slots of `planned`, `prior`
    /// those of the state.
    pub(super) async fn check(
        &self,
        call: &mut Call<Client>,
        document: &Document,
        prior: Option<&Placement>,
        planned: &Placement,
        wanted: &BTreeSet<Slot>,
    ) -> Result<()> {
        if self.is_unchanged {
            return Ok(());
        }
        let client = call.client.clone();
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let tags = client
            .session()
            .functions()
            .tags(self.function, &deadline)
            .await?;
        if Ownership::of(&tags) == Ownership::Stranger {
            return Ok(());
        }
        let mandate = planned.mandate(claimant::of(&mut call.private), prior, self.function);
        let present = placer(&tags, self.distribution_id);
        let held: BTreeSet<Slot> = document.slots_of(self.function).into_keys().collect();
        let staying: BTreeSet<Slot> = held.intersection(wanted).cloned().collect();
        let roster = client.roster();
        let is_ours = match present {
            Some(_) => mandate.claimant.places(&tags, self.distribution_id),
            // A tainted resource of a release without claims.
            None => prior.is_none() && roster.has_read(&self.resource_id()),
        };
        if is_ours {
            // What a dead create has left is continued, not replaced.
            let is_ready = Ownership::of(&tags) == Ownership::Ours(Lifecycle::Ready);
            let is_replaced = is_ready || roster.has_read(&self.resource_id());
            if prior.is_none() && is_replaced {
                let warning = self.gap(&staying, &self.replaced());
                call.diagnostics.extend(warning);
            }
            return Ok(());
        }
        if roster.leaves_pair(self.distribution_id, &self.function.name) {
            // Terraform may run the two resources in either order; the warning says how to get the
            // order without a gap.
            let why = if mandate.takes_pair {
                TAKEN_OVER
            } else {
                LEFT_FIRST
            };
            call.diagnostics.extend(self.gap(&staying, why));
            return Ok(());
        }
        match present {
            // The apply waits until the other resource has finished, and checks then.
            Some(Placer { lease: Some(_), .. }) => return Ok(()),
            Some(Placer { lease: None, .. }) if mandate.takes_pair => {
                call.diagnostics.extend(self.gap(&held, TAKEN_OVER));
            }
            Some(_) => mandate
                .check(&tags, self.function, self.distribution_id)
                .map_err(|error| error.diagnostic().at(self.form.id()))?,
            None => {}
        }
        let known = prior
            .map(|prior| wanted::named(&prior.slots))
            .unwrap_or_default();
        let elsewhere = held
            .into_iter()
            .filter(|slot| !wanted.contains(slot) && !known.contains(slot));
        let slots: Vec<Slot> = elsewhere.collect();
        if slots.is_empty() {
            return Ok(());
        }
        let error = Error::PlacedElsewhere {
            id: self.distribution_id.to_owned(),
            function: self.function.to_string(),
            slots,
        };
        Err(error.diagnostic().at(self.path(planned)).into())
    }

    /// The resource's name in the roster.
    fn resource_id(&self) -> String {
        match self.form {
            Form::Nested => self.function.name.clone(),
            Form::Flat => pair_id(self.distribution_id, self.function),
        }
    }

    /// A provider does not learn which half of a replacement comes first.
    fn replaced(&self) -> String {
        let by_default = "This plan replaces this resource. Its destroy releases the slots before \
                          its create takes them again, unless it has `create_before_destroy`";
        match self.form {
            Form::Nested => {
                format!("{by_default}, for which the new function needs another `name`.")
            }
            Form::Flat => format!(
                "{by_default}. If you set `create_before_destroy`, also set `hand_over_from = \
                 [\"{}\"]` for this apply; otherwise the create is refused.",
                pair_id(self.distribution_id, self.function)
            ),
        }
    }

    fn path(&self, planned: &Placement) -> Path {
        let names = planned
            .site
            .known()
            .is_some_and(|site| site.behaviors.is_known());
        if names {
            self.form.part("behaviors")
        } else {
            self.form.id()
        }
    }

    /// A warning that these slots may be empty between two updates; `None` if there are no slots.
    fn gap(&self, slots: &BTreeSet<Slot>, why: &str) -> Option<Diagnostic> {
        gap(self.distribution_id, slots, why).map(|warning| warning.at(self.form.id()))
    }
}

/// Notes that a resource in this plan leaves `prior`, and warns if another one takes its slots.
pub(crate) fn leave(call: &mut Call<Client>, prior: &Placement) {
    let Some((id, function)) = prior.pair() else {
        return;
    };
    let client = call.client.clone();
    let claimant = claimant::of(&mut call.private);
    client.roster().note_left(id, &function.name);
    let slots = wanted::named(&prior.slots);
    let slots = client.roster().wanted_by_others(id, &claimant, &slots);
    call.diagnostics.extend(gap(id, &slots, TAKEN_LATER));
}
