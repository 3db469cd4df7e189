//! [`Planned`]: what Terraform would show of a change, and carry out.

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
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is destroyed and made again.
    Replace,
    /// It is destroyed.
    Delete,
}

/// A plan that Terraform would accept.
#[derive(Clone, Debug)]
pub struct Planned {
    pub(super) action: Action,
    /// The configuration that it was made for; null for a destruction.
    pub(super) config: Value,
    /// What there was.
    pub(super) prior: Value,
    pub(super) after: Shown,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<wire::ResourceIdentityData>,
    pub(super) replace: Vec<Path>,
    pub(super) deferral: Option<Deferral>,
    pub(super) warnings: Diagnostics,
}

impl Planned {
    /// The same, put off because of what came before it.
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

    /// The attributes that make a replacement of an update.
    pub fn replace_paths(&self) -> &[Path] {
        &self.replace
    }

    /// Why it is put off; an apply leaves it out then. `None` if it is not.
    pub fn deferral(&self) -> Option<Deferral> {
        self.deferral
    }

    /// What the provider said.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }
}
