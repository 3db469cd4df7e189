//! Distributions that somebody else owns: their configuration is read and sent back as raw XML,
//! with nothing but our slots changed.

mod alias;
mod applied;
mod apply;
mod deployment;
mod description;
mod distributions;
mod raw;
mod turns;

pub(crate) use self::applied::Applied;
pub(crate) use self::deployment::Deployment;
pub(crate) use self::description::Description;
pub(crate) use self::distributions::Distributions;
