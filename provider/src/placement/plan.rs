//! Plan: which slots will hold the function, and who has to make room.
//!
//! Slots that a read of the same run has found as wanted are settled without a call. Otherwise the
//! distribution is read and the splice tried out on it, so that a conflict is an error of the plan:
//! but not one that came up since the last apply, or nobody could destroy the resource any more.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Diagnostic, Diagnostics, Path, Result};

use super::model::{Placement, arns};
use super::site::{Form, Site, SlotAssociation};
use super::trial::Trial;
use super::{private_state, wanted};
use crate::aws::diagnostic::conflict_diagnostics;
use crate::aws::document::Document;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::Conflict;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

/// A placement that is to be planned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proposal<'a> {
    /// How the resource writes its site down.
    pub(crate) form: Form,
    /// State before; `None` on create.
    pub(crate) prior: Option<&'a Placement>,
    /// Whether this configuration was applied before, so that what is wrong now came up since.
    ///
    /// Terraform plans an update before it plans a destroy, and an error in the first prevents the
    /// second. So what happened to a distribution since the last apply must be no error of the
    /// plan; an apply meets it again, and stops before it writes.
    pub(crate) settled: bool,
}

impl Proposal<'_> {
    /// Plans `slots` and `displaced`; the rest of `planned` must have been planned before.
    pub(crate) async fn plan(
        &self,
        call: &mut Call<Client>,
        planned: &mut Placement,
    ) -> Result<()> {
        let site = match &planned.site {
            Attr::Null => {
                planned.clear();
                return Ok(());
            }
            Attr::Known(site) => site.clone(),
            Attr::Unknown => {
                planned.leave_open();
                return Ok(());
            }
        };
        let Some(id) = site.id.known().cloned() else {
            planned.leave_open();
            return Ok(());
        };
        let prior = self
            .prior
            .filter(|prior| prior.distribution_id() == Some(&id));
        let candidate = Candidate {
            form: self.form,
            settled: self.settled,
            id,
            site,
            prior,
        };
        let behaviors = call
            .client
            .session()
            .distributions()
            .behaviors_as_read(&candidate.id);
        if let Some(slots) = undisturbed(prior, &candidate.site, &planned.lambda_arn, behaviors) {
            planned.slots = Attr::Known(slots);
            return candidate.claim(call, planned, &wanted::named(&planned.slots));
        }
        if candidate.site.behaviors.is_unknown() || candidate.site.events.is_unknown() {
            planned.leave_open();
            return Ok(());
        }
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let client = call.client.clone();
        match client
            .session()
            .distributions()
            .read(&candidate.id, &deadline)
            .await?
        {
            Some(document) => candidate.plan(call, &document, planned),
            None => candidate.plan_without_document(planned),
        }
    }
}

/// A distribution whose slots are to be planned, and what is known about it without asking AWS.
struct Candidate<'a> {
    form: Form,
    settled: bool,
    id: String,
    site: Site,
    /// The state, if it speaks of the same distribution.
    prior: Option<&'a Placement>,
}

