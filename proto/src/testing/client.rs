//! [`Client`]: calls a provider as Terraform does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;
use tonic::Request;

use super::calls::{accepted, answered, capabilities, deferral, from_wire, to_wire};
use super::configuration::configuration;
use super::instance::Instance;
use super::literal::Literal;
use super::refusal::Refusal;
use super::schema::{block_of, block_type};
use super::shown::Shown;
use super::unknown::UNKNOWN;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::provider::Provider;
use crate::service::{Rpc, Server};
use crate::value::{Type, Value};
use crate::wire;
use crate::wire::provider_server::Provider as Service;
use crate::wire::schema::Block;

/// A provider in the process of a test; see [the module](super).
#[derive(Clone)]
pub struct Client {
    service: Arc<dyn Service>,
    deferral_allowed: bool,
    /// Whether the provider believes that this Terraform accepts deferred calls.
    can_put_off: Arc<AtomicBool>,
    /// The module's block `provider_meta`.
    meta: Option<wire::DynamicValue>,
    schemas: Arc<wire::get_provider_schema::Response>,
    identities: Arc<wire::get_resource_identity_schemas::Response>,
}

impl Client {
    /// Starts a provider. Until [`configure`](Self::configure) has been called, only its
    /// configurations can be validated.
    ///
    /// # Errors
    /// The provider declares what Terraform would refuse.
    pub async fn new<P: Provider>(provider: P) -> Result<Self, Refusal> {
        Self::of(started(provider)?).await
    }

    /// Starts a provider whose resources get this client, as if its configuration had made it.
    ///
    /// # Errors
    /// The provider declares what Terraform would refuse.
    pub async fn with_client<P: Provider>(provider: P, client: P::Client) -> Result<Self, Refusal> {
        let server = started(provider)?;
        server.set_client(client);
        Self::of(server).await
    }

    async fn of<P: Provider>(server: Server<P>) -> Result<Self, Refusal> {
        let can_put_off = Arc::clone(server.can_put_off());
        let client = Self::over(Arc::new(Rpc(Ok(Arc::new(server))))).await?;
        Ok(Self {
            can_put_off,
            ..client
        })
    }

    pub(super) async fn over(service: Arc<dyn Service>) -> Result<Self, Refusal> {
        let schemas = service
            .get_provider_schema(Request::new(Default::default()))
            .await;
        let mut schemas = answered(STARTING, schemas)?;
        accepted(STARTING, std::mem::take(&mut schemas.diagnostics))?;
        let identities = service.get_resource_identity_schemas(Request::new(Default::default()));
        // A provider without identities need not answer.
        let identities = answered(STARTING, identities.await).unwrap_or_default();
        Ok(Self {
            service,
            deferral_allowed: false,
            can_put_off: Arc::default(),
            meta: None,
            schemas: Arc::new(schemas),
            identities: Arc::new(identities),
        })
    }

    /// From now on, calls may be deferred, as in an alpha version of Terraform with
    /// `-allow-deferral`: no release accepts that.
    pub fn allowing_deferral(mut self) -> Self {
        self.deferral_allowed = true;
        // A provider that was given its client is not configured, and so not told the version.
        self.can_put_off.store(true, Ordering::Relaxed);
        self
    }

    /// From now on resources and data sources are called from a module that has this block
    /// `provider_meta`.
    ///
    /// # Errors
    /// The block does not fit what the provider has declared.
    ///
    /// # Panics
    /// The provider has not declared any.
    pub fn with_provider_meta(mut self, block: impl Into<Literal>) -> Result<Self, Refusal> {
        let Some(schema) = &self.schemas.provider_meta else {
            panic!("the provider declares no block `provider_meta`");
        };
        let doing = "provider_meta";
        let declared = block_of(Some(schema));
        let block = configuration(doing, declared, block.into())?;
        self.meta = to_wire(doing, &block, &block_type(declared))?;
        Ok(self)
    }

