//! [`Identified`]: the identity of a resource.

use std::marker::PhantomData;

use super::Identity;
use super::handler::{IdentityHandler, Mutability};
use super::selected::SelectedIdentity;
use super::typed::TypedIdentity;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::schema::Model;

/// The identity of resources with the model `M`; see
/// [`Resource::identity`](crate::Resource::identity).
pub struct Identified<M> {
    by: By<M>,
    mutability: Mutability,
}

enum By<M> {
    Type(fn(String, Mutability) -> Box<dyn IdentityHandler>),
    Attributes(&'static [&'static str], PhantomData<fn(M)>),
}

impl<M: Model> Identified<M> {
    /// By an identity of type `I`.
    pub fn by<I: Identity<M>>() -> Self {
        Self {
            by: By::Type(|name, mutability| Box::new(TypedIdentity::<M, I>::new(name, mutability))),
            mutability: Mutability::Fixed,
        }
    }

    /// By some of the model's own attributes: the identity has their names, types and descriptions.
    /// An attribute that the configuration may leave out may also be left out in an import by
    /// identity; all others have to be named.
    ///
    /// Unless you write [`Resource::import`](crate::Resource::import), an import by id works too if
    /// only one attribute has to be named: the id is its value. In both cases the
    /// [checks](crate::Attribute::check) of the attributes run, and [`read`](crate::Resource::read)
    /// gets a state in which everything else is null.
    ///
    /// ```
    /// # use tfplugin::{Attr, Call, Create, Identified, Model, Object, Resource, Result, Update};
    /// # struct Buckets;
    /// #[derive(Clone, Debug, Default, PartialEq)]
    /// struct Bucket {
    ///     name: Attr<String>,
    ///     days: Attr<i64>,
    /// }
    ///
    /// # impl Model for Bucket {
    /// #     fn declare(object: &mut Object<Self>) {
    /// #         object.attribute("name", |bucket| &mut bucket.name).required();
    /// #         object.attribute("days", |bucket| &mut bucket.days).optional();
    /// #     }
    /// # }
    /// impl Resource for Buckets {
    /// #     type Model = Bucket;
    /// #     type Client = ();
    /// #     const TYPE: &'static str = "bucket";
    ///     // …
    ///     fn identity(&self) -> Option<Identified<Bucket>> {
    ///         Some(Identified::by_attributes(&["name"]))
    ///     }
    /// #     async fn read(&self, _: &mut Call<()>, state: Bucket) -> Result<Option<Bucket>> {
    /// #         Ok(Some(state))
    /// #     }
    /// #     async fn create(
    /// #         &self, _: &mut Call<()>, _: Create<Bucket>, _: &mut Option<Bucket>,
    /// #     ) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// #     async fn update(
    /// #         &self, _: &mut Call<()>, _: Update<Bucket>, _: &mut Bucket,
    /// #     ) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// #     async fn delete(&self, _: &mut Call<()>, _: &mut Bucket) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// }
    /// ```
    pub fn by_attributes(names: &'static [&'static str]) -> Self {
        Self {
            by: By::Attributes(names, PhantomData),
            mutability: Mutability::Fixed,
        }
    }

    /// The beginning of a state, from which [`read`](crate::Resource::read) finds the rest, by an
    /// import id that is the value of the identity's only necessary attribute.
    ///
    /// # Errors
    /// If it is not a value of that attribute, if more than one attribute is necessary, or if the
    /// identity is not [by attributes](Self::by_attributes).
    pub fn import(&self, id: &str) -> Result<M> {
        match self.by {
            By::Type(_) => Err(Diagnostic::error("Import by id is not supported")
                .detail("Import by `identity` instead, with Terraform 1.12 or newer.")
                .into()),
            By::Attributes(names, _) => {
                SelectedIdentity::<M>::new(String::new(), names, self.mutability).import_id(id)
            }
        }
    }

    /// An object may get another identity and still be the same object: its name is its identity,
    /// and the service can rename it. Without this mark, a read or an update that changes the
    /// identity is refused as a bug of the provider.
    ///
    /// ```
    /// # use tfplugin::{Attr, Identified, Identity, Model, Object, Result};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Bucket { name: Attr<String> }
    /// # impl Model for Bucket {
    /// #     fn declare(object: &mut Object<Self>) {
    /// #         object.attribute("name", |bucket| &mut bucket.name).required();
    /// #     }
    /// # }
    /// # impl Identity<Bucket> for Bucket {
    /// #     fn of(state: &Bucket) -> Self { state.clone() }
    /// #     fn import(self) -> Result<Bucket> { Ok(self) }
    /// # }
    /// // In the resource: fn identity(&self) -> Option<Identified<Bucket>>
    /// let identified = Identified::<Bucket>::by::<Bucket>().mutable();
    /// # let _ = identified;
    /// ```
    pub fn mutable(mut self) -> Self {
        self.mutability = Mutability::Mutable;
        self
    }

    pub(crate) fn handler(&self, name: String) -> Box<dyn IdentityHandler> {
        let mutability = self.mutability;
        match self.by {
            By::Type(handler) => handler(name, mutability),
            By::Attributes(names, _) => {
                Box::new(SelectedIdentity::<M>::new(name, names, mutability))
            }
        }
    }
}
