//! What goes wrong on the way to AWS, and to whoever calls it.

/// One fault, at one call of the applies of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fault {
    /// The first call is 1.
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    /// Refused once with a code that the SDK repeats.
    Throttled,
    /// Refused once with a code that it does not repeat.
    Denied,
    /// Refused like every later call of its kind in the step: a permission is missing.
    Forbidden,
    /// The answer is lost, and so are that many more calls. `after`: AWS has carried the call out.
    Down { calls: usize, after: bool },
    /// Terraform and its providers are killed. `after`: AWS has carried the call out.
    Killed { after: bool },
    /// The provider alone dies, in the middle of that call.
    Crashed { after: bool },
}
