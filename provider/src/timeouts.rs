//! The `timeouts` block.

use std::time::Duration;

use tfplugin::{Attr, GoDuration, Model, Object};

/// Limit of one read; its calls answer in seconds.
pub(crate) const READ_LIMIT: Duration = Duration::from_secs(300);

/// How long each operation may take, waiting for CloudFront included.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Timeouts {
    /// Limit of create.
    pub(crate) create: Attr<GoDuration>,
    /// Limit of update.
    pub(crate) update: Attr<GoDuration>,
    /// Limit of delete.
    pub(crate) delete: Attr<GoDuration>,
}

/// Operations that have a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// Default 60 minutes.
    Create,
    /// Default 60 minutes.
    Update,
    /// Default 30 minutes.
    Delete,
}

impl Timeouts {
    /// The limit for `operation`, as configured or by default.
    pub(crate) fn limit(timeouts: &Attr<Timeouts>, operation: Operation) -> Duration {
        let timeouts = timeouts.known();
        let (configured, default_minutes) = match operation {
            Operation::Create => (timeouts.and_then(|t| t.create.known()), 60),
            Operation::Update => (timeouts.and_then(|t| t.update.known()), 60),
            Operation::Delete => (timeouts.and_then(|t| t.delete.known()), 30),
        };
        configured.map_or(
            Duration::from_secs(default_minutes * 60),
            GoDuration::duration,
        )
    }
}

impl Model for Timeouts {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("create", |m| &mut m.create)
            .optional()
            .describe("Limit of a create, like `45m`. Default `60m`.");
        object
            .attribute("update", |m| &mut m.update)
            .optional()
            .describe("Limit of an update. Default `60m`.");
        object
            .attribute("delete", |m| &mut m.delete)
            .optional()
            .describe("Limit of a destroy, all waiting for CloudFront included. Default `30m`.");
    }
}
