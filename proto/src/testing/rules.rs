//! What Terraform itself refuses, whatever the provider accepts.
//!
//! These are the rules of Terraform's core for providers that do not claim the legacy type system,
//! over the schema that Terraform sees. They share nothing with the rules by which the crate judges
//! an author's plan, so that neither hides a fault of the other.

mod configuration;
mod correlation;
mod fault;
mod plan;
mod result;
mod sameness;
mod write_only;

pub(super) use configuration::configuration_faults;
pub(super) use fault::Fault;
pub(super) use plan::{plan_faults, requires_replacement};
pub(super) use result::object_faults;
pub(super) use write_only::write_only_faults;

#[cfg(test)]
mod tests;
