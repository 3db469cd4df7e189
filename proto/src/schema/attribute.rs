//! [`Attribute`]: the marks of one attribute.

use std::sync::Arc;

use super::declaration::{Declaration, Preset};
use super::shape::Shape;

/// An attribute being declared; every method adds a mark.
///
/// Exactly one of [`required`](Self::required), [`optional`](Self::optional),
/// [`computed`](Self::computed), [`optional_computed`](Self::optional_computed) and a default is
/// needed. What Terraform would refuse is refused when the provider starts, naming the attribute.
///
/// `T` is the type of its value, `C` what a [`check`](Self::check) sees of it.
pub struct Attribute<'a, T, C: ?Sized = T> {
    declaration: &'a mut Declaration,
    shape: Arc<dyn Shape<T>>,
    borrow: fn(&T) -> &C,
}

impl<'a, T: 'static, C: ?Sized + 'static> Attribute<'a, T, C> {
    pub(crate) fn new(
        declaration: &'a mut Declaration,
        shape: Arc<dyn Shape<T>>,
        borrow: fn(&T) -> &C,
    ) -> Self {
        Self {
            declaration,
            shape,
            borrow,
        }
    }

    /// The configuration must set it; null is refused as well, before anything happens.
    pub fn required(self) -> Self {
        self.declaration.required = true;
        self
    }

    /// The configuration may set it; else it is null.
    pub fn optional(self) -> Self {
        self.declaration.optional = true;
        self
    }

    /// The provider sets it; the configuration cannot.
    pub fn computed(self) -> Self {
        self.declaration.computed = true;
        self
    }

    /// The configuration may set it; else the provider does.
    pub fn optional_computed(self) -> Self {
        self.optional().computed()
    }

    /// The configuration may set it; else it is `value`. Terraform demands that such an attribute
    /// is optional and computed, so it is.
    pub fn default(self, value: impl Into<T>) -> Self {
        let preset = Preset::Value(self.shape.encode_known(value.into()));
        self.preset(preset)
    }

    pub(super) fn preset(self, preset: Preset) -> Self {
        self.declaration.preset = Some(preset);
        self.optional_computed()
    }

    /// Terraform does not show the value, though it stands in the state.
    pub fn sensitive(self) -> Self {
        self.declaration.sensitive = true;
        self
    }

    /// The value comes with the configuration and is kept nowhere: it is null in plan and state
    /// (Terraform 1.11 and later). On an object it holds for everything inside.
    pub fn write_only(self) -> Self {
        self.declaration.spread_write_only();
        self
    }

    /// A change needs a new resource. A computed attribute has to be [kept](Self::keep) then.
    pub fn replace(self) -> Self {
        self.declaration.replace = true;
        self
    }

    /// A computed value stays as it is when something else changes, unless `plan` changes it.
    /// Without this mark it becomes unknown.
    pub fn keep(self) -> Self {
        self.declaration.keep = true;
        self
    }

    /// What it is for, in Markdown; this is its documentation.
    pub fn describe(self, markdown: impl Into<String>) -> Self {
        self.declaration.description = markdown.into();
        self
    }

    /// Whoever sets it gets a warning; the text says what to use instead.
    pub fn deprecated(self, instead: impl Into<String>) -> Self {
        self.declaration.deprecated = Some(instead.into());
        self
    }

    /// Refuses values before anything happens. Only known values are checked; the message is shown
    /// at the attribute. It sees strings as `&str` and lists as slices.
    pub fn check(self, accept: impl Fn(&C) -> Result<(), String> + Send + Sync + 'static) -> Self {
        let borrow = self.borrow;
        self.declaration
            .add_check(Arc::clone(&self.shape), move |value| accept(borrow(value)));
        self
    }
}
