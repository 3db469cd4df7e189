//! [`ListHandler`]: a list resource, its models' types forgotten.

use tokio::sync::mpsc;

use super::Boxed;
use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::listing::Listed;
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait ListHandler<C>: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn list<'a>(&'a self, call: &'a mut Call<C>, query: Query) -> Boxed<'a, Result<()>>;
}

/// What is wanted, and where it goes.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) config: Value,
    /// At most so many; `None` for all.
    pub(crate) limit: Option<u64>,
    pub(crate) wants_states: bool,
    pub(crate) found: mpsc::Sender<Listed>,
}
