//! Plan: which slots will hold the function, and who has to make room.
//!
//! `foreseen.rs` decides what the plan promises; that does not depend on what CloudFront holds now.
//! If the last read found all slots as wanted, nothing else is read. Otherwise the provider reads
//! the distribution and tries the splice, so that a conflict is an error of the plan. Two kinds of
//! conflicts are warnings instead: one that came up after the last apply, because an error would
//! also prevent a destroy, and one that the owner's change in the same apply will remove.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Diagnostic, Diagnostics, Path, Result};

use super::gap::Gaps;
use super::hazards::Watch;
use super::model::{Placement, arns};
use super::pair::Pair;
use super::reach::reach;
use super::sighting::Sighting;
use super::site::{Form, Site};
use super::trial::Trial;
use super::{foreseen, notices, wanted};
use crate::aws::behavior_name;
use crate::aws::diagnostic::conflict_diagnostics;
use crate::aws::distribution::Companions;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Conflict, Handover};
use crate::claimant;
use crate::client::Client;
use crate::lookout::Expectation;
use crate::timeouts::READ_LIMIT;

/// A placement to plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proposal<'a> {
    /// The layout of the resource's attributes.
    pub(crate) form: Form,
    /// State before; `None` on create.
    pub(crate) prior: Option<&'a Placement>,
    /// Whether this configuration was applied before.
    ///
    /// Then a conflict came up after the last apply and is a warning: Terraform plans an update
    /// before it plans a destroy, and an error in the first prevents the second. The apply meets
    /// the conflict again and stops before it writes.
    pub(crate) was_applied: bool,
    /// What the function does with visitors.
    pub(crate) expectation: &'a Expectation,
}

impl Proposal<'_> {
    /// Plans `slots` and `displaced`; the rest of `planned` must have been planned before. Returns
    /// what the function will have displaced if the distribution stays as it is now.
    pub(crate) async fn plan(
        &self,
        call: &mut Call<Client>,
        planned: &mut Placement,
    ) -> Result<BTreeMap<Slot, String>> {
        let site = match &planned.site {
            Attr::Null => {
                planned.clear();
                return Ok(BTreeMap::new());
            }
            Attr::Known(site) => site.clone(),
            Attr::Unknown => {
                planned.leave_open();
                return Ok(BTreeMap::new());
            }
        };
        planned.leave_open();
        let Some(id) = site.id.known().cloned() else {
            return Ok(BTreeMap::new());
        };
        if site.behaviors.is_unknown() || site.events.is_unknown() {
            return Ok(BTreeMap::new());
        }
        let prior = self
            .prior
            .filter(|prior| prior.distribution_id() == Some(&id));
        let candidate = Candidate {
            form: self.form,
            was_applied: self.was_applied,
            expectation: self.expectation,
            id,
            site,
            prior,
        };
        let wanted = candidate.promise(call, planned);
        // `staging` may have changed, with the same slots.
        let as_before = |prior: &&Placement| {
            let site = prior.site.known();
            let staging = site.and_then(Site::is_staging);
            prior.slots == planned.slots && staging == candidate.site.is_staging()
        };
        if let Some(prior) = prior.filter(as_before) {
            planned.displaced = prior.displaced.clone();
            let wanted = wanted.unwrap_or_default();
            candidate.note_wishes(call, planned, &wanted)?;
            if let Some(document) = call.client.lookout().seen(&candidate.id) {
                candidate
                    .warn_of_hazards(call, &document, planned, &wanted)
                    .await;
            }
            return Ok(planned.displaced.known().cloned().unwrap_or_default());
        }
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let client = call.client.clone();
        let distributions = client.session().distributions();
        match distributions.read(&candidate.id, &deadline).await? {
            Some(document) => candidate.look(call, &document, planned, wanted).await,
            // The read has warned about this if it was applied before.
            None if self.was_applied => Ok(BTreeMap::new()),
            None => Err(self.form.no_distribution(&candidate.id).into()),
        }
    }
}

/// A distribution whose slots are planned.
struct Candidate<'a> {
    form: Form,
    was_applied: bool,
    expectation: &'a Expectation,
    id: String,
    site: Site,
    /// The state, if it is about the same distribution.
    prior: Option<&'a Placement>,
}

