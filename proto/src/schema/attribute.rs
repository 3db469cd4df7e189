//! [`Attribute`]: the marks of one attribute.

use std::sync::Arc;

use super::declaration::{Declaration, Preset};
use super::limits::Collection;
use super::notation::Notation;
use super::planner::Planner;
use super::replace::Replace;
use super::shape::Shape;
use crate::attr::Attr;
use crate::attribute_value::AttributeValue;
use crate::change::AttributePlan;

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

    /// The provider sets it; a configuration that does is refused.
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

    pub(super) fn notation(self, notation: Option<Box<dyn Notation>>) -> Self {
        self.declaration.notation = notation;
        self
    }

    /// Terraform does not show the value, but the state contains it.
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
        self.declaration.replace.push(Replace::Always);
        self
    }

    /// A change needs a new resource if `decide` returns true for the current and the planned
    /// value; `None` is null. Strings come as `&str` and lists as slices.
    ///
    /// ```
    /// # use tfplugin::{Attr, Model, Object};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Disk { size: Attr<i64> }
    /// # impl Model for Disk {
    /// # fn declare(object: &mut Object<Self>) {
    /// // A disk can grow, but not shrink.
    /// object
    ///     .attribute("size", |disk| &mut disk.size)
    ///     .required()
    ///     .replace_if(|prior, planned| planned < prior);
    /// # }
    /// # }
    /// ```
    ///
    /// `decide` is not called while the planned value is not wholly known: the plan is then to
    /// replace, because an update must not turn into a replacement when the value is known.
    /// `decide` must depend on nothing else, since Terraform plans twice. A computed attribute has
    /// to be [kept](Self::keep).
    pub fn replace_if(
        self,
        decide: impl Fn(Option<&C>, Option<&C>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let rule = Replace::decided_by(Arc::clone(&self.shape), self.borrow, decide);
        self.declaration.replace.push(rule);
        self
    }

    /// A change needs a new resource if the configuration sets the value, but not if the provider
    /// or a default changes it.
    ///
    /// ```
    /// # use tfplugin::{Attr, Model, Object};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Machine { zone: Attr<String> }
    /// # impl Model for Machine {
    /// # fn declare(object: &mut Object<Self>) {
    /// // The service moves machines as it likes. If somebody wants one elsewhere, it is a new one.
    /// object
    ///     .attribute("zone", |machine| &mut machine.zone)
    ///     .optional_computed()
    ///     .replace_if_configured();
    /// # }
    /// # }
    /// ```
    pub fn replace_if_configured(self) -> Self {
        self.declaration.replace.push(Replace::IfConfigured);
        self
    }

    /// A computed value stays as it is when something else changes, unless `plan` changes it.
    /// Without this mark it becomes unknown.
    pub fn keep(self) -> Self {
        self.declaration.keep = true;
        self
    }

    /// Plans a computed value from this attribute alone. If it depends on other attributes, plan it
    /// in [`Resource::plan`](crate::Resource::plan), which is called later and sees the result.
    ///
    /// ```
    /// # use tfplugin::{Attr, Model, Object};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Pool { capacity: Attr<i64> }
    /// # impl Model for Pool {
    /// # fn declare(object: &mut Object<Self>) {
    /// // The service never takes capacity away, and gives 10 at least.
    /// object
    ///     .attribute("capacity", |pool| &mut pool.capacity)
    ///     .optional_computed()
    ///     .plan(|change| match change.prior {
    ///         Some(Attr::Known(prior)) if change.config.is_null() => prior.max(10).into(),
    ///         _ => change.planned,
    ///     });
    /// # }
    /// # }
    /// ```
    ///
    /// The function may be called several times for one plan and must depend on nothing else, since
    /// Terraform plans twice. What it changes counts as a change: other computed values that are
    /// not [kept](Self::keep) become unknown. It is not called while the configuration of the
    /// attribute is unknown. It may plan a configured value only as configured, or as in the state.
    /// If it is not known yet whether anything changes at all, and the result depends on that, the
    /// value is planned as unknown.
    pub fn plan(self, plan: impl Fn(AttributePlan<T>) -> Attr<T> + Send + Sync + 'static) -> Self
    where
        T: AttributeValue,
    {
        self.declaration.planner = Some(Planner::new(Arc::clone(&self.shape), plan));
        self
    }

    /// What it is for, in Markdown; this is its documentation.
    pub fn describe(self, markdown: impl Into<String>) -> Self {
        self.declaration.description = markdown.into();
        self
    }

    /// If it is set, the user gets a warning; the text says what to use instead.
    pub fn deprecated(self, instead: impl Into<String>) -> Self {
        self.declaration.deprecated = Some(instead.into());
        self
    }

    /// Refuses values before anything happens. Only known values are checked; the message is shown
    /// at the attribute. `accept` gets strings as `&str` and lists as slices. If the attribute is
    /// nested, it gets the objects, in which attributes may still be unknown, like [checks of
    /// blocks](crate::Blocks::check).
    pub fn check(self, accept: impl Fn(&C) -> Result<(), String> + Send + Sync + 'static) -> Self {
        let borrow = self.borrow;
        self.declaration
            .add_check(Arc::clone(&self.shape), move |value| accept(borrow(value)));
        self
    }
}

impl<T: Collection + 'static, C: ?Sized + 'static> Attribute<'_, T, C> {
    /// Refuses fewer elements, at `validate`. Null is not a collection, and is not refused.
    pub fn min_items(self, least: u32) -> Self {
        self.declaration.set_least(least);
        self
    }

    /// Refuses more elements, at `validate`.
    pub fn max_items(self, most: u32) -> Self {
        self.declaration.set_most(most);
        self
    }
}
