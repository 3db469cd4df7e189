//! The placement of a function in the slots of a distribution.
//!
//! Integration and association share all of this. They differ in where the function comes from, and
//! in how the attributes are written down ([`Form`]).

mod acknowledged;
mod attach;
mod changes;
mod drift;
mod foreseen;
mod gap;
mod give_up;
mod hazards;
mod import;
mod model;
mod notices;
mod observe;
mod outcome;
mod pair;
mod plan;
mod private_state;
mod reach;
mod recall;
mod sighting;
mod site;
mod trial;
mod wanted;

pub(crate) use attach::Attachment;
pub(crate) use give_up::give_up;
pub(crate) use hazards::{ACKNOWLEDGE_HAZARDS, prospects};
pub(crate) use import::Found;
pub(crate) use model::{Placement, displaced_tag_count, pair_id};
pub(crate) use outcome::{await_deployment, unrestored};
pub(crate) use pair::leave;
pub(crate) use plan::Proposal;
pub(crate) use site::{
    ADOPT_EXISTING, DEFAULT_ADOPT_EXISTING, DEFAULT_EVENTS, DEFAULT_RESTORE_PREVIOUS,
    DEFAULT_STAGING, DEFAULT_WAIT_FOR_DEPLOYMENT, DEPENDS_ON_DISTRIBUTION_CHANGES, Form,
    HAND_OVER_FROM, RESTORE_PREVIOUS_ON_DESTROY, Site, SlotAssociation, UNSEEN_ANSWERS,
    WAIT_FOR_DEPLOYMENT, behaviors, distribution_id, event_types, hand_over_from, unseen_answers,
};
