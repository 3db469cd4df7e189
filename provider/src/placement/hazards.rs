//! Hazards around the slots of a placement, as warnings of a plan.
//!
//! Hazards that differ only in the behavior become one warning. Acknowledged hazards are not
//! reported; `acknowledged.rs` reports acknowledgements that are not needed any more.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Path, Private};

use super::acknowledged;
use super::model::Placement;
use super::site::{Form, Site};
use super::wanted;
use crate::aws::document::Document;
use crate::aws::slot::Slot;
use crate::hazards::{Case, Conduct, Finding, Hazard, Place, Reach, findings};
use crate::lookout::Expectation;

/// What `acknowledge_hazards` does.
pub(crate) const ACKNOWLEDGE_HAZARDS: &str = "Names of hazards that you understand and accept, \
     like `custom_error_page`. A hazard is configuration of the distribution that weakens the \
     protection. The plan no longer warns of them; nothing else changes. The \
     warning gives the name, and the guide \"Hazards\" explains each one.";

impl Placement {
    /// The hazards in `document`, once the function is in `wanted`.
    fn findings(
        &self,
        site: &Site,
        document: &Document,
        wanted: &BTreeSet<Slot>,
        conduct: &Conduct,
        reach: &Reach,
    ) -> Vec<Finding> {
        findings(&Case {
            document,
            wanted,
            wants_all: site.behaviors.is_null(),
            function: self.function.as_ref(),
            conduct,
            reach,
        })
    }

    /// Stores, at a read, which acknowledged hazards do not occur any more, so that the next plan
    /// can report them. A destroy reads as well, so the read does not report them.
    pub(crate) fn keep_unneeded(
        &self,
        private: &mut Private,
        document: &Document,
        conduct: &Conduct,
    ) {
        let (Some(site), Some(acknowledged)) =
            (self.site.known(), self.acknowledge_hazards.known())
        else {
            acknowledged::forget(private);
            return;
        };
        let all = wanted::all(document, self.function.as_ref());
        let Some(wanted) = wanted::slots_of(site, all) else {
            return;
        };
        if *conduct == Conduct::Unknown {
            return;
        }
        // The policy changes the message of a hazard, but not whether it occurs.
        let found = self.findings(site, document, &wanted, conduct, &Reach::Unasked);
        acknowledged::keep_unneeded(private, acknowledged, &found);
    }
}

/// What the warnings about hazards depend on in one plan.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) form: Form,
    pub(super) site: &'a Site,
    pub(super) document: &'a Document,
    pub(super) wanted: &'a BTreeSet<Slot>,
    pub(super) expectation: &'a Expectation,
    /// Which requests the distribution gets, if it is a staging one.
    pub(super) reach: &'a Reach,
    /// Whether this run has read the distribution before it planned.
    pub(super) was_read: bool,
}

impl Watch<'_> {
    /// The warnings about what is planned.
    pub(super) fn warnings(&self, planned: &Placement, private: &mut Private) -> Vec<Diagnostic> {
        let conduct = &self.expectation.conduct;
        let found = planned.findings(self.site, self.document, self.wanted, conduct, self.reach);
        let nothing = BTreeSet::new();
        let acknowledged = planned.acknowledge_hazards.known().unwrap_or(&nothing);
        let mut warnings = self.of_findings(&found, acknowledged);
        if acknowledged.is_empty() || *conduct == Conduct::Unknown {
            return warnings;
        }
        let unneeded = acknowledged::report(private, acknowledged, &found, self.was_read);
        warnings.extend(unneeded);
        warnings
    }

    fn of_findings(&self, found: &[Finding], acknowledged: &BTreeSet<Hazard>) -> Vec<Diagnostic> {
        let mut order: Vec<Finding> = Vec::new();
        let mut behaviors: BTreeMap<Finding, Vec<&str>> = BTreeMap::new();
        for finding in found {
            if acknowledged.contains(&finding.hazard) {
                continue;
            }
            let kind = Finding {
                behavior: None,
                ..finding.clone()
            };
            if !behaviors.contains_key(&kind) {
                order.push(kind.clone());
            }
            let of_kind = behaviors.entry(kind).or_default();
            of_kind.extend(finding.behavior.as_deref());
        }
        let told = order.iter();
        told.map(|kind| self.warning(kind, &behaviors[kind]))
            .collect()
    }

    fn warning(&self, kind: &Finding, behaviors: &[&str]) -> Diagnostic {
        let mut detail = kind.detail.clone();
        match behaviors {
            [] => {}
            [behavior] => detail.push_str(&format!("\n\nBehavior: {behavior}")),
            behaviors => detail.push_str(&format!("\n\nBehaviors: {}", behaviors.join(", "))),
        }
        if self.expectation.is_assumed && kind.hazard.depends_on_conduct() {
            detail.push_str(
                "\n\nNo integration in this configuration creates the function, so the plan \
                 assumes `MITIGATE` with default settings.",
            );
        }
        detail.push_str(&format!(
            "\n\nIf you accept this, `acknowledge_hazards = [\"{}\"]` silences the warning.",
            kind.hazard
        ));
        Diagnostic::warning(kind.summary.clone())
            .detail(detail)
            .at(self.path(kind.place))
    }

    fn path(&self, place: Place) -> Path {
        match place {
            Place::Behaviors if self.site.behaviors.is_known() => self.form.part("behaviors"),
            Place::Events => self.form.part("events"),
            Place::Behaviors | Place::Distribution => self.form.id(),
        }
    }
}

/// The hazards that would occur if a function of this conduct took all behaviors on the default
/// events.
pub(crate) fn prospects(document: &Document, conduct: &Conduct) -> Vec<Finding> {
    let site = Site::default();
    let wanted = wanted::slots_of(&site, wanted::all(document, None)).unwrap_or_default();
    findings(&Case {
        document,
        wanted: &wanted,
        wants_all: true,
        function: None,
        conduct,
        reach: &Reach::Unasked,
    })
}
