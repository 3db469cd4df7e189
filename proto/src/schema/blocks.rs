//! [`Blocks`]: the marks of one kind of nested block.

use std::sync::Arc;

use super::declaration::Declaration;
use super::shape::Shape;

/// A nested block being declared. Blocks are always optional: how many there are is the
/// configuration's affair.
pub struct Blocks<'a, T> {
    declaration: &'a mut Declaration,
    shape: Arc<dyn Shape<T>>,
}

impl<'a, T: 'static> Blocks<'a, T> {
    pub(crate) fn new(declaration: &'a mut Declaration, shape: Arc<dyn Shape<T>>) -> Self {
        Self { declaration, shape }
    }

    /// What it is for, in Markdown; this is its documentation.
    pub fn describe(self, markdown: impl Into<String>) -> Self {
        self.declaration.description = markdown.into();
        self
    }

    /// Whoever writes it gets a warning; the text says what to use instead.
    pub fn deprecated(self, instead: impl Into<String>) -> Self {
        self.declaration.deprecated = Some(instead.into());
        self
    }

    /// Refuses values before anything happens; the message is shown at the block.
    pub fn check(self, accept: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.declaration.add_check(Arc::clone(&self.shape), accept);
        self
    }
}