impl Candidate<'_> {
    fn plan(
        &self,
        call: &mut Call<Client>,
        document: &Document,
        planned: &mut Placement,
    ) -> Result<()> {
        let Some(wanted) = wanted::slots_of(&self.site, document.behavior_names()) else {
            planned.leave_open();
            return Ok(());
        };
        self.warn_about(call, document, &wanted);
        planned.slots = Attr::Known(wanted::attribute(&self.site, &wanted, &planned.lambda_arn));
        self.claim(call, planned, &wanted)?;
        let client = call.client.clone();
        let trial = Trial {
            document,
            function: planned.function.as_ref(),
            predecessor: self
                .prior
                .and_then(|prior| planned.succeeds(prior.function.as_ref())),
            wanted: &wanted,
            site: &self.site,
        };
        let newly_displaced = match trial.run(|holder| client.replaces(holder)) {
            Ok(newly_displaced) => newly_displaced,
            Err(conflicts) if self.settled => {
                call.diagnostics
                    .extend(self.errors(&conflicts).into_iter().map(came_up));
                None
            }
            Err(conflicts) => {
                return Err(self.errors(&conflicts).into_iter().collect::<Diagnostics>());
            }
        };
        // Without state, what stood in our slots before us is known to AWS alone: a create that was
        // killed left it in tags.
        let is_continued = self.prior.is_none()
            && planned
                .function
                .as_ref()
                .is_some_and(|function| !document.slots_of(function).is_empty());
        planned.displaced = match newly_displaced.filter(|_| !is_continued) {
            Some(newly) => {
                let mut all = self
                    .prior
                    .map(|prior| prior.displaced_within(&wanted))
                    .unwrap_or_default();
                all.extend(arns(newly));
                Attr::Known(all)
            }
            None => Attr::Unknown,
        };
        Ok(())
    }

    /// Two resources that want one slot would take it from each other at every apply.
    fn claim(
        &self,
        call: &mut Call<Client>,
        planned: &Placement,
        wanted: &BTreeSet<Slot>,
    ) -> Result<()> {
        let claimant = private_state::claimant(&mut call.private);
        let distributions = call.client.session().distributions();
        let claimed = distributions.claim(&self.id, claimant, planned.function.as_ref(), wanted);
        if claimed.is_empty() {
            return Ok(());
        }
        Err(self.errors(&claimed).into_iter().collect::<Diagnostics>())
    }

    fn plan_without_document(&self, planned: &mut Placement) -> Result<()> {
        if !self.settled {
            return Err(self.form.no_distribution(&self.id).into());
        }
        // The read has warned.
        let named = wanted::slots_of(&self.site, []).filter(|_| self.site.behaviors.is_known());
        planned.slots = named.map_or(Attr::Unknown, |slots| {
            Attr::Known(wanted::attribute(&self.site, &slots, &planned.lambda_arn))
        });
        Ok(())
    }

    /// Conflicts at the attributes that caused them.
    fn errors(&self, conflicts: &[Conflict]) -> Vec<Diagnostic> {
        conflict_diagnostics(conflicts, |conflict| Some(self.path(conflict)))
    }

    fn path(&self, conflict: &Conflict) -> Path {
        match conflict {
            Conflict::IncludeBody { .. } => self.form.part("events"),
            _ if conflict.behavior().is_some() && self.site.behaviors.is_known() => {
                self.form.part("behaviors")
            }
            _ => self.form.id(),
        }
    }

    /// Legal, but less than what one would expect.
    fn warn_about(&self, call: &mut Call<Client>, document: &Document, wanted: &BTreeSet<Slot>) {
        if !document.enabled() {
            call.diagnostics.push(
                Diagnostic::warning(format!("Distribution {} is disabled", self.id))
                    .detail(
                        "It answers no visitor. The protection takes effect once it is enabled.",
                    )
                    .at(self.form.id()),
            );
        }
        let grpc: Vec<&str> = document
            .behaviors()
            .iter()
            .filter(|behavior| {
                behavior.grpc && wanted.iter().any(|slot| slot.behavior == behavior.name)
            })
            .map(|behavior| behavior.name.as_str())
            .collect();
        if !grpc.is_empty() {
            call.diagnostics.push(
                Diagnostic::warning("gRPC requests are not protected")
                    .detail(format!(
                        "CloudFront calls no edge function for gRPC requests, which these behaviors \
                         allow: {}.",
                        grpc.join(", ")
                    ))
                    .at(self.form.id()),
            );
        }
    }
}

/// Conflicts that came up after the last apply.
fn came_up(error: Diagnostic) -> Diagnostic {
    let warning =
        Diagnostic::warning(format!("An apply will stop: {}", error.summary())).detail(format!(
            "{}\n\nThis happened after the last apply. Nothing will be written until it is \
             resolved. `terraform destroy` still works.",
            error.detail_text()
        ));
    match error.path() {
        Some(path) => warning.at(path.clone()),
        None => warning,
    }
}

/// The slots, if all of them were just read to be as wanted: then AWS need not be asked again.
/// `behaviors` are those that were read.
fn undisturbed(
    prior: Option<&Placement>,
    site: &Site,
    lambda_arn: &Attr<String>,
    behaviors: Option<BTreeSet<String>>,
) -> Option<BTreeMap<Slot, SlotAssociation>> {
    if !lambda_arn.is_known() || site.include_body.is_unknown() {
        return None;
    }
    // Which behaviors there are has to be looked up, if all of them are wanted and nothing was
    // read.
    if !site.behaviors.is_known() && behaviors.is_none() {
        return None;
    }
    let existing = behaviors.iter().flatten().map(String::as_str);
    let wanted = wanted::slots_of(site, existing)?;
    let slots = wanted::attribute(site, &wanted, lambda_arn);
    (prior?.slots.known() == Some(&slots)).then_some(slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_behaviors_are_undisturbed_only_if_each_that_was_read_is_ours() {
        let arn: Attr<String> = "arn:aws:lambda:us-east-1:123456789012:function:shop:7".into();
        let site = Site::default();
        let read = |names: &[&str]| -> Option<BTreeSet<String>> {
            Some(names.iter().map(|name| (*name).to_owned()).collect())
        };
        let wanted = wanted::slots_of(&site, ["default", "/a"]).expect("known events");
        let prior = Placement {
            slots: Attr::Known(wanted::attribute(&site, &wanted, &arn)),
            ..Placement::default()
        };
        let undisturbed = |behaviors| undisturbed(Some(&prior), &site, &arn, behaviors).is_some();
        assert!(undisturbed(read(&["default", "/a"])));
        assert!(
            !undisturbed(read(&["default", "/a", "/new"])),
            "one that is not covered"
        );
        assert!(!undisturbed(read(&["default"])), "one that is gone");
        assert!(!undisturbed(None), "without a refresh");
    }
}
