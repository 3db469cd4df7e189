//! The changes a resource plans and makes: [`Plan`], [`Create`], [`Update`].

use crate::attr::Attr;
use crate::path::Path;
use crate::private::Private;

/// A change being planned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan<M> {
    /// The configuration, write-only values included.
    pub config: M,
    /// The state so far; `None` if the resource is to be created.
    pub prior: Option<M>,
    /// The planned values, as far as the declarations determine them: configuration, defaults, kept
    /// values, and unknown for what is computed. Change what you know better: any computed value,
    /// but no configured one.
    pub planned: M,
    /// Attributes whose change needs a new resource, in addition to those declared with
    /// `replace()`. A path that leads to nothing is an error of the plan.
    pub replace: Vec<Path>,
    /// What the first plan of a change tells the second.
    pub planned_private: PlannedPrivate,
}

impl<M> Plan<M> {
    /// A plan as a test hands it to [`plan`](crate::Resource::plan): of a creation where `prior` is
    /// `None`, with nothing to replace and nothing from a first plan.
    ///
    /// ```
    /// # use tfplugin::{Attr, Plan};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Bucket { name: Attr<String>, arn: Attr<String> }
    /// let config = Bucket { name: "b-1".into(), arn: Attr::Null };
    /// let planned = Bucket { arn: Attr::Unknown, ..config.clone() };
    /// let mut plan = Plan::new(config, None, planned);
    /// // Here a test calls `plan` of its resource with `&mut plan`.
    /// # plan.planned.arn = "arn:b-1".into();
    /// assert_eq!(plan.planned.arn, Attr::from("arn:b-1"));
    /// ```
    pub fn new(config: M, prior: Option<M>, planned: M) -> Self {
        Self {
            config,
            prior,
            planned,
            replace: Vec::new(),
            planned_private: PlannedPrivate::default(),
        }
    }
}

/// What the first plan of a change passes to the second, which Terraform makes when it applies.
///
/// Terraform 1.16 and later pass it on. The first plan may then choose a value that nothing else
/// determines (a random name), plan it, and keep it in [`Call::private`](crate::Call::private); the
/// second plan finds it here and plans the same value. An apply gets what the second plan keeps.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PlannedPrivate {
    /// Whether this Terraform passes it on. If it does not, a plan may promise only what both plans
    /// find by themselves.
    pub is_stored: bool,
    /// What the first plan kept. `None` in the first plan itself, and if it kept nothing.
    pub of_first: Option<Private>,
}

impl PlannedPrivate {
    /// The first plan, by a Terraform that hands on what is kept.
    pub fn first() -> Self {
        Self {
            is_stored: true,
            of_first: None,
        }
    }

    /// The second plan, after one that kept `of_first`.
    pub fn second(of_first: Private) -> Self {
        Self {
            is_stored: true,
            of_first: Some(of_first),
        }
    }
}

/// One attribute of a change being planned, for [`Attribute::plan`](crate::Attribute::plan).
///
/// ```
/// use tfplugin::{Attr, AttributePlan};
///
/// fn at_least_ten(change: AttributePlan<i64>) -> Attr<i64> {
///     change.planned.map(|planned| planned.max(10))
/// }
///
/// let change = AttributePlan::new(Attr::Null, Some(Attr::Known(3)), Attr::Known(3));
/// assert_eq!(at_least_ten(change), Attr::Known(10));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AttributePlan<T> {
    /// The configuration; it is not unknown.
    pub config: Attr<T>,
    /// The state so far; `None` if the object that the attribute stands in is new.
    pub prior: Option<Attr<T>>,
    /// The planned value, as far as the marks of the attribute determine it.
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
#[non_exhaustive]
pub struct Create<M> {
    /// The configuration, the only place with write-only values.
    pub config: M,
    /// The plan: every value that is known in it must come true.
    pub planned: M,
}

impl<M> Create<M> {
    /// A creation as a test hands it to [`create`](crate::Resource::create).
    pub fn new(config: M, planned: M) -> Self {
        Self { config, planned }
    }
}

/// A planned update in place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update<M> {
    /// The configuration, the only place with write-only values.
    pub config: M,
    /// The state so far.
    pub prior: M,
    /// The plan: every value that is known in it must come true.
    pub planned: M,
}

impl<M> Update<M> {
    /// An update as a test hands it to [`update`](crate::Resource::update).
    pub fn new(config: M, prior: M, planned: M) -> Self {
        Self {
            config,
            prior,
            planned,
        }
    }
}
