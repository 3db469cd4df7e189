//! [`ActionHandler`]: an action, its model's type forgotten.

use super::Boxed;
use crate::call::Call;
use crate::diagnostics::{Diagnostics, Result};
use crate::progress::Progress;
use crate::value::{Type, Value};
use crate::wire;

pub(crate) trait ActionHandler<C>: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::ActionSchema;

    fn validate(&self, config: &Value) -> Diagnostics;

    fn plan<'a>(&'a self, call: &'a mut Call<C>, config: Value) -> Boxed<'a, Result<()>>;

    fn invoke<'a>(
        &'a self,
        call: &'a mut Call<C>,
        config: Value,
        progress: Progress,
    ) -> Boxed<'a, Result<()>>;
}
