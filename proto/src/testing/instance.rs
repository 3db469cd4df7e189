//! [`Instance`]: one resource block with its state, from its creation to its destruction.

use std::sync::Arc;

use tonic::Request;

use super::calls::{accepted, answered, capabilities, deferral, from_wire, to_wire};
use super::configuration::{configuration, resolved};
use super::import_identity::identity_faults;
use super::literal::Literal;
use super::planned::{Action, Planned};
use super::refusal::Refusal;
use super::rules::{Fault, write_only_faults};
use super::schema::{block_of, block_type};
use super::shown::Shown;
use crate::deferral::Deferral;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::engine::first_unknown;
use crate::value::{Type, Value, json};
use crate::wire;
use crate::wire::provider_server::Provider as Service;
use crate::wire::schema::Block;

/// A resource block and what Terraform's state has of it.
#[derive(Clone)]
pub struct Instance {
    pub(super) service: Arc<dyn Service>,
    pub(super) deferral_allowed: bool,
    /// The module's block `provider_meta`.
    pub(super) meta: Option<wire::DynamicValue>,
    pub(super) type_name: String,
    pub(super) schema: wire::Schema,
    pub(super) of: Type,
    pub(super) identity_type: Option<Type>,
    /// The attributes of the identity without which Terraform imports nothing.
    pub(super) identity_required: Vec<String>,
    pub(super) state: Stored,
}

/// What a state has of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<wire::ResourceIdentityData>,
    /// It was not created completely, so the next plan replaces it.
    pub(super) tainted: bool,
}

impl Instance {
    pub(super) fn new(
        service: Arc<dyn Service>,
        deferral_allowed: bool,
        type_name: &str,
        schema: &wire::Schema,
        identity_type: Option<Type>,
    ) -> Self {
        Self {
            service,
            deferral_allowed,
            meta: None,
            type_name: type_name.to_owned(),
            of: block_type(block_of(Some(schema))),
            schema: schema.clone(),
            identity_type,
            identity_required: Vec::new(),
            state: Stored::default(),
        }
    }

    /// The object in the state; `null` if there is none.
    pub fn state(&self) -> Shown {
        Shown::new(self.state.value.clone())
    }

    /// The identity in the state; `null` if there is none.
    ///
    /// # Errors
    /// It does not fit its schema.
    pub fn identity(&self) -> Result<Shown, Refusal> {
        self.identity_value(self.state.identity.clone())
            .map(Shown::new)
    }

    /// Whether a creation failed half-way, so that the next plan replaces what there is.
    pub fn is_tainted(&self) -> bool {
        self.state.tainted
    }

    /// Validates a configuration as Terraform does first of all; returns warnings.
    ///
    /// # Errors
    /// The configuration does not fit the schema, or the provider refuses it.
    pub async fn validate(&self, config: impl Into<Literal>) -> Result<Diagnostics, Refusal> {
        let config = self.configuration("validation", config)?;
        self.validated(&config).await
    }

    /// Validates, reads what there is, and plans, as `terraform plan` does. Unknown values in the
    /// configuration are values that are known only after apply.
    ///
    /// # Errors
    /// The provider refuses the configuration, or Terraform would refuse the plan.
    pub async fn plan(&mut self, config: impl Into<Literal>) -> Result<Planned, Refusal> {
        let config = self.configuration("plan", config)?;
        self.validated(&config).await?;
        let put_off = self.read().await?;
        let planned = self.planned(config, None).await?;
        Ok(planned.or_put_off(put_off))
    }

    /// Reads what there is, and plans its destruction, as `terraform plan -destroy` does.
    ///
    /// # Errors
    /// The provider refuses, or plans something else than a destruction.
    pub async fn plan_destroy(&mut self) -> Result<Planned, Refusal> {
        let put_off = self.read().await?;
        let doing = self.doing("planned destruction");
        if self.state.value.is_null() {
            return Ok(nothing_to_do(Value::Null, Stored::default()));
        }
        let request = wire::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: to_wire(&doing, &self.state.value, &self.of)?,
            proposed_new_state: to_wire(&doing, &Value::Null, &self.of)?,
            config: to_wire(&doing, &Value::Null, &self.of)?,
            prior_private: self.state.private.clone(),
            client_capabilities: capabilities(self.deferral_allowed),
            provider_meta: self.meta.clone(),
            prior_identity: self.state.identity.clone(),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        let warnings = accepted(&doing, answer.diagnostics)?;
        let deferral = deferral(&doing, self.deferral_allowed, answer.deferred)?;
        let after = from_wire(&doing, answer.planned_state, &self.of)?;
        if !after.is_null() {
            let detail = "The plan of a destroy must be null, but the provider planned an object.";
            let error = Diagnostic::error("Provider produced invalid plan").detail(detail);
            return Err(Refusal::new(doing, error));
        }
        Ok(Planned {
            action: Action::Delete,
            config: Value::Null,
            prior: self.state.value.clone(),
            after: Shown::new(after),
            private: answer.planned_private,
            identity: None,
            replace: Vec::new(),
            deferral,
            warnings,
        }
        .or_put_off(put_off))
    }

