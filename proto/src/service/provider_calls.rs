//! The calls about the provider itself.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::convert::{diagnostics_to_wire, value_from_wire};
use super::server::Server;
use crate::call::Configure;
use crate::decoding::{decoded, validated};
use crate::deferral::can_put_off;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::panic_guard::{guarded, guarded_sync};
use crate::path::Path;
use crate::provider::Provider;
use crate::registry::{Handlers, Registry};
use crate::schema::{Declaration, Nesting, schema_to_wire};
use crate::value::{Set, Value};
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) fn metadata(&self) -> wire::get_metadata::Response {
        use wire::get_metadata::{
            ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
            ListResourceMetadata, ResourceMetadata,
        };
        let Registry {
            resources,
            data_sources,
            ephemerals,
            lists,
            actions,
            functions,
            ..
        } = &self.registry;
        wire::get_metadata::Response {
            server_capabilities: Some(self.capabilities()),
            resources: named(resources, |type_name| ResourceMetadata { type_name }),
            data_sources: named(data_sources, |type_name| DataSourceMetadata { type_name }),
            ephemeral_resources: named(ephemerals, |type_name| EphemeralMetadata { type_name }),
            list_resources: named(lists, |type_name| ListResourceMetadata { type_name }),
            actions: named(actions, |type_name| ActionMetadata { type_name }),
            functions: named(functions, |name| FunctionMetadata { name }),
            ..Default::default()
        }
    }

    pub(super) fn schemas(&self) -> wire::get_provider_schema::Response {
        let Registry {
            resources,
            data_sources,
            ephemerals,
            lists,
            actions,
            functions,
            provider_meta,
            ..
        } = &self.registry;
        wire::get_provider_schema::Response {
            provider: Some(schema_to_wire(&self.schema)),
            resource_schemas: described(resources, |resource| resource.wire_schema()),
            data_source_schemas: described(data_sources, |data_source| data_source.wire_schema()),
            ephemeral_resource_schemas: described(ephemerals, |one| one.wire_schema()),
            list_resource_schemas: described(lists, |list| list.wire_schema()),
            action_schemas: described(actions, |action| action.wire_schema()),
            functions: described(functions, |function| function.wire_function()),
            provider_meta: provider_meta.as_ref().map(|meta| meta.wire_schema()),
            server_capabilities: Some(self.capabilities()),
            ..Default::default()
        }
    }

    /// What this server can do beyond the minimum: it wants to be asked about destructions, and no
    /// call relies on `GetProviderSchema` having run in the same process.
    fn capabilities(&self) -> wire::ServerCapabilities {
        let resources = &self.registry.resources;
        wire::ServerCapabilities {
            plan_destroy: true,
            get_provider_schema_optional: true,
            // At least from the same type under another provider's address.
            move_resource_state: !resources.is_empty(),
            generate_resource_config: !resources.is_empty(),
        }
    }

    pub(super) async fn validate_provider(
        &self,
        request: wire::validate_provider_config::Request,
    ) -> Result<wire::validate_provider_config::Response> {
        let config = value_from_wire(request.config, self.schema.value_type())?;
        let doing = "validation of the provider configuration";
        let diagnostics = validated(
            &self.schema,
            &config,
            doing,
            |configuration, diagnostics| {
                self.provider.validate(configuration, diagnostics);
            },
        );
        Ok(wire::validate_provider_config::Response {
            diagnostics: diagnostics_to_wire(diagnostics),
        })
    }

    pub(super) async fn configure(
        &self,
        request: wire::configure_provider::Request,
    ) -> Result<wire::configure_provider::Response> {
        let config = value_from_wire(request.config, self.schema.value_type())?;
        self.conceal(&config);
        let can_put_off = can_put_off(&request.terraform_version);
        self.can_put_off().store(can_put_off, Ordering::Relaxed);
        if self.takes_deferral(request.client_capabilities) && self.wants_to_wait(&config)? {
            self.put_off();
            return Ok(wire::configure_provider::Response::default());
        }
        self.blocks_are_known(&config)?;
        let configuration = decoded(&self.schema, config)?;
        let mut call = Configure::new(request.terraform_version);
        call.stop = self.stop_token();
        let client = guarded(
            "configuration of the provider",
            self.provider.configure(&mut call, configuration),
        )
        .await;
        match client {
            Ok(client) if !call.diagnostics.has_errors() => self.set_client(client),
            Ok(_) => {}
            Err(errors) => call.diagnostics.fail(errors),
        }
        Ok(wire::configure_provider::Response {
            diagnostics: diagnostics_to_wire(call.diagnostics),
        })
    }

    /// Whether the author wants to put everything off until the configuration is known.
    fn wants_to_wait(&self, config: &Value) -> Result<bool> {
        if config.is_wholly_known() {
            return Ok(false);
        }
        let mut config = config.clone();
        for block in self.unknown_blocks(&config) {
            let none = match block.inner() {
                Some((Nesting::List, _)) => Value::List(Vec::new()),
                Some((Nesting::Set, _)) => Value::Set(Set::default()),
                _ => continue,
            };
            if let Value::Map(entries) = &mut config {
                entries.insert(block.name.clone(), none);
            }
        }
        let configuration = decoded(&self.schema, config)?;
        guarded_sync("deferral of the provider", || {
            self.provider.defers(&configuration)
        })
    }

    /// The blocks whose number is not known.
    fn unknown_blocks(&self, config: &Value) -> Vec<&Declaration> {
        let declarations = self.schema.declarations().iter();
        let blocks = declarations.filter(|declaration| declaration.is_block());
        blocks
            .filter(|block| config.entry(&block.name).is_unknown())
            .collect()
    }

    /// A list of blocks in a model cannot be unknown. Going on as if there were none could mean to
    /// work with somebody else's credentials.
    fn blocks_are_known(&self, config: &Value) -> Result<()> {
        let blocks = self.unknown_blocks(config).into_iter();
        let unknown: Diagnostics = blocks
            .map(|block| {
                Diagnostic::error("The provider's configuration is not known yet")
                    .detail(
                        "The number of these blocks depends on resources that have not been \
                         created yet. Create those first, with `terraform apply -target=ADDRESS`.",
                    )
                    .at(Path::root(block.name.as_str()))
            })
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(unknown)
        }
    }
}

fn named<H: ?Sized, T>(handlers: &Handlers<H>, entry: impl Fn(String) -> T) -> Vec<T> {
    handlers.keys().cloned().map(entry).collect()
}

/// Every handler's name and its schema.
pub(super) fn described<H: ?Sized, T>(
    handlers: &Handlers<H>,
    schema: impl Fn(&H) -> T,
) -> HashMap<String, T> {
    let schemas = handlers.iter();
    schemas
        .map(|(name, handler)| (name.clone(), schema(handler)))
        .collect()
}