    /// Validates a provider block and configures the provider with it; returns warnings.
    ///
    /// # Errors
    /// The block does not fit the schema, or the provider refuses it.
    pub async fn configure(&self, config: impl Into<Literal>) -> Result<Diagnostics, Refusal> {
        let doing = "configuration of the provider";
        let block = block_of(self.schemas.provider.as_ref());
        let config = configuration(doing, block, config.into())?;
        let config = to_wire(doing, &config, &block_type(block))?;
        let request = wire::validate_provider_config::Request {
            config: config.clone(),
        };
        let answer = self.service.validate_provider_config(Request::new(request));
        let mut said = accepted(doing, answered(doing, answer.await)?.diagnostics)?;
        let request = wire::configure_provider::Request {
            terraform_version: if self.deferral_allowed {
                EXPERIMENTAL_VERSION.to_owned()
            } else {
                TERRAFORM_VERSION.to_owned()
            },
            config,
            client_capabilities: capabilities(self.deferral_allowed),
        };
        let answer = self.service.configure_provider(Request::new(request));
        said.extend(accepted(doing, answered(doing, answer.await)?.diagnostics)?);
        Ok(said)
    }

    /// A resource block of that type, for an object that does not exist yet.
    ///
    /// # Panics
    /// The provider has no such resource.
    #[track_caller]
    pub fn resource(&self, type_name: &str) -> Instance {
        let Some(schema) = self.schemas.resource_schemas.get(type_name) else {
            let names = self.schemas.resource_schemas.keys();
            panic!("{}", no_such("resource", type_name, names));
        };
        let identity = self.identities.identity_schemas.get(type_name);
        let identity_required = identity.map(|schema| {
            let attributes = schema.identity_attributes.iter();
            let required = attributes.filter(|attribute| attribute.required_for_import);
            required.map(|attribute| attribute.name.clone()).collect()
        });
        let identity = identity.map(|schema| {
            let attributes = schema.identity_attributes.iter().map(|attribute| {
                // What the crate writes it can read.
                let of = Type::from_json(&attribute.r#type).unwrap_or(Type::Dynamic);
                (attribute.name.clone(), of)
            });
            Type::Object(attributes.collect())
        });
        Instance {
            meta: self.meta.clone(),
            identity_required: identity_required.unwrap_or_default(),
            ..Instance::new(
                Arc::clone(&self.service),
                self.deferral_allowed,
                type_name,
                schema,
                identity,
            )
        }
    }

    /// Reads a data source. As in a plan, a data source is not read if its configuration is not
    /// completely known or if it is deferred: computed attributes are unknown then.
    ///
    /// # Errors
    /// The configuration does not fit the schema, the provider refuses it, or Terraform would
    /// refuse the provider's answer.
    ///
    /// # Panics
    /// The provider has no such data source.
    pub async fn data_source(
        &self,
        type_name: &str,
        config: impl Into<Literal>,
    ) -> Result<Shown, Refusal> {
        let Some(schema) = self.schemas.data_source_schemas.get(type_name) else {
            let names = self.schemas.data_source_schemas.keys();
            panic!("{}", no_such("data source", type_name, names));
        };
        let doing = format!("read of data.{type_name}");
        let block = block_of(Some(schema));
        let of = block_type(block);
        let config = configuration(&doing, block, config.into())?;
        let sent = to_wire(&doing, &config, &of)?;
        let request = wire::validate_data_resource_config::Request {
            type_name: type_name.to_owned(),
            config: sent.clone(),
        };
        let answer = self
            .service
            .validate_data_resource_config(Request::new(request))
            .await;
        accepted(&doing, answered(&doing, answer)?.diagnostics)?;
        if !config.is_wholly_known() {
            return Ok(Shown::new(unread(block, config)));
        }
        let request = wire::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: sent,
            provider_meta: self.meta.clone(),
            client_capabilities: capabilities(self.deferral_allowed),
        };
        let answer = self.service.read_data_source(Request::new(request)).await;
        let answer = answered(&doing, answer)?;
        accepted(&doing, answer.diagnostics)?;
        if deferral(&doing, self.deferral_allowed, answer.deferred)?.is_some() {
            return Ok(Shown::new(unread(block, config)));
        }
        let found = from_wire(&doing, answer.state, &of)?;
        let fault = if found.is_null() {
            Some("Provider produced null object")
        } else if !found.is_wholly_known() {
            Some("Provider produced invalid object")
        } else {
            None
        };
        if let Some(summary) = fault {
            let detail = "A data source must return an object without unknown values.";
            let error = Diagnostic::error(summary).detail(detail);
            return Err(Refusal::new(doing, error));
        }
        Ok(Shown::new(found))
    }

