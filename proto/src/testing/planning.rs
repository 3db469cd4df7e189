//! The plan of a change, checked against the configuration.

use tonic::Request;

use super::calls::{
    accepted, answered, capabilities, deferral, from_wire, path_from_wire, to_wire,
};
use super::instance::{Instance, Stored};
use super::planned::{Action, Planned};
use super::refusal::Refusal;
use super::rules::{Fault, plan_faults, requires_replacement, write_only_faults};
use super::shown::Shown;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::value::Value;
use crate::wire;

impl Instance {
    /// Plans `config`. `first` is the first plan of the change, if this is the second one.
    pub(super) async fn planned(
        &self,
        config: Value,
        first: Option<&Planned>,
    ) -> Result<Planned, Refusal> {
        let doing = self.doing(if first.is_some() {
            "second plan"
        } else {
            "plan"
        });
        // An object that was not created completely is replaced: the plan is that of a creation.
        let prior = if self.state.tainted {
            Stored::default()
        } else {
            self.state.clone()
        };
        let mut answer = self.plan_call(&doing, &prior, &config, first).await?;
        let faults = plan_faults(self.block(), &prior.value, &config, answer.after.value());
        invalid_plan(&doing, &faults)?;
        let replace = self.replaced(&doing, &prior.value, &answer)?;
        answer.action = if prior.value.is_null() {
            Action::Create
        } else if prior.value == *answer.after.value() {
            Action::NoOp
        } else if replace.is_empty() {
            Action::Update
        } else {
            Action::Replace
        };
        if answer.action == Action::Replace {
            // Terraform asks for the plan of a creation, and the private data goes along.
            let nothing = Stored {
                private: std::mem::take(&mut answer.private),
                ..Stored::default()
            };
            answer = Planned {
                action: Action::Replace,
                ..self.plan_call(&doing, &nothing, &config, first).await?
            };
        }
        if self.state.tainted {
            answer.action = Action::Replace;
        }
        Ok(Planned {
            prior: self.state.value.clone(),
            replace,
            ..answer
        })
    }

    /// Makes one PlanResourceChange call. The caller decides the action.
    async fn plan_call(
        &self,
        doing: &str,
        prior: &Stored,
        config: &Value,
        first: Option<&Planned>,
    ) -> Result<Planned, Refusal> {
        let sent = to_wire(doing, config, &self.of)?;
        let request = wire::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: to_wire(doing, &prior.value, &self.of)?,
            // The crate makes its own proposal; it only checks whether this is null.
            proposed_new_state: sent.clone(),
            config: sent,
            prior_private: prior.private.clone(),
            provider_meta: self.meta.clone(),
            // Terraform always says so while it applies.
            client_capabilities: capabilities(self.deferral_allowed || first.is_some()),
            prior_identity: prior.identity.clone(),
            planned_private: first.map(|first| first.private.clone()).unwrap_or_default(),
        };
        let answer = self.service.plan_resource_change(Request::new(request));
        let answer = answered(doing, answer.await)?;
        let warnings = accepted(doing, answer.diagnostics)?;
        if first.is_some() && answer.deferred.is_some() {
            let detail = "Only a first plan can put off a change.";
            let error = Diagnostic::error("Resource deferred during apply, but not during plan");
            return Err(Refusal::new(doing, error.detail(detail)));
        }
        let deferral = deferral(doing, self.deferral_allowed, answer.deferred)?;
        let after = from_wire(doing, answer.planned_state, &self.of)?;
        invalid_plan(doing, &write_only_faults(self.block(), &after))?;
        Ok(Planned {
            action: Action::NoOp,
            config: config.clone(),
            prior: prior.value.clone(),
            after: Shown::new(after),
            private: answer.planned_private,
            identity: answer.planned_identity,
            replace: answer.requires_replace.iter().map(path_from_wire).collect(),
            deferral,
            warnings,
        })
    }

    /// The paths in the answer whose values really change, so that they require a replacement.
    fn replaced(&self, doing: &str, prior: &Value, answer: &Planned) -> Result<Vec<Path>, Refusal> {
        let mut replace = Vec::new();
        if prior.is_null() {
            return Ok(replace);
        }
        let mut nowhere = Vec::new();
        for path in &answer.replace {
            match requires_replacement(prior, answer.after.value(), path) {
                Some(true) => replace.push(path.clone()),
                Some(false) => {}
                None => nowhere.push(Fault {
                    path: path.clone(),
                    what: "requires replacement, but there is no such attribute".to_owned(),
                }),
            }
        }
        invalid_plan(doing, &nowhere)?;
        Ok(replace)
    }
}

fn invalid_plan(doing: &str, faults: &[Fault]) -> Result<(), Refusal> {
    if faults.is_empty() {
        return Ok(());
    }
    let summary = "Provider produced invalid plan";
    let explanation = "The provider's plan is not valid for this configuration";
    Err(Refusal::of_faults(doing, summary, explanation, faults))
}
