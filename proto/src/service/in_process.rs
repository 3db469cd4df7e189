//! [`InProcess`]: a provider that is called without Terraform, a process or a socket.
//!
//! Every call goes through the messages of the protocol, so values are encoded and decoded, and
//! plans and results are checked, exactly as when Terraform calls. What Terraform itself does
//! around the calls (the order of resources, which private data it passes on, comparing the two
//! plans) is up to the caller.

use super::convert::{value_from_wire, value_to_wire};
use super::server::Server;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::provider::Provider;
use crate::serve_error::ServeError;
use crate::value::{Type, Value};
use crate::wire;

/// A provider, ready to be called.
pub struct InProcess<P: Provider>(Server<P>);

/// An object as Terraform keeps it: in a state, or as the prior object of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Kept {
    /// The object; null if it does not exist.
    pub value: Value,
    /// Private data, which only the provider reads.
    pub private: Vec<u8>,
    /// The identity, which Terraform sends back as it was.
    identity: Option<wire::ResourceIdentityData>,
}

impl Kept {
    /// An object with what the provider remembers in addition to it, and without an identity.
    pub fn new(value: Value, private: Vec<u8>) -> Self {
        Self {
            value,
            private,
            identity: None,
        }
    }
}

/// What a call answered.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answered {
    /// The object that was read, planned or made. Null: there is none.
    pub object: Kept,
    /// The attributes that turn an update into a replacement, for messages.
    pub replace: Vec<String>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

impl<P: Provider> InProcess<P> {
    /// Builds every schema. Resources can be called after [`InProcess::configure_as`].
    ///
    /// # Errors
    /// The provider declares what Terraform would refuse.
    pub fn new(provider: P) -> Result<Self, ServeError> {
        Ok(Self(Server::new(provider)?))
    }

    /// From now on the resources get this client, as if the provider had just been configured.
    pub fn configure_as(&self, client: P::Client) {
        self.0.set_client(client);
    }

    /// Asks the calls in progress to stop, as Ctrl-C does.
    pub fn stop(&self) {
        self.0.stop_calls();
    }

    /// The type of a resource's objects; `None` if there is no such resource.
    pub fn resource_type(&self, type_name: &str) -> Option<&Type> {
        let resource = self.0.resource(type_name).ok()?;
        Some(resource.value_type())
    }

    /// ValidateResourceConfig.
    pub async fn validate(&self, type_name: &str, config: &Value) -> Diagnostics {
        let answer = async {
            let request = wire::validate_resource_config::Request {
                type_name: type_name.to_owned(),
                config: Some(value_to_wire(config, self.value_type(type_name)?)?),
                client_capabilities: Some(wire::ClientCapabilities {
                    write_only_attributes_allowed: true,
                    computed_blocks_allowed: true,
                    ..Default::default()
                }),
            };
            self.0.validate_resource(request).await
        };
        match answer.await {
            Ok(answer) => from_wire(answer.diagnostics),
            Err(errors) => errors,
        }
    }

    /// ReadResource.
    pub async fn read(&self, type_name: &str, current: &Kept) -> Answered {
        let answer = async {
            let of = self.value_type(type_name)?;
            let request = wire::read_resource::Request {
                type_name: type_name.to_owned(),
                current_state: Some(value_to_wire(&current.value, of)?),
                private: current.private.clone(),
                current_identity: current.identity.clone(),
                ..Default::default()
            };
            let answer = self.0.read_resource(request).await?;
            let identity = answer.new_identity;
            let answered = answered(of, answer.new_state, answer.private, answer.diagnostics)?;
            Ok(answered.identified(identity))
        };
        answer.await.unwrap_or_else(failed)
    }

    /// PlanResourceChange; a null `config` plans the destruction. As before Terraform 1.16, nothing
    /// goes from one plan of a change to the next.
    pub async fn plan(&self, type_name: &str, prior: &Kept, config: &Value) -> Answered {
        let answer = async {
            let of = self.value_type(type_name)?;
            let config = value_to_wire(config, of)?;
            let request = wire::plan_resource_change::Request {
                type_name: type_name.to_owned(),
                prior_state: Some(value_to_wire(&prior.value, of)?),
                prior_private: prior.private.clone(),
                prior_identity: prior.identity.clone(),
                // The server makes its own proposal; it only checks whether this is null.
                proposed_new_state: Some(config.clone()),
                config: Some(config),
                ..Default::default()
            };
            let answer = self.0.plan_change(request).await?;
            let replace = answer.requires_replace.iter().map(in_words).collect();
            let planned = answered(
                of,
                answer.planned_state,
                answer.planned_private,
                answer.diagnostics,
            )?;
            Ok(Answered {
                replace,
                ..planned.identified(answer.planned_identity)
            })
        };
        answer.await.unwrap_or_else(failed)
    }

    /// ApplyResourceChange: a create, an update or a delete, as `prior` and `planned` say. Private
    /// data and identity are those of `planned`.
    pub async fn apply(
        &self,
        type_name: &str,
        prior: &Value,
        planned: &Kept,
        config: &Value,
    ) -> Answered {
        let answer = async {
            let of = self.value_type(type_name)?;
            let request = wire::apply_resource_change::Request {
                type_name: type_name.to_owned(),
                prior_state: Some(value_to_wire(prior, of)?),
                planned_state: Some(value_to_wire(&planned.value, of)?),
                config: Some(value_to_wire(config, of)?),
                planned_private: planned.private.clone(),
                planned_identity: planned.identity.clone(),
                ..Default::default()
            };
            let answer = self.0.apply_change(request).await?;
            let identity = answer.new_identity;
            let answered = answered(of, answer.new_state, answer.private, answer.diagnostics)?;
            Ok(answered.identified(identity))
        };
        answer.await.unwrap_or_else(failed)
    }

    fn value_type(&self, type_name: &str) -> crate::diagnostics::Result<&Type> {
        Ok(self.0.resource(type_name)?.value_type())
    }
}

impl Answered {
    fn identified(mut self, identity: Option<wire::ResourceIdentityData>) -> Self {
        self.object.identity = identity;
        self
    }
}

fn answered(
    of: &Type,
    state: Option<wire::DynamicValue>,
    private: Vec<u8>,
    diagnostics: Vec<wire::Diagnostic>,
) -> crate::diagnostics::Result<Answered> {
    Ok(Answered {
        object: Kept::new(value_from_wire(state, of)?, private),
        replace: Vec::new(),
        diagnostics: from_wire(diagnostics),
    })
}

fn failed(diagnostics: Diagnostics) -> Answered {
    Answered {
        diagnostics,
        ..Answered::default()
    }
}

fn from_wire(diagnostics: Vec<wire::Diagnostic>) -> Diagnostics {
    let mut read = Diagnostics::new();
    for one in diagnostics {
        let diagnostic = match one.severity() {
            wire::diagnostic::Severity::Warning => Diagnostic::warning(one.summary),
            _ => Diagnostic::error(one.summary),
        };
        read.push(diagnostic.detail(one.detail));
    }
    read
}

fn in_words(path: &wire::AttributePath) -> String {
    use wire::attribute_path::step::Selector;
    let steps = path.steps.iter().filter_map(|step| step.selector.as_ref());
    let steps = steps.map(|selector| match selector {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => format!("{key:?}"),
        Selector::ElementKeyInt(index) => index.to_string(),
    });
    steps.collect::<Vec<_>>().join(".")
}
