//! [`IdentityHandler`]: an identity without its type and its resource's model.

use crate::diagnostics::Result;
use crate::raw_state::RawState;
use crate::value::{Type, Value};
use crate::wire;

/// Whether an object may get another identity and be the same object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutability {
    Fixed,
    Mutable,
}

pub(crate) trait IdentityHandler: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn version(&self) -> i64;

    fn mutability(&self) -> Mutability;

    fn wire_schema(&self) -> wire::ResourceIdentitySchema;

    /// The identity of an existing object's state; null as long as an attribute of it is missing.
    fn of(&self, state: &Value) -> Result<Value>;

    /// The beginning of a state.
    fn import(&self, identity: Value) -> Result<Value>;

    /// The identity that was written at an older version, or at this one.
    fn upgrade(&self, version: i64, raw: &RawState) -> Result<Value>;
}
