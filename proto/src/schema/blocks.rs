//! [`Blocks`]: the marks of one kind of nested block.

use std::sync::Arc;

use super::declaration::Declaration;
use super::limits::Collection;
use super::replace::Replace;
use super::shape::Shape;

/// A nested block being declared. Blocks are optional without a mark: the configuration decides how
/// many there are. If it has none and they are [`computed`](Self::computed), the provider decides.
///
/// `T` is what the field holds, `C` what a [`check`](Self::check) sees of it.
pub struct Blocks<'a, T, C: ?Sized = T> {
    declaration: &'a mut Declaration,
    shape: Arc<dyn Shape<T>>,
    borrow: fn(&T) -> &C,
}

impl<'a, T: 'static, C: ?Sized + 'static> Blocks<'a, T, C> {
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

    /// What it is for, in Markdown; this is its documentation.
    pub fn describe(self, markdown: impl Into<String>) -> Self {
        self.declaration.description = markdown.into();
        self
    }

    /// If the configuration has none, the provider fills them in, as with an [optional and
    /// computed](crate::Attribute::optional_computed) attribute. Only in a resource, and from
    /// Terraform 1.16 on: with an older Terraform, validation fails. In a plan, a list of blocks
    /// that is not known yet reads as empty, and stays unknown if it is left so.
    pub fn computed(self) -> Self {
        self.declaration.optional = true;
        self.declaration.computed = true;
        self
    }

    /// A change of any of them, or of how many there are, needs a new resource. Only in a resource.
    /// If a change of one attribute in them does, mark that one.
    pub fn replace(self) -> Self {
        self.declaration.replace.push(Replace::Always);
        self
    }

    /// A change needs a new resource if `decide` returns true for the current and the planned
    /// blocks, as with an [attribute](crate::Attribute::replace_if). Only in a resource.
    pub fn replace_if(
        self,
        decide: impl Fn(Option<&C>, Option<&C>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let rule = Replace::decided_by(Arc::clone(&self.shape), self.borrow, decide);
        self.declaration.replace.push(rule);
        self
    }

    /// If it is written, the user gets a warning; the text says what to use instead.
    pub fn deprecated(self, instead: impl Into<String>) -> Self {
        self.declaration.deprecated = Some(instead.into());
        self
    }

    /// Refuses values before anything happens; the message is shown at the block. It is called as
    /// soon as there are blocks: attributes inside may still be unknown, and what is unknown is not
    /// a reason to refuse. The same holds for checks of nested attributes.
    ///
    /// ```
    /// # use tfplugin::{Attr, Model, Object};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Firewall { rules: Vec<Rule> }
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Rule { from: Attr<i64>, to: Attr<i64> }
    /// # impl Model for Rule {
    /// #     fn declare(object: &mut Object<Self>) {
    /// #         object.attribute("from", |rule| &mut rule.from).required();
    /// #         object.attribute("to", |rule| &mut rule.to).required();
    /// #     }
    /// # }
    /// # impl Model for Firewall {
    /// # fn declare(object: &mut Object<Self>) {
    /// object.block_list("rule", |firewall| &mut firewall.rules).check(|rules| {
    ///     for rule in rules {
    ///         if let (Attr::Known(from), Attr::Known(to)) = (&rule.from, &rule.to)
    ///             && from > to
    ///         {
    ///             return Err(format!("A rule goes from {from} to {to}. Swap them."));
    ///         }
    ///     }
    ///     Ok(())
    /// });
    /// # }
    /// # }
    /// ```
    pub fn check(self, accept: impl Fn(&C) -> Result<(), String> + Send + Sync + 'static) -> Self {
        let borrow = self.borrow;
        self.declaration
            .add_check(Arc::clone(&self.shape), move |value| accept(borrow(value)));
        self
    }
}

impl<T, C: ?Sized> Blocks<'_, T, C> {
    pub(super) fn demand(self) -> Self {
        self.declaration.required = true;
        self
    }
}

impl<T: Collection + 'static, C: ?Sized + 'static> Blocks<'_, T, C> {
    /// Refuses fewer of them. Terraform knows this number from the schema: it refuses them itself,
    /// with the place, and shows the number to tools. How many a `dynamic` block makes is not
    /// counted before it is known.
    pub fn min_items(self, least: u32) -> Self {
        self.declaration.set_least(least);
        self
    }

    /// Refuses more of them, as [`min_items`](Self::min_items) refuses fewer.
    pub fn max_items(self, most: u32) -> Self {
        self.declaration.set_most(most);
        self
    }
}
