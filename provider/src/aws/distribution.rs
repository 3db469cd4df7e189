//! Distributions that somebody else owns: their configuration is read and sent back as raw XML,
//! with nothing but our slots changed.
//!
//! A change begins in `apply.rs`, which has the map of its parts (`ledger.rs`, `restores.rs`,
//! `rounds.rs`, `attempt.rs`, `mandate.rs`, `pair_claim.rs`). `distributions.rs` is the handle,
//! `raw.rs` has the calls, and `listing.rs` and `lookup.rs` the read-only questions. `holders.rs`
//! finds out who owns a slot's function, `companions.rs` which functions work together, and
//! `continuous_deployment.rs` which requests go to a staging distribution. `set_aside.rs` is the
//! way out in an emergency, `deployment.rs` the wait, `turns.rs` the lock.

mod apply;
mod attempt;
mod companions;
mod continuous_deployment;
mod deployment;
mod distributions;
mod holders;
mod ledger;
mod listing;
mod lookup;
mod mandate;
mod pair_claim;
mod raw;
mod restores;
mod rounds;
mod set_aside;
mod turns;

pub(crate) use self::companions::Companions;
pub(crate) use self::continuous_deployment::{ContinuousDeploymentPolicy, Traffic};
pub(crate) use self::deployment::Deployment;
pub(crate) use self::distributions::Distributions;
pub(crate) use self::listing::{LISTING, Listed};
pub(crate) use self::lookup::Description;
pub(crate) use self::mandate::Mandate;
pub(crate) use self::restores::Unrestored;
pub(crate) use self::rounds::Applied;
pub(crate) use self::set_aside::SetAside;
