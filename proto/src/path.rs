//! [`Path`]: where a value is in a configuration or state.

use std::fmt;

/// The path from a block's root to a value inside it, as in diagnostics and `requires_replace`.
///
/// ```
/// use tfplugin::Path;
/// let path = Path::root("slots").key("default viewer-request").attribute("lambda_arn");
/// assert_eq!(path.to_string(), r#"slots["default viewer-request"].lambda_arn"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// Into an attribute or block of an object.
    Attribute(String),
    /// Into the element of a map.
    Key(String),
    /// Into the element of a list, counted from 0. Elements of a set cannot be addressed.
    Index(usize),
}

impl Path {
    /// An attribute or block at the root of the resource.
    pub fn root(name: impl Into<String>) -> Self {
        Self::default().attribute(name)
    }

    /// The attribute or block of that name inside.
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.then(Step::Attribute(name.into()))
    }

    /// The element of a map.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// The element of a list, counted from 0.
    pub fn index(self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// The steps from the root on; none for the whole object.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path continued by one step.
    pub(crate) fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The path continued by all steps of `rest`.
    pub(crate) fn join(mut self, rest: Self) -> Self {
        self.steps.extend(rest.steps);
        self
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(out, "{name}")?,
                Step::Attribute(name) => write!(out, ".{name}")?,
                Step::Key(key) => write!(out, "[{key:?}]")?,
                Step::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}
