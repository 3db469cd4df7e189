//! [`ResourceHandler`]: a resource without its model's type.

use super::Boxed;
use crate::call::Call;
use crate::change::PlannedPrivate;
use crate::diagnostics::{Diagnostics, Result};
use crate::identity::IdentityHandler;
use crate::migrations::MoveSource;
use crate::path::Path;
use crate::raw_state::RawState;
use crate::schema::Declaration;
use crate::value::{Type, Value};
use crate::wire;

/// What the calls need of a resource, over untyped values. Null means that it does not exist.
pub(crate) trait ResourceHandler<C>: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn declarations(&self) -> &[Declaration];

    fn value_type(&self) -> &Type;

    fn version(&self) -> i64;

    fn wire_schema(&self) -> wire::Schema;

    fn identity(&self) -> Option<&dyn IdentityHandler>;

    fn validate(&self, config: &Value) -> Diagnostics;

    /// The state that was written at an older version, or at this one.
    fn upgrade(&self, version: i64, raw: &RawState, diagnostics: &mut Diagnostics)
    -> Result<Value>;

    /// The state of another type, or of another provider's resource of this one.
    fn take_over(&self, source: &MoveSource) -> Result<Value>;

    /// The configuration that would lead to a state.
    fn generate(&self, state: &Value) -> Result<Value>;

    fn read<'a>(&'a self, call: &'a mut Call<C>, state: Value) -> Boxed<'a, Result<Value>>;

    fn plan<'a>(
        &'a self,
        call: &'a mut Call<C>,
        prior: Value,
        config: Value,
        planned_private: PlannedPrivate,
    ) -> Boxed<'a, Result<Planned>>;

    /// The plan as far as the declarations tell, without the author's [`plan`](Self::plan).
    fn plan_without_author(&self, prior: Value, config: Value) -> Result<Planned>;

    fn plan_destroy<'a>(&'a self, call: &'a mut Call<C>, prior: Value) -> Boxed<'a, Result<()>>;

    fn create<'a>(
        &'a self,
        call: &'a mut Call<C>,
        planned: Value,
        config: Value,
    ) -> Boxed<'a, Applied>;

    fn update<'a>(
        &'a self,
        call: &'a mut Call<C>,
        prior: Value,
        planned: Value,
        config: Value,
    ) -> Boxed<'a, Applied>;

    fn delete<'a>(&'a self, call: &'a mut Call<C>, prior: Value) -> Boxed<'a, Applied>;

    fn import<'a>(&'a self, call: &'a mut Call<C>, id: &'a str) -> Boxed<'a, Result<Value>>;
}

/// An accepted plan.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) replace: Vec<Path>,
}

impl Planned {
    /// The plan of a destruction.
    pub(crate) fn destruction() -> Self {
        Self {
            state: Value::Null,
            replace: Vec::new(),
        }
    }
}

/// How an apply ended. The state counts in both cases.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) state: Value,
    pub(crate) result: Result<()>,
}