    /// Plans a configuration and carries the plan out, as `terraform apply` does; returns the new
    /// state.
    ///
    /// # Errors
    /// The plan or the apply is refused. The state is what Terraform would have then.
    pub async fn apply(&mut self, config: impl Into<Literal>) -> Result<Shown, Refusal> {
        let planned = self.plan(config).await?;
        let config = planned.config.clone();
        self.apply_plan(planned, config).await
    }

    /// Carries a plan out. As Terraform does, it plans a second time before that, with the
    /// configuration as it is by then: what was unknown in the first plan is known now.
    ///
    /// # Errors
    /// The second plan or the outcome contradicts the first, or the provider fails. The state is
    /// what Terraform would have then.
    pub async fn apply_plan(
        &mut self,
        planned: Planned,
        config: impl Into<Literal>,
    ) -> Result<Shown, Refusal> {
        if planned.prior != self.state.value {
            let detail = "Something was applied since it was made. Plan again.";
            let error = Diagnostic::error("Saved plan is stale").detail(detail);
            return Err(Refusal::new(self.doing("apply"), error));
        }
        match planned.action {
            // It is planned again when it can be carried out.
            _ if planned.deferral.is_some() => {}
            Action::NoOp => {}
            Action::Delete => self.deleted(planned.private).await?,
            Action::Create | Action::Update | Action::Replace => {
                let config = self.configuration("apply", config)?;
                resolved(&self.doing("apply"), self.block(), &planned.config, &config)?;
                if planned.action == Action::Replace {
                    self.deleted(planned.private.clone()).await?;
                }
                self.changed(planned, config).await?;
            }
        }
        Ok(self.state())
    }

    /// Plans the destruction and carries it out, as `terraform destroy` does.
    ///
    /// # Errors
    /// The provider refuses, or leaves something. The state is what Terraform would have then.
    pub async fn destroy(&mut self) -> Result<(), Refusal> {
        let planned = self.plan_destroy().await?;
        self.apply_plan(planned, Value::Null).await.map(drop)
    }

    /// Finds out what is really there, as every plan does; returns the state as it is then.
    ///
    /// # Errors
    /// The provider fails, or Terraform would refuse what it read.
    pub async fn refresh(&mut self) -> Result<Shown, Refusal> {
        self.read().await?;
        Ok(self.state())
    }

    /// Reads what there is. If the provider defers the read, returns the reason.
    async fn read(&mut self) -> Result<Option<Deferral>, Refusal> {
        if self.state.value.is_null() {
            return Ok(None);
        }
        let doing = self.doing("read");
        let state = json::encode(&self.state.value, &self.of)
            .map_err(|error| Refusal::new(&*doing, Diagnostic::error(error.to_string())))?;
        let version = self.schema.version;
        self.state.value = self.upgraded(version, state.into_bytes()).await?;
        let request = wire::read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: to_wire(&doing, &self.state.value, &self.of)?,
            private: self.state.private.clone(),
            client_capabilities: capabilities(self.deferral_allowed),
            provider_meta: self.meta.clone(),
            current_identity: self.state.identity.clone(),
        };
        let answer = self.service.read_resource(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        accepted(&doing, answer.diagnostics)?;
        // A deferred read leaves the state as it is.
        let put_off = deferral(&doing, self.deferral_allowed, answer.deferred)?;
        let found = from_wire(&doing, answer.new_state, &self.of)?;
        self.is_sound(&doing, &found)?;
        if found.is_null() {
            self.state = Stored::default();
        } else {
            self.state.value = found;
            self.state.private = answer.private;
            self.state.identity = answer.new_identity.or(self.state.identity.take());
        }
        Ok(put_off)
    }

