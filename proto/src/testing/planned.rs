//! [`Planned`]: the plan of a change, which Terraform would show and carry out.

use super::shown::Shown;
use crate::deferral::Deferral;
use crate::diagnostics::Diagnostics;
use crate::path::Path;
use crate::value::Value;
use crate::wire;

/// What a plan does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// It is created.
    Create,
    /// It is changed in place.
    Update,
    /// It is destroyed and created again.
    Replace,
    /// It is destroyed.
    Delete,
}

/// A plan that Terraform would accept.
#[derive(Clone, Debug)]
pub struct Planned {
    pub(super) action: Action,
    /// The configuration that is planned; null for a destruction.
    pub(super) config: Value,
    /// The object before the change.
    pub(super) prior: Value,
    pub(super) after: Shown,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<wire::ResourceIdentityData>,
    pub(super) replace: Vec<Path>,
    pub(super) deferral: Option<Deferral>,
    pub(super) warnings: Diagnostics,
}

impl Planned {
    /// The same plan, deferred because the read before it was.
    pub(super) fn or_put_off(mut self, why: Option<Deferral>) -> Self {
        self.deferral = self.deferral.or(why);
        self
    }

    /// What is going to happen.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether nothing is going to happen.
    pub fn is_empty(&self) -> bool {
        self.action == Action::NoOp && self.deferral.is_none()
    }

    /// The object that is planned; `null` for a destruction.
    pub fn after(&self) -> &Shown {
        &self.after
    }

    /// The attributes that turn an update into a replacement.
    pub fn replace_paths(&self) -> &[Path] {
        &self.replace
    }

    /// Why it is deferred; an apply leaves it out then. `None` if it is not.
    pub fn deferral(&self) -> Option<Deferral> {
        self.deferral
    }

    /// The provider's warnings.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }
}
