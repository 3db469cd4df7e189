//! The floors of each crate, the top floor first. A room uses only what is on floors below its own;
//! rooms on one floor do not know each other.

mod function;
mod protocol;
mod provider;
mod tools;

use super::graph::Floors;

/// Files that use each other, and the floors they are divided into.
pub(super) struct Folder {
    /// Below the workspace.
    pub(super) path: &'static str,
    /// The crate's root; `None` for JavaScript.
    pub(super) root: Option<&'static str>,
    pub(super) floors: &'static [Floors],
}

pub(super) const HOUSE: &[Folder] = &[
    provider::PROVIDER,
    protocol::PROTOCOL,
    function::FUNCTION,
    function::HOST,
    tools::PACKAGING,
    tools::HARNESS,
    tools::LAB,
    tools::LOOPBACK_AWS,
];
