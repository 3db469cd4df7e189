//! [`FunctionError`]: why a function has no result.

/// An error of a call in an expression. Terraform shows one text and no detail, so it says both
/// what is wrong and what to do; Terraform puts it into a sentence of its own, after a colon and
/// before a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
#[must_use]
pub struct FunctionError {
    text: String,
    argument: Option<usize>,
}

impl FunctionError {
    /// An error of the call as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }

    /// The argument that is to blame, counted from 0. Arguments of the variadic parameter count on
    /// after the others.
    pub fn argument(mut self, index: usize) -> Self {
        self.argument = Some(index);
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn argument_index(&self) -> Option<usize> {
        self.argument
    }
}
