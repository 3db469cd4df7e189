//! The rules between configuration, plan and state, on untyped values.

mod configurable;
mod dead_end;
mod difference;
mod in_set;
mod known;
mod newer_defaults;
mod notation;
mod omit;
mod propose;
mod replace;
mod restore;
mod shown;
mod validate;
mod verify_apply;
mod verify_plan;
mod write_only;

pub(crate) use configurable::configurable;
pub(crate) use dead_end::{dead_end, leads_to_a_value};
pub(crate) use difference::{Difference, differences};
pub(crate) use known::{first_unknown, unknown_to_null};
pub(crate) use newer_defaults::with_newer_defaults;
pub(crate) use notation::{keep_notation, keep_planned_notation};
pub(crate) use omit::{configured_only, without_write_only};
pub(crate) use propose::propose;
pub(crate) use replace::replaced;
pub(crate) use restore::restore;
pub(crate) use shown::plain;
pub(crate) use validate::{oversized, validate};
pub(crate) use verify_apply::verify_apply;
pub(crate) use verify_plan::verify_plan;
pub(crate) use write_only::set_write_only;

#[cfg(test)]
mod tests;
