//! The attributes of `netacea_cloudfront_association`, as Rust sees them. Most of them are those of
//! a placement, at the top of the resource instead of in an object.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use crate::aws::arn::FunctionArn;
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;
use crate::hazards::Hazard;
use crate::placement::{Placement, Site, SlotAssociation, pair_id};
use crate::timeouts::Timeouts;

/// Configuration, plan or state of one association. `schema.rs` says what each attribute means to a
/// user.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssociationModel {
    /// `<distribution id>,<function name>`.
    pub(crate) id: Attr<String>,
    /// Distribution id.
    pub(crate) distribution_id: Attr<String>,
    /// The distribution is the staging one of a continuous deployment.
    pub(crate) staging: Attr<bool>,
    /// Qualified ARN of a published version.
    pub(crate) lambda_arn: Attr<String>,
    /// Names of cache behaviors; null = all.
    pub(crate) behaviors: Attr<BTreeSet<String>>,
    /// CloudFront event types.
    pub(crate) events: Attr<BTreeSet<EventType>>,
    /// Pass the request body to the function on request events.
    pub(crate) include_body: Attr<bool>,
    /// Take slots that another function holds.
    pub(crate) adopt_existing: Attr<bool>,
    /// Put displaced associations back on destroy.
    pub(crate) restore_previous_on_destroy: Attr<bool>,
    /// The resources that give up slots, or the pair of function and distribution, for this one.
    pub(crate) hand_over_from: Attr<BTreeSet<String>>,
    /// Wait until CloudFront has deployed the change everywhere.
    pub(crate) wait_for_deployment: Attr<bool>,
    /// The owner changes the distribution in the same apply; null = no.
    pub(crate) depends_on_distribution_changes: Attr<bool>,
    /// Hazards that the owner has understood.
    pub(crate) acknowledge_hazards: Attr<BTreeSet<Hazard>>,
    /// How long create, update and delete may take.
    pub(crate) timeouts: Attr<Timeouts>,

    /// Slot → ARN of the function that held it before.
    pub(crate) displaced: Attr<BTreeMap<Slot, String>>,
    /// Slot → association, wanted slots only; read as found, planned as wanted.
    pub(crate) slots: Attr<BTreeMap<Slot, SlotAssociation>>,
}

impl AssociationModel {
    /// The function, if the ARN is known.
    pub(crate) fn function(&self) -> Option<FunctionArn> {
        self.lambda_arn.known().and_then(|arn| arn.parse().ok())
    }

    /// The placement of the function, by this model.
    pub(crate) fn placement(&self) -> Placement {
        Placement {
            site: Attr::Known(Site {
                id: self.distribution_id.clone(),
                behaviors: self.behaviors.clone(),
                events: self.events.clone(),
                include_body: self.include_body,
                adopt_existing: self.adopt_existing,
                restore_previous_on_destroy: self.restore_previous_on_destroy,
                staging: self.staging,
            }),
            hand_over_from: self.hand_over_from.clone(),
            function: self.function(),
            lambda_arn: self.lambda_arn.clone(),
            slots: self.slots.clone(),
            displaced: self.displaced.clone(),
            depends_on_distribution_changes: self.depends_on_distribution_changes,
            acknowledge_hazards: self.acknowledge_hazards.clone(),
        }
    }

    /// Takes over the slots as planned, applied or found.
    pub(crate) fn place(&mut self, placement: Placement) {
        self.slots = placement.slots;
        self.displaced = placement.displaced;
    }

    /// The import id.
    pub(crate) fn identify(&self) -> Attr<String> {
        match (self.distribution_id.known(), self.function()) {
            (Some(distribution_id), Some(function)) => {
                Attr::Known(pair_id(distribution_id, &function))
            }
            _ => Attr::Unknown,
        }
    }
}