    /// Calls a function with these arguments, those of its variadic parameter included. As in
    /// Terraform, it gets [`UNKNOWN`] only for a parameter that accepts it; otherwise the result is
    /// unknown without a call.
    ///
    /// # Errors
    /// An argument does not fit its parameter, or the function returns an error.
    ///
    /// # Panics
    /// The provider has no such function.
    pub async fn function(&self, name: &str, arguments: &[Json]) -> Result<Json, Refusal> {
        let Some(function) = self.schemas.functions.get(name) else {
            panic!(
                "{}",
                no_such("function", name, self.schemas.functions.keys())
            );
        };
        let doing = format!("call of {name}");
        let type_of = |json: &[u8]| Type::from_json(json).unwrap_or(Type::Dynamic);
        let variadic = function.variadic_parameter.iter().cycle();
        let parameters = function.parameters.iter().chain(variadic);
        let mut sent = Vec::new();
        for (argument, parameter) in arguments.iter().zip(parameters) {
            let of = type_of(&parameter.r#type);
            let value = Literal::from(argument.clone()).value(&of);
            let value = value.map_err(|faults| Refusal::new(&*doing, faults))?;
            if value.is_null() && !parameter.allow_null_value {
                let detail = format!("The argument for {:?} must not be null.", parameter.name);
                let error = Diagnostic::error("Invalid function argument").detail(detail);
                return Err(Refusal::new(doing, error));
            }
            if !value.is_wholly_known() && !parameter.allow_unknown_values {
                return Ok(UNKNOWN.into());
            }
            sent.extend(to_wire(&doing, &value, &of)?);
        }
        let least = function.parameters.len();
        if sent.len() != arguments.len() || sent.len() < least {
            let detail = format!("{} arguments for {least} parameters.", arguments.len());
            let error = Diagnostic::error("Wrong number of arguments").detail(detail);
            return Err(Refusal::new(doing, error));
        }
        let request = wire::call_function::Request {
            name: name.to_owned(),
            arguments: sent,
        };
        let answer = self.service.call_function(Request::new(request)).await;
        let answer = answered(&doing, answer)?;
        if let Some(error) = answer.error {
            return Err(Refusal::new(doing, Diagnostic::error(error.text)));
        }
        let of = type_of(
            function
                .r#return
                .as_ref()
                .map_or(b"", |one| one.r#type.as_slice()),
        );
        let result = from_wire(&doing, answer.result, &of)?;
        Ok(Shown::new(result).json().clone())
    }

    /// Asks the calls in progress to stop, as Ctrl-C does.
    ///
    /// # Errors
    /// The provider does not answer.
    pub async fn stop(&self) -> Result<(), Refusal> {
        let answer = self
            .service
            .stop_provider(Request::new(Default::default()))
            .await;
        answered("stop", answer).map(drop)
    }
}

const STARTING: &str = "start of the provider";

/// The Terraform version that the client reports: the first with all of protocol 6.11.
const TERRAFORM_VERSION: &str = "1.16.0";

/// A version in which calls may be deferred.
const EXPERIMENTAL_VERSION: &str = "1.16.0-alpha20260101";

fn started<P: Provider>(provider: P) -> Result<Server<P>, Refusal> {
    Server::new(provider).map_err(|error| {
        let error = Diagnostic::error("The provider does not start").detail(error.to_string());
        Refusal::new(STARTING, error)
    })
}

/// A data source that is going to be read.
fn unread(block: &Block, config: Value) -> Value {
    let Value::Map(mut entries) = config else {
        return config;
    };
    for attribute in block.attributes.iter().filter(|one| one.computed) {
        let value = entries.entry(attribute.name.clone()).or_default();
        if value.is_null() {
            *value = Value::UNKNOWN;
        }
    }
    Value::Map(entries)
}

fn no_such<'n>(kind: &str, name: &str, names: impl Iterator<Item = &'n String>) -> String {
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort_unstable();
    let names = names.join(", ");
    format!("the provider has no {kind} {name:?}; it has: {names}")
}
