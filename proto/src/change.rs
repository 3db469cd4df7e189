//! The changes a resource plans and makes: [`Plan`], [`Create`], [`Update`].

use crate::path::Path;

/// A change being planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<M> {
    /// The configuration, write-only values included.
    pub config: M,
    /// The state so far; `None` if the resource is to be created.
    pub prior: Option<M>,
    /// What will be, as far as the declarations tell: configuration, defaults, kept values, and
    /// unknown where something is computed. Change what you know better: any computed value,
    /// nothing that was configured.
    pub planned: M,
    /// Attributes whose change needs a new resource, beside those declared with `replace()`.
    pub replace: Vec<Path>,
}

/// A planned creation.
#[derive(Clone, Debug, PartialEq)]
pub struct Create<M> {
    /// The configuration, the only place with write-only values.
    pub config: M,
    /// The plan: what is known in it must come true.
    pub planned: M,
}

/// A planned update in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Update<M> {
    /// The configuration, the only place with write-only values.
    pub config: M,
    /// The state so far.
    pub prior: M,
    /// The plan: what is known in it must come true.
    pub planned: M,
}
