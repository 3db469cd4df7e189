//! [`Identified`]: that a resource has an identity, and which. It makes a [`TypedIdentity`], which
//! is an [`IdentityHandler`]: an identity, its type and its resource's model forgotten.

use std::marker::PhantomData;

use super::Identity;
use crate::decoding::{decoded, decoded_state};
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{unknown_to_null, without_write_only};
use crate::panic_guard::guarded_sync;
use crate::raw_state::RawState;
use crate::schema::{Model, Owner, Schema, check, identity_to_wire};
use crate::value::{Type, Value};
use crate::wire;

/// That resources with the model `M` have an identity, and which; see
/// [`Resource::identity`](crate::Resource::identity).
pub struct Identified<M> {
    handler: fn(String, Mutability) -> Box<dyn IdentityHandler>,
    mutability: Mutability,
    model: PhantomData<fn(M)>,
}

/// Whether an object may get another identity and be the same object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutability {
    Fixed,
    Mutable,
}

impl<M: Model> Identified<M> {
    /// By an identity of type `I`.
    pub fn by<I: Identity<M>>() -> Self {
        Self {
            handler: |name, mutability| Box::new(TypedIdentity::<M, I>::new(name, mutability)),
            mutability: Mutability::Fixed,
            model: PhantomData,
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
        (self.handler)(name, self.mutability)
    }
}

pub(crate) trait IdentityHandler: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn version(&self) -> i64;

    fn mutability(&self) -> Mutability;

    fn wire_schema(&self) -> wire::ResourceIdentitySchema;

    /// The identity of a state that exists; null as long as some of it is missing.
    fn of(&self, state: &Value) -> Result<Value>;

    /// The beginning of a state.
    fn import(&self, identity: Value) -> Result<Value>;

    /// The identity that was written at an older version, or at this one.
    fn upgrade(&self, version: i64, raw: &RawState) -> Result<Value>;
}

pub(crate) struct TypedIdentity<M, I> {
    /// The full type name of the resource, for messages.
    name: String,
    mutability: Mutability,
    resource: Schema<M>,
    identity: Schema<I>,
}

impl<M: Model, I: Identity<M>> TypedIdentity<M, I> {
    pub(crate) fn new(name: String, mutability: Mutability) -> Self {
        Self {
            name,
            mutability,
            resource: Schema::of::<M>(),
            identity: Schema::of::<I>().version(I::VERSION),
        }
    }

    fn guarded<T>(&self, what: &str, call: impl FnOnce() -> T) -> Result<T> {
        guarded_sync(&format!("{what} of {}", self.name), call)
    }
}

impl<M: Model, I: Identity<M>> IdentityHandler for TypedIdentity<M, I> {
    fn faults(&self) -> Vec<String> {
        check(Owner::Identity, &self.name, self.identity.declarations())
    }

    fn value_type(&self) -> &Type {
        self.identity.value_type()
    }

    fn version(&self) -> i64 {
        I::VERSION
    }

    fn mutability(&self) -> Mutability {
        self.mutability
    }

    fn wire_schema(&self) -> wire::ResourceIdentitySchema {
        identity_to_wire(&self.identity)
    }

    fn of(&self, state: &Value) -> Result<Value> {
        // What was left out has been reported by the call that this state belongs to.
        let (state, _) = decoded_state(&self.resource, state, &mut Diagnostics::new())?;
        let identity = self.guarded("identification", || I::of(&state))?;
        let identity = self.identity.encode(identity);
        let missing =
            self.identity.declarations().iter().any(|declaration| {
                declaration.required && identity.entry(&declaration.name).is_null()
            });
        if missing || !identity.is_wholly_known() {
            return Ok(Value::Null);
        }
        Ok(identity)
    }

    fn import(&self, identity: Value) -> Result<Value> {
        let identity = decoded(&self.identity, identity)?;
        let state = self.guarded("import by identity", || identity.import())??;
        let state = self.resource.encode(state);
        Ok(unknown_to_null(without_write_only(
            self.resource.declarations(),
            state,
        )))
    }

    fn upgrade(&self, version: i64, raw: &RawState) -> Result<Value> {
        let identity = if version == I::VERSION {
            raw.model()?
        } else {
            self.guarded("upgrade of the identity", || I::upgrade(version, raw))??
        };
        Ok(unknown_to_null(self.identity.encode(identity)))
    }
}
