//! [`Fault`]: a rule that was broken.

use crate::path::Path;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::testing) struct Fault {
    pub(in crate::testing) path: Path,
    pub(in crate::testing) what: String,
}
