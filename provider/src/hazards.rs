//! What stands around slots and makes the protection in them useless, or costs more than the owner
//! expects: known before anything is written.
//!
//! One pure function, [`findings`], from the document, the wanted slots and what the edge function
//! does with visitors. Plans tell the findings as warnings, and a data source lists them. A new one
//! is a name in `hazard.rs`, a rule in the file that is about its cause, and a section of
//! `docs/guides/hazards.md`.

mod answers;
mod behaviors;
mod captchas;
mod case;
mod conduct;
mod distribution;
mod finding;
mod hazard;
#[cfg(test)]
mod property_tests;
mod reach;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use behaviors::GRPC_PASSES;
pub(crate) use case::Case;
pub(crate) use conduct::{Conduct, Mitigation};
pub(crate) use finding::{Finding, Place, SEVERITY};
pub(crate) use hazard::Hazard;
pub(crate) use reach::Reach;
pub(crate) use rules::findings;
