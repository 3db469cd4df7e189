//! The calls about managed resources.

use super::convert::{diagnostics_to_wire, path_to_wire, value_from_wire, value_to_wire};
use super::identity_calls::{identified, imported};
use super::server::Server;
use super::state_upgrade::{raw_state, readable};
use crate::change::PlannedPrivate;
use crate::deferral::Deferral;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::set_write_only;
use crate::handlers::{Applied, Planned};
use crate::migrations::MoveSource;
use crate::path::Path;
use crate::private::Private;
use crate::provider::Provider;
use crate::value::Value;
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) async fn validate_resource(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> Result<wire::validate_resource_config::Response> {
        let resource = self.resource(&request.type_name)?;
        let config = value_from_wire(request.config, resource.value_type())?;
        let mut diagnostics = resource.validate(&config);
        let capabilities = request.client_capabilities.unwrap_or_default();
        if !capabilities.computed_blocks_allowed {
            // This is the first call in which Terraform sends its capabilities; the one for the
            // schema does not.
            let declarations = resource.declarations().iter();
            for block in declarations.filter(|declaration| declaration.has_computed_block()) {
                diagnostics.push(
                    Diagnostic::error("Computed blocks need Terraform 1.16 or later")
                        .detail(format!(
                            "The provider may fill in blocks of {} that the configuration does \
                             not have, and this version of Terraform would refuse the plan. \
                             Upgrade Terraform.",
                            request.type_name
                        ))
                        .at(Path::root(block.name.as_str())),
                );
            }
        }
        if !capabilities.write_only_attributes_allowed {
            for path in set_write_only(resource.declarations(), &config) {
                diagnostics.push(
                    Diagnostic::error(
                        "Write-only attributes need Terraform or OpenTofu 1.11 or later",
                    )
                    .detail("Remove this attribute, or upgrade.")
                    .at(path),
                );
            }
        }
        Ok(wire::validate_resource_config::Response {
            diagnostics: diagnostics_to_wire(diagnostics),
        })
    }

    pub(super) async fn upgrade_state(
        &self,
        request: wire::upgrade_resource_state::Request,
    ) -> Result<wire::upgrade_resource_state::Response> {
        let resource = self.resource(&request.type_name)?;
        let raw = readable(
            request.raw_state,
            "state",
            request.version,
            resource.version(),
        )?;
        let mut diagnostics = Diagnostics::new();
        let state = resource.upgrade(request.version, &raw, &mut diagnostics)?;
        Ok(wire::upgrade_resource_state::Response {
            upgraded_state: Some(value_to_wire(&state, resource.value_type())?),
            diagnostics: diagnostics_to_wire(diagnostics),
        })
    }

    pub(super) async fn move_state(
        &self,
        request: wire::move_resource_state::Request,
    ) -> Result<wire::move_resource_state::Response> {
        let resource = self.resource(&request.target_type_name)?;
        let state = if request.source_type_name == request.target_type_name {
            let version = request.source_schema_version;
            readable(request.source_state, "state", version, resource.version())?
        } else {
            raw_state(request.source_state, "state")?
        };
        let source = MoveSource {
            provider_address: request.source_provider_address,
            type_name: request.source_type_name,
            version: request.source_schema_version,
            state,
            identity: request
                .source_identity
                .map(|identity| raw_state(Some(identity), "identity"))
                .transpose()?,
        };
        let state = resource.take_over(&source)?;
        Ok(wire::move_resource_state::Response {
            target_state: Some(value_to_wire(&state, resource.value_type())?),
            // Foreign bytes read as nothing.
            target_private: Private::from_bytes(&request.source_private).to_bytes(),
            target_identity: identified(&**resource, &state, None)?,
            diagnostics: Vec::new(),
        })
    }

    pub(super) async fn read_resource(
        &self,
        request: wire::read_resource::Request,
    ) -> Result<wire::read_resource::Response> {
        if let Some(deferred) = self.deferred(request.client_capabilities) {
            return Ok(wire::read_resource::Response {
                new_state: request.current_state,
                private: request.private,
                new_identity: request.current_identity,
                deferred: Some(deferred),
                ..Default::default()
            });
        }
        let resource = self.resource(&request.type_name)?;
        let state = value_from_wire(request.current_state, resource.value_type())?;
        let mut call = self.deferrable_call(&request.private, request.client_capabilities)?;
        call.provider_meta = self.provider_meta(request.provider_meta)?;
        let found = if state.is_null() {
            Ok(Value::Null)
        } else {
            resource.read(&mut call, state.clone()).await
        };
        let put_off = call.put_off(&found);
        let found = match found {
            Ok(found) if put_off.is_none() => found,
            Ok(_) => state,
            Err(errors) => {
                call.failed(errors);
                state
            }
        };
        let identity = identified(&**resource, &found, request.current_identity);
        Ok(wire::read_resource::Response {
            new_state: Some(value_to_wire(&found, resource.value_type())?),
            private: call.private.to_bytes(),
            new_identity: call.diagnostics.take(identity),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
        })
    }

    pub(super) async fn plan_change(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> Result<wire::plan_resource_change::Response> {
        let resource = self.resource(&request.type_name)?;
        let prior = value_from_wire(request.prior_state, resource.value_type())?;
        let proposed = value_from_wire(request.proposed_new_state, resource.value_type())?;
        let config = value_from_wire(request.config, resource.value_type())?;
        if let Some(deferred) = self.deferred(request.client_capabilities) {
            let planned = if proposed.is_null() {
                Planned::destruction()
            } else {
                resource.plan_without_author(prior, config)?
            };
            return Ok(wire::plan_resource_change::Response {
                planned_state: Some(value_to_wire(&planned.state, resource.value_type())?),
                requires_replace: planned.replace.iter().map(path_to_wire).collect(),
                planned_private: request.prior_private,
                planned_identity: request
                    .prior_identity
                    .filter(|_| planned.replace.is_empty()),
                deferred: Some(deferred),
                ..Default::default()
            });
        }
        let mut call = self.deferrable_call(&request.prior_private, request.client_capabilities)?;
        call.provider_meta = self.provider_meta(request.provider_meta)?;
        let planned = if proposed.is_null() {
            let destroyed = resource.plan_destroy(&mut call, prior).await;
            destroyed.map(|()| Planned::destruction())
        } else {
            let capabilities = request.client_capabilities.unwrap_or_default();
            let of_first = Private::from_bytes(&request.planned_private);
            let planned_private = PlannedPrivate {
                is_stored: capabilities.store_planned_private,
                of_first: Some(of_first).filter(|private| *private != Private::default()),
            };
            resource
                .plan(&mut call, prior, config, planned_private)
                .await
        };
        let put_off = call.put_off(&planned);
        // Without a plan there is nothing to return; the errors stop Terraform before it looks for
        // one.
        let planned = planned.unwrap_or_else(|errors| {
            call.failed(errors);
            Planned {
                state: proposed,
                replace: Vec::new(),
            }
        });
        // What replaces an object is another object.
        let prior_identity = request
            .prior_identity
            .filter(|_| planned.replace.is_empty());
        let identity = if call.diagnostics.has_errors() {
            Ok(None)
        } else {
            identified(&**resource, &planned.state, prior_identity)
        };
        Ok(wire::plan_resource_change::Response {
            planned_state: Some(value_to_wire(&planned.state, resource.value_type())?),
            requires_replace: planned.replace.iter().map(path_to_wire).collect(),
            planned_private: call.private.to_bytes(),
            planned_identity: call.diagnostics.take(identity),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
            ..Default::default()
        })
    }

    pub(super) async fn apply_change(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> Result<wire::apply_resource_change::Response> {
        let resource = self.resource(&request.type_name)?;
        let prior = value_from_wire(request.prior_state, resource.value_type())?;
        let planned = value_from_wire(request.planned_state, resource.value_type())?;
        let config = value_from_wire(request.config, resource.value_type())?;
        let mut call = self.call(&request.planned_private)?;
        let Applied { state, result } = match self.provider_meta(request.provider_meta) {
            Ok(meta) => {
                call.provider_meta = meta;
                match (prior.is_null(), planned.is_null()) {
                    (true, true) => Applied {
                        state: Value::Null,
                        result: Ok(()),
                    },
                    (true, false) => resource.create(&mut call, planned, config).await,
                    (false, false) => resource.update(&mut call, prior, planned, config).await,
                    (false, true) => resource.delete(&mut call, prior).await,
                }
            }
            // Nothing has happened.
            Err(errors) => Applied {
                state: prior,
                result: Err(errors),
            },
        };
        if let Err(errors) = result {
            call.diagnostics.fail(errors);
        }
        let planned_identity = request.planned_identity.filter(|_| !state.is_null());
        let identity = identified(&**resource, &state, planned_identity);
        Ok(wire::apply_resource_change::Response {
            new_state: Some(value_to_wire(&state, resource.value_type())?),
            private: if state.is_null() {
                Vec::new()
            } else {
                call.private.to_bytes()
            },
            new_identity: call.diagnostics.take(identity),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            legacy_type_system: false,
        })
    }

    pub(super) async fn import_resource(
        &self,
        request: wire::import_resource_state::Request,
    ) -> Result<wire::import_resource_state::Response> {
        use wire::import_resource_state::{ImportedResource, Response};
        let deferred = self.deferred(request.client_capabilities);
        if deferred.is_some() {
            return Ok(Response {
                deferred,
                ..Default::default()
            });
        }
        let resource = self.resource(&request.type_name)?;
        let mut call = self.deferrable_call(&[], request.client_capabilities)?;
        let imported = match request.identity {
            Some(identity) if request.id.is_empty() => {
                let state = imported(&request.type_name, &**resource, &identity);
                state.map(|state| (Some(identity), state))
            }
            _ => {
                let state = resource.import(&mut call, &request.id).await;
                state.and_then(|state| Ok((identified(&**resource, &state, None)?, state)))
            }
        };
        let put_off = call.put_off(&imported);
        let imported = match imported {
            // Terraform imports it in a later plan.
            Ok(_) if put_off.is_some() => Vec::new(),
            Ok((identity, state)) => vec![ImportedResource {
                state: Some(value_to_wire(&state, resource.value_type())?),
                private: call.private.to_bytes(),
                identity,
                type_name: request.type_name,
            }],
            Err(errors) => {
                call.failed(errors);
                Vec::new()
            }
        };
        Ok(Response {
            imported_resources: imported,
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
        })
    }

    pub(super) async fn generate_config(
        &self,
        request: wire::generate_resource_config::Request,
    ) -> Result<wire::generate_resource_config::Response> {
        let resource = self.resource(&request.type_name)?;
        let state = value_from_wire(request.state, resource.value_type())?;
        let config = resource.generate(&state)?;
        Ok(wire::generate_resource_config::Response {
            config: Some(value_to_wire(&config, resource.value_type())?),
            diagnostics: Vec::new(),
        })
    }
}
