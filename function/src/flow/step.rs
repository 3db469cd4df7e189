//! [`Step`]: a call that an event has to wait for, or its outcome.

use crate::call::Call;
use crate::outcome::Outcome;

use super::visit::Visit;

/// What happens next with an event.
#[derive(Debug)]
pub enum Step {
    /// Make this call, then go on with [`crate::Edge::resume`].
    Call(Call, Flow),
    /// Nothing more to do.
    Done(Outcome),
}

/// An event that waits for its call.
#[derive(Debug)]
pub struct Flow {
    pub(super) visit: Box<Visit>,
}