    /// Imports what exists under that id, as `terraform import` does.
    ///
    /// # Errors
    /// The provider refuses, or there is no such object.
    pub async fn import(&mut self, id: &str) -> Result<Shown, Refusal> {
        self.imported(id, None).await
    }

    /// Imports what exists with that identity, as an `import` block with `identity` does.
    ///
    /// # Errors
    /// The identity lacks an attribute that is required or is not known, the provider refuses, or
    /// there is no such object.
    pub async fn import_by_identity(
        &mut self,
        identity: impl Into<Literal>,
    ) -> Result<Shown, Refusal> {
        let doing = self.doing("import");
        let Some(of) = &self.identity_type else {
            let detail = "Resources of this type have none.";
            let error = Diagnostic::error("There is no identity").detail(detail);
            return Err(Refusal::new(doing, error));
        };
        let identity = identity.into().value(of);
        let identity = identity.map_err(|faults| Refusal::new(&*doing, faults))?;
        let faults = identity_faults(&identity, &self.identity_required);
        if faults.has_errors() {
            return Err(Refusal::new(doing, faults));
        }
        let identity_data = to_wire(&doing, &identity, of)?;
        let identity = wire::ResourceIdentityData { identity_data };
        self.imported("", Some(identity)).await
    }

    /// Takes over a state as a version of the provider wrote it, in the JSON of a state file.
    ///
    /// # Errors
    /// The provider refuses it, or Terraform would refuse the result.
    pub async fn take_state(
        &mut self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<Shown, Refusal> {
        let value = self
            .upgraded(version, state.to_string().into_bytes())
            .await?;
        self.state = Stored {
            value,
            ..Stored::default()
        };
        Ok(self.state())
    }

    pub(super) async fn validated(&self, config: &Value) -> Result<Diagnostics, Refusal> {
        let doing = self.doing("validation");
        let request = wire::validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: to_wire(&doing, config, &self.of)?,
            client_capabilities: capabilities(self.deferral_allowed),
        };
        let answer = self.service.validate_resource_config(Request::new(request));
        accepted(&doing, answered(&doing, answer.await)?.diagnostics)
    }

    pub(super) async fn upgraded(&self, version: i64, state: Vec<u8>) -> Result<Value, Refusal> {
        let doing = self.doing("upgrade of the state");
        let request = wire::upgrade_resource_state::Request {
            type_name: self.type_name.clone(),
            version,
            raw_state: Some(wire::RawState {
                json: state,
                ..Default::default()
            }),
        };
        let answer = self.service.upgrade_resource_state(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        accepted(&doing, answer.diagnostics)?;
        let value = from_wire(&doing, answer.upgraded_state, &self.of)?;
        self.is_sound(&doing, &value)?;
        Ok(value)
    }

    /// Refuses an object with unknown or write-only values: a state has none.
    pub(super) fn is_sound(&self, doing: &str, value: &Value) -> Result<(), Refusal> {
        let mut faults = write_only_faults(self.block(), value);
        faults.extend(first_unknown(value).map(|path| Fault {
            path,
            what: "the value is still unknown".to_owned(),
        }));
        if faults.is_empty() {
            return Ok(());
        }
        let summary = "Provider returned invalid result object";
        let explanation = "A state must not contain unknown or write-only values";
        Err(Refusal::of_faults(doing, summary, explanation, &faults))
    }

    pub(super) fn identity_value(
        &self,
        identity: Option<wire::ResourceIdentityData>,
    ) -> Result<Value, Refusal> {
        match (&self.identity_type, identity) {
            (Some(of), Some(identity)) => {
                from_wire(&self.doing("identity"), identity.identity_data, of)
            }
            _ => Ok(Value::Null),
        }
    }

    pub(super) fn configuration(
        &self,
        what: &str,
        config: impl Into<Literal>,
    ) -> Result<Value, Refusal> {
        configuration(&self.doing(what), self.block(), config.into())
    }

    pub(super) fn block(&self) -> &Block {
        block_of(Some(&self.schema))
    }

    /// The operation, as messages name it.
    pub(super) fn doing(&self, what: &str) -> String {
        format!("{what} of {}", self.type_name)
    }
}

fn nothing_to_do(config: Value, prior: Stored) -> Planned {
    Planned {
        action: Action::NoOp,
        config,
        after: Shown::new(prior.value.clone()),
        prior: prior.value,
        private: prior.private,
        identity: prior.identity,
        replace: Vec::new(),
        deferral: None,
        warnings: Diagnostics::new(),
    }
}
