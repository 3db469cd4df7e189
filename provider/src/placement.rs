//! Where a function stands in a distribution.
//!
//! Integration and association share all of this. They differ in where the function comes from, and
//! in how the attributes are written down ([`Form`]).

mod attach;
mod drift;
mod form;
pub(crate) mod import;
mod observe;
mod plan;
mod recall;
mod record;
mod site;
mod slot_association;
mod trial;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

pub(crate) use attach::{Attachment, await_deployment, detach};
pub(crate) use form::Form;
pub(crate) use plan::Proposal;
pub(crate) use site::{DEFAULT_EVENTS, Site, behaviors, distribution_id, event_types};
pub(crate) use slot_association::SlotAssociation;

use crate::aws::arn::FunctionArn;
use crate::aws::slot::Slot;

/// The part of a resource's configuration, plan or state that says where its function stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Placement {
    /// The distribution and the slots that are ours by configuration; null = none.
    pub(crate) site: Attr<Site>,
    /// The function, as far as it is known; any of its versions is ours.
    pub(crate) function: Option<FunctionArn>,
    /// Qualified ARN of the version that stands in the slots.
    pub(crate) lambda_arn: Attr<String>,
    /// Slot → association, wanted slots only; read as found, planned as wanted.
    pub(crate) slots: Attr<BTreeMap<String, SlotAssociation>>,
    /// Slot → ARN of the function that held it before.
    pub(crate) displaced: Attr<BTreeMap<String, String>>,
}

impl Placement {
    /// The id of the distribution it speaks of.
    pub(crate) fn distribution_id(&self) -> Option<&String> {
        self.site.known().and_then(|site| site.id.known())
    }

    /// Its slots by state and by configuration. `existing` are the names of all behaviors. A state
    /// of a create that was cut short has no slots yet, though CloudFront may have taken them.
    fn slots_within<'a>(&'a self, existing: impl IntoIterator<Item = &'a str>) -> BTreeSet<Slot> {
        let mut slots = wanted::named(&self.slots);
        if let Some(site) = self.site.known() {
            slots.extend(wanted::slots_of(site, existing).unwrap_or_default());
        }
        slots
    }

    /// `before`, if this function takes its place.
    fn succeeds<'a>(&self, before: Option<&'a FunctionArn>) -> Option<&'a FunctionArn> {
        before.filter(|before| self.function.as_ref() != Some(before))
    }

    /// The slots cannot be said yet.
    fn leave_open(&mut self) {
        self.slots = Attr::Unknown;
        self.displaced = Attr::Unknown;
    }

    /// No slot holds the function.
    fn clear(&mut self) {
        self.slots = Attr::Known(BTreeMap::new());
        self.displaced = Attr::Known(BTreeMap::new());
    }
}
