//! [`DataSourceHandler`]: a data source, its model's type forgotten.

use super::Boxed;
use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait DataSourceHandler<C>: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn read<'a>(&'a self, call: &'a mut Call<C>, config: Value) -> Boxed<'a, Result<Value>>;
}
