//! [`Identified`]: that a resource has an identity, and which.

use std::marker::PhantomData;

use crate::identity::Identity;
use crate::schema::Model;
use crate::service::{IdentityHandler, TypedIdentity};

/// That resources with the model `M` have an identity, and which; see
/// [`Resource::identity`](crate::Resource::identity).
pub struct Identified<M> {
    handler: fn(String) -> Box<dyn IdentityHandler>,
    model: PhantomData<fn(M)>,
}

impl<M: Model> Identified<M> {
    /// By an identity of type `I`.
    pub fn by<I: Identity<M>>() -> Self {
        Self {
            handler: |name| Box::new(TypedIdentity::<M, I>::new(name)),
            model: PhantomData,
        }
    }

    pub(crate) fn handler(&self, name: String) -> Box<dyn IdentityHandler> {
        (self.handler)(name)
    }
}
