//! List resources (Terraform 1.14 and later): what exists in the account, for `terraform query`.
//!
//! `integrations.rs` finds functions, `associations.rs` the places where they stand, and
//! `survey.rs` asks AWS for both.

mod associations;
mod integrations;
mod survey;

pub(crate) use associations::Associations;
pub(crate) use integrations::Integrations;
