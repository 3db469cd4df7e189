//! [`MoveSource`]: what a `moved` block starts from.

use crate::raw_state::RawState;

/// A resource of another type that becomes one of this type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveSource {
    /// The address of its provider, `"registry.terraform.io/hashicorp/aws"`: the same type name may
    /// mean something else elsewhere.
    pub provider_address: String,
    /// Its type, with prefix: `"aws_lambda_function"`.
    pub type_name: String,
    /// The version of its state's layout.
    pub version: i64,
    /// Its state.
    pub state: RawState,
    /// Its identity, if it has one.
    pub identity: Option<RawState>,
}
