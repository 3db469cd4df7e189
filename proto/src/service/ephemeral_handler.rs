//! [`EphemeralHandler`]: an ephemeral resource, its model's type forgotten.

use std::time::SystemTime;

use super::Boxed;
use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::opened::Opened;
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait EphemeralHandler<C>: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn open<'a>(&'a self, call: &'a mut Call<C>, config: Value)
    -> Boxed<'a, Result<Opened<Value>>>;

    fn renew<'a>(&'a self, call: &'a mut Call<C>) -> Boxed<'a, Result<Option<SystemTime>>>;

    fn close<'a>(&'a self, call: &'a mut Call<C>) -> Boxed<'a, Result<()>>;
}