impl Candidate<'_> {
    /// Plans what does not depend on the current distribution. Returns the wanted slots, if they
    /// are known.
    fn promise(&self, call: &Call<Client>, planned: &mut Placement) -> Option<BTreeSet<Slot>> {
        let sighting = Sighting::of(&call.private, &self.id);
        let wanted = foreseen::wanted(&self.site, self.prior, &sighting)?;
        planned.slots = Attr::Known(wanted::attribute(&self.site, &wanted, &planned.lambda_arn));
        // Without a state, only AWS knows the former holders of our slots: a create that was killed
        // left them in tags.
        if let Some(prior) = self.prior {
            let handover = handover(planned);
            let leaves =
                |holder: &str| call.client.roster().replaces(holder) || handover.is_from(holder);
            planned.displaced =
                foreseen::displaced(planned, &self.site, &wanted, prior, &sighting, leaves);
        }
        Some(wanted)
    }

    /// Reports what is in the way now, and returns what the function will have displaced if the
    /// distribution stays as it is.
    async fn look(
        &self,
        call: &mut Call<Client>,
        document: &Document,
        planned: &Placement,
        wanted: Option<BTreeSet<Slot>>,
    ) -> Result<BTreeMap<Slot, String>> {
        let all = || wanted::all(document, planned.function.as_ref());
        let existing = || wanted::slots_of(&self.site, all());
        let wanted = wanted.or_else(existing).unwrap_or_default();
        self.warn_of_hazards(call, document, planned, &wanted).await;
        self.note_wishes(call, planned, &wanted)?;
        let client = call.client.clone();
        let gaps = Gaps {
            form: self.form,
            distribution_id: &self.id,
            document,
            wanted: &wanted,
        };
        if planned.function.is_none() && self.prior.is_none() {
            call.diagnostics.extend(gaps.of_departure(client.roster()));
        }
        if let Some(pair) = self.pair(planned) {
            pair.check(call, document, self.prior, planned, &wanted)
                .await?;
        }
        let handover = handover(planned);
        call.diagnostics.extend(gaps.of_handover(&handover));
        let own = self.prior.map(|prior| wanted::named(&prior.slots));
        let replacements = gaps.of_replacement(client.roster(), &own.unwrap_or_default());
        call.diagnostics.extend(replacements);
        if self.site.leaves_default_open(document) && !self.was_applied {
            let behavior = behavior_name::DEFAULT.to_owned();
            let doubt = self.errors(&[Conflict::AmbiguousBehavior { behavior }]);
            return Err(doubt.into_iter().collect::<Diagnostics>());
        }
        let retaken = self
            .prior
            .map(|prior| prior.given_back(&document.slots()))
            .unwrap_or_default();
        let trial = Trial {
            document,
            function: planned.function.as_ref(),
            predecessor: self
                .prior
                .and_then(|prior| planned.succeeds(prior.function.as_ref())),
            handover: &handover,
            wanted: &wanted,
            retaken: &retaken,
            site: &self.site,
        };
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let distributions = client.session().distributions();
        let judged = trial.run(|holder| client.roster().replaces(holder));
        let judged = distributions
            .tell_holders_apart(judged, |displaced| displaced, &deadline)
            .await;
        let judged = match judged {
            Ok(displaced) => {
                self.keep_together(call, document, displaced, planned, &wanted)
                    .await
            }
            Err(Error::Conflicts(conflicts)) => Err(conflicts),
            // It may be another integration's function.
            Err(unknown) if self.was_applied => {
                call.diagnostics.push(unknown.warning());
                return Ok(BTreeMap::new());
            }
            Err(unknown) => {
                let adopting = self.form.part("adopt_existing");
                return Err(unknown.diagnostic().at(adopting).into());
            }
        };
        let displaced = match judged {
            Ok(displaced) => displaced,
            Err(conflicts) => {
                let may_pass =
                    |conflict: &Conflict| planned.awaits_changes() && conflict.may_pass();
                let (passing, lasting): (Vec<_>, Vec<_>) =
                    conflicts.into_iter().partition(may_pass);
                call.diagnostics
                    .extend(self.errors(&passing).into_iter().map(notices::will_wait));
                let lasting = self.errors(&lasting).into_iter();
                if self.was_applied {
                    call.diagnostics.extend(lasting.map(notices::came_up));
                } else if lasting.len() > 0 {
                    return Err(lasting.collect::<Diagnostics>());
                }
                return Ok(BTreeMap::new());
            }
        };
        if planned.displaced.is_unknown() && !displaced.is_empty() {
            let warning = notices::will_displace(self.form, &self.id, &displaced);
            call.diagnostics.push(warning);
        }
        let mut all = self
            .prior
            .map(|prior| prior.displaced_within(&wanted))
            .unwrap_or_default();
        all.extend(arns(displaced));
        Ok(all)
    }

    /// Functions of Netacea's own package are displaced together or not at all.
    async fn keep_together(
        &self,
        call: &Call<Client>,
        document: &Document,
        displaced: BTreeMap<Slot, Association>,
        planned: &Placement,
        wanted: &BTreeSet<Slot>,
    ) -> std::result::Result<BTreeMap<Slot, Association>, Vec<Conflict>> {
        let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
        let functions = call.client.session().functions();
        let companions = Companions::new(functions, &deadline);
        let handover = handover(planned);
        let stays = |slot: &Slot, held: &Association| {
            let function = planned.function.as_ref();
            let is_ours = function.is_some_and(|function| function.owns(&held.lambda_arn));
            !wanted.contains(slot) && !is_ours && !handover.is_from(&held.lambda_arn)
        };
        let staying = companions.would_stay(document, &displaced, stays).await;
        if staying.is_empty() {
            Ok(displaced)
        } else {
            Err(staying)
        }
    }

    async fn warn_of_hazards(
        &self,
        call: &mut Call<Client>,
        document: &Document,
        planned: &Placement,
        wanted: &BTreeSet<Slot>,
    ) {
        // A staging distribution where a primary one is meant, or the other way round, is refused,
        // so its hazards do not matter.
        let meant = self.site.is_staging();
        if meant.is_some_and(|staging| staging != document.staging()) {
            return;
        }
        let reach = reach(call, &self.site, document, planned).await;
        let watch = Watch {
            form: self.form,
            site: &self.site,
            document,
            wanted,
            expectation: self.expectation,
            reach: &reach,
            was_read: call.client.lookout().seen(&self.id).is_some(),
        };
        let warnings = watch.warnings(planned, &mut call.private);
        call.diagnostics.extend(warnings);
    }

    /// Refuses slots that another resource wants: the two would take them from each other at every
    /// apply.
    fn note_wishes(
        &self,
        call: &mut Call<Client>,
        planned: &Placement,
        wanted: &BTreeSet<Slot>,
    ) -> Result<()> {
        let claimant = claimant::of(&mut call.private);
        let roster = call.client.roster();
        let claimed = roster.want_slots(&self.id, &claimant, planned.function.as_ref(), wanted);
        if !claimed.is_empty() {
            return Err(self.errors(&claimed).into_iter().collect::<Diagnostics>());
        }
        match self.pair(planned) {
            Some(pair) => pair.want(call),
            None => Ok(()),
        }
    }

    /// The pair of function and distribution, once the function is known.
    fn pair<'p>(&'p self, planned: &'p Placement) -> Option<Pair<'p>> {
        let function = planned.function.as_ref()?;
        let is_alike = self.prior.is_some_and(|prior| prior.chooses_alike(planned));
        Some(Pair {
            form: self.form,
            distribution_id: &self.id,
            function,
            is_unchanged: self.was_applied && is_alike,
        })
    }

    /// Conflicts at the attributes that caused them.
    fn errors(&self, conflicts: &[Conflict]) -> Vec<Diagnostic> {
        let reworded = conflicts.iter().cloned();
        let reworded = reworded.map(|conflict| self.site.reworded(conflict));
        let reworded: Vec<Conflict> = reworded.collect();
        conflict_diagnostics(&reworded, |conflict| Some(self.path(conflict)))
    }

    fn path(&self, conflict: &Conflict) -> Path {
        match conflict {
            Conflict::IncludeBody { .. } | Conflict::Companion { .. } => self.form.part("events"),
            Conflict::NotStaging { .. } => self.form.part("staging"),
            _ if conflict.behavior().is_some() && self.site.behaviors.is_known() => {
                self.form.part("behaviors")
            }
            _ => self.form.id(),
        }
    }
}

/// The functions that give up slots for the planned one, once that is known.
fn handover(planned: &Placement) -> Handover {
    let function = planned.function.as_ref();
    function
        .map(|function| planned.handover(function))
        .unwrap_or_default()
}
