//! [`TypedIdentity`]: an identity that an author has written a type for.

use super::Identity;
use super::handler::{IdentityHandler, Mutability};
use crate::decoding::{decoded, decoded_state};
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{unknown_to_null, without_write_only};
use crate::panic_guard::guarded_sync;
use crate::raw_state::RawState;
use crate::schema::{Model, Owner, Schema, check, identity_to_wire};
use crate::value::{Type, Value};
use crate::wire;

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
