//! The calls about identities, and the identity's part in the others.

use super::convert::{value_from_wire, value_to_wire};
use super::server::Server;
use super::state_upgrade::readable;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::plain;
use crate::fault::explained;
use crate::handlers::ResourceHandler;
use crate::identity::{IdentityHandler, Mutability};
use crate::provider::Provider;
use crate::value::Value;
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) fn identity_schemas(&self) -> wire::get_resource_identity_schemas::Response {
        let schemas = self
            .registry
            .resources
            .iter()
            .filter_map(|(name, resource)| {
                let identity = resource.identity()?;
                Some((name.clone(), identity.wire_schema()))
            });
        wire::get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) async fn upgrade_identity(
        &self,
        request: wire::upgrade_resource_identity::Request,
    ) -> Result<wire::upgrade_resource_identity::Response> {
        let resource = self.resource(&request.type_name)?;
        let identity = resource
            .identity()
            .ok_or_else(|| has_none(&request.type_name))?;
        let raw = readable(
            request.raw_identity,
            "identity",
            request.version,
            identity.version(),
        )?;
        let upgraded = identity.upgrade(request.version, &raw)?;
        Ok(wire::upgrade_resource_identity::Response {
            upgraded_identity: identity_to_wire(identity, &upgraded)?,
            diagnostics: Vec::new(),
        })
    }
}

/// The state that an import by identity starts from.
pub(super) fn imported<C>(
    name: &str,
    resource: &dyn ResourceHandler<C>,
    sent: &wire::ResourceIdentityData,
) -> Result<Value> {
    let identity = resource.identity().ok_or_else(|| has_none(name))?;
    identity.import(identity_from_wire(identity, Some(sent.clone()))?)
}

/// The identity of `state`, for the answer. What `prior` already has must stay, unless the identity
/// is mutable: for Terraform, another identity is another object.
pub(super) fn identified<C>(
    resource: &dyn ResourceHandler<C>,
    state: &Value,
    prior: Option<wire::ResourceIdentityData>,
) -> Result<Option<wire::ResourceIdentityData>> {
    let Some(identity) = resource.identity() else {
        return Ok(None);
    };
    let prior = identity_from_wire(identity, prior)?;
    let found = if state.is_null() {
        Value::Null
    } else {
        identity.of(state)?
    };
    if found.is_null() {
        return identity_to_wire(identity, &prior);
    }
    if identity.mutability() == Mutability::Fixed {
        unchanged(&prior, &found)?;
    }
    identity_to_wire(identity, &found)
}

/// An error for every attribute of the identity that had another value before.
fn unchanged(prior: &Value, found: &Value) -> Result<()> {
    let changed: Diagnostics = prior
        .entries()
        .into_iter()
        .flatten()
        .filter(|(name, before)| !before.is_null() && found.entry(name) != *before)
        .map(|(name, before)| changed(name, before, found.entry(name)))
        .collect();
    if changed.is_empty() {
        Ok(())
    } else {
        Err(changed)
    }
}

fn changed(name: &str, before: &Value, after: &Value) -> Diagnostic {
    let (before, after) = (plain(before), plain(after));
    explained(
        &format!("The provider changed the identity of an existing object: {name}"),
        &format!(
            "`{name}` was {before} and is now {after}. The identity of an object must not change \
             as long as the object exists, unless the resource declares its identity as mutable."
        ),
    )
}

fn identity_from_wire(
    identity: &dyn IdentityHandler,
    sent: Option<wire::ResourceIdentityData>,
) -> Result<Value> {
    value_from_wire(
        sent.and_then(|sent| sent.identity_data),
        identity.value_type(),
    )
}

fn identity_to_wire(
    identity: &dyn IdentityHandler,
    value: &Value,
) -> Result<Option<wire::ResourceIdentityData>> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(wire::ResourceIdentityData {
        identity_data: Some(value_to_wire(value, identity.value_type())?),
    }))
}

fn has_none(name: &str) -> Diagnostic {
    Diagnostic::error("There is no identity").detail(format!(
        "Resources of type {name} have no identity; import them by id."
    ))
}
