//! [`Migrations`]: state of other layouts, and [`MoveSource`]: what a `moved` block starts from.

use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostics::Result;
use crate::raw_state::RawState;

/// How state of another layout becomes `M`; see
/// [`Resource::migrations`](crate::Resource::migrations).
///
/// Both happen before the provider is configured, so there is no client: the next
/// [`read`](crate::Resource::read) fills in what the old state lacks.
///
/// ```
/// # use tfplugin::{Attr, Migrations, Model, Object, RawState, Result};
/// # #[derive(Clone, Debug, Default, PartialEq)]
/// # struct Bucket { name: Attr<String>, days: Attr<i64> }
/// # impl Model for Bucket {
/// #     fn declare(object: &mut Object<Self>) {
/// #         object.attribute("name", |bucket| &mut bucket.name).required();
/// #         object.attribute("days", |bucket| &mut bucket.days).optional();
/// #     }
/// # }
/// /// Version 0 counted in weeks.
/// #[derive(serde::Deserialize)]
/// struct OldBucket {
///     weeks: Option<i64>,
/// }
///
/// fn from_weeks(raw: &RawState) -> Result<Bucket> {
///     let old: OldBucket = raw.read()?;
///     Ok(Bucket {
///         days: old.weeks.map(|weeks| weeks * 7).into(),
///         ..raw.model()?
///     })
/// }
///
/// let migrations = Migrations::new()
///     .upgrade(0, from_weeks)
///     .moved_from("store_crate", |source| source.state.model::<Bucket>());
/// # let _ = migrations;
/// ```
pub struct Migrations<M> {
    pub(crate) upgrades: BTreeMap<i64, Upgrade<M>>,
    pub(crate) moves: BTreeMap<String, Move<M>>,
    duplicates: Vec<String>,
}

/// A resource of another type that becomes one of this type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoveSource {
    /// The address of its provider, `"registry.terraform.io/hashicorp/aws"`. The same provider may
    /// have other addresses: the host of another registry or a mirror, and from OpenTofu up to
    /// 1.12.3 and 1.11.11 only the prefix of the type, `"aws"`. So recognize it by type and state.
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

impl MoveSource {
    /// For tests: a resource of that type at version 0, without a provider address and without an
    /// identity. You can set the fields.
    ///
    /// ```
    /// use tfplugin::{MoveSource, RawState};
    /// let state = RawState::from_json(r#"{"id": "b-1"}"#);
    /// let mut source = MoveSource::new("store_crate", state);
    /// source.version = 2;
    /// ```
    pub fn new(type_name: impl Into<String>, state: RawState) -> Self {
        Self {
            provider_address: String::new(),
            type_name: type_name.into(),
            version: 0,
            state,
            identity: None,
        }
    }
}

pub(crate) type Upgrade<M> = Box<dyn Fn(&RawState) -> Result<M> + Send + Sync>;
pub(crate) type Move<M> = Box<dyn Fn(&MoveSource) -> Result<M> + Send + Sync>;

impl<M> Migrations<M> {
    /// No migrations: state of older versions is read as if it had the current one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rewrites state of layout `version`, straight to the current one. Versions without an upgrade
    /// are read as they are; attributes that are newer than such a state have their defaults.
    pub fn upgrade(
        mut self,
        version: i64,
        rewrite: impl Fn(&RawState) -> Result<M> + Send + Sync + 'static,
    ) -> Self {
        if self.upgrades.insert(version, Box::new(rewrite)).is_some() {
            self.duplicates
                .push(format!("two upgrades from version {version}"));
        }
        self
    }

    /// Takes over the state of a resource of type `type_name` (with prefix) when the configuration
    /// has a `moved` block between the two. Private data of this provider goes along. State of the
    /// type itself, from another address of the provider, is upgraded without an entry here.
    pub fn moved_from(
        mut self,
        type_name: impl Into<String>,
        take_over: impl Fn(&MoveSource) -> Result<M> + Send + Sync + 'static,
    ) -> Self {
        let type_name = type_name.into();
        if self
            .moves
            .insert(type_name.clone(), Box::new(take_over))
            .is_some()
        {
            self.duplicates.push(format!("two moves from {type_name}"));
        }
        self
    }

    /// Migrations that could never happen at a schema of that version, one sentence each.
    pub(crate) fn faults(&self, version: i64) -> Vec<String> {
        let late = self
            .upgrades
            .keys()
            .filter(|from| !(0..version).contains(*from))
            .map(|from| format!("an upgrade from version {from} to version {version}"));
        self.duplicates.iter().cloned().chain(late).collect()
    }
}

impl<M> Default for Migrations<M> {
    fn default() -> Self {
        Self {
            upgrades: BTreeMap::new(),
            moves: BTreeMap::new(),
            duplicates: Vec::new(),
        }
    }
}

impl<M> fmt::Debug for Migrations<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Migrations")
            .field("upgrades", &self.upgrades.keys())
            .field("moves", &self.moves.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upgrade_that_can_never_happen_is_a_fault() {
        let migrations = Migrations::<u8>::new()
            .upgrade(0, |_| Ok(0))
            .upgrade(0, |_| Ok(0))
            .upgrade(2, |_| Ok(0));
        assert_eq!(
            migrations.faults(2),
            [
                "two upgrades from version 0",
                "an upgrade from version 2 to version 2"
            ]
        );
    }
}
