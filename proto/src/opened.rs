//! [`Opened`]: an ephemeral resource that is there.

use std::time::SystemTime;

/// What [`EphemeralResource::open`](crate::EphemeralResource::open) returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened<M> {
    pub(crate) result: M,
    pub(crate) renew_at: Option<SystemTime>,
}

impl<M> Opened<M> {
    /// The configuration with its computed values; it lasts until it is closed.
    pub fn new(result: M) -> Self {
        Self {
            result,
            renew_at: None,
        }
    }

    /// Asks for a renewal at that time, some while before it ends.
    pub fn renew_at(mut self, time: SystemTime) -> Self {
        self.renew_at = Some(time);
        self
    }
}
