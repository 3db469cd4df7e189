//! The changes a resource plans and makes: [`Plan`], [`Create`], [`Update`].

use crate::attr::Attr;
use crate::path::Path;
use crate::private::Private;

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
    /// Attributes whose change needs a new resource, beside those declared with `replace()`. A path
    /// that leads to nothing is an error of the plan.
    pub replace: Vec<Path>,
    /// What the first plan of a change tells the second.
    pub planned_private: PlannedPrivate,
}

/// What goes from the first plan of a change to the second, which Terraform makes when it applies.
///
/// Terraform 1.16 and later hand it on: the first plan may then choose what nothing determines (a
/// random name), plan it, and keep it in [`Call::private`](crate::Call::private); the second finds
/// it here and plans the same. An apply gets what the second one keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedPrivate {
    /// Whether this Terraform hands it on. Where it does not, a plan may only promise what both
    /// plans find by themselves.
    pub is_stored: bool,
    /// What the first plan kept. `None` in the first plan itself, and if it kept nothing.
    pub of_first: Option<Private>,
}

/// One attribute of a change being planned, for [`Attribute::plan`](crate::Attribute::plan).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AttributePlan<T> {
    /// The configuration; it is not unknown.
    pub config: Attr<T>,
    /// The state so far; `None` if the object that the attribute stands in is new.
    pub prior: Option<Attr<T>>,
    /// What will be, as far as the marks of the attribute tell.
    pub planned: Attr<T>,
}

impl<T> AttributePlan<T> {
    /// An attribute that was `prior` and is to be `planned`, for tests.
    pub fn new(config: Attr<T>, prior: Option<Attr<T>>, planned: Attr<T>) -> Self {
        Self {
            config,
            prior,
            planned,
        }
    }
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
