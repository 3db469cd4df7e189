//! Compares the second plan with the first, and the result of the apply with the second plan.

use tonic::Request;

use super::calls::{answered, diagnostics_from_wire, from_wire, to_wire};
use super::instance::{Instance, Stored};
use super::planned::{Action, Planned};
use super::refusal::Refusal;
use super::rules::{Fault, object_faults};
use crate::diagnostic::Diagnostic;
use crate::engine::unknown_to_null;
use crate::value::Value;
use crate::wire;

impl Instance {
    /// Plans again, compares the second plan with the first, and carries it out.
    pub(super) async fn changed(&mut self, first: Planned, config: Value) -> Result<(), Refusal> {
        let doing = self.doing("apply");
        self.validated(&config).await?;
        let second = self.planned(config.clone(), Some(&first)).await?;
        let wanted = match first.action {
            // The old one has been destroyed by now.
            Action::Replace => Action::Create,
            action => action,
        };
        let is_nothing_after_all = wanted == Action::Update && second.action == Action::NoOp;
        let mut faults = object_faults(self.block(), first.after.value(), second.after.value());
        if wanted != second.action && !is_nothing_after_all {
            let what = format!("{wanted:?} turned into {:?}", second.action);
            let path = second.replace.first().cloned().unwrap_or_default();
            faults.push(Fault { path, what });
        }
        if !faults.is_empty() {
            let summary = "Provider produced inconsistent final plan";
            let explanation = "When expanding the plan to include new values learned so far \
                               during apply, the provider changed it";
            return Err(Refusal::of_faults(&doing, summary, explanation, &faults));
        }
        if second.action == Action::NoOp {
            return Ok(());
        }
        let creates = second.action == Action::Create;
        let request = wire::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: to_wire(&doing, &self.state.value, &self.of)?,
            planned_state: to_wire(&doing, second.after.value(), &self.of)?,
            config: to_wire(&doing, &config, &self.of)?,
            planned_private: second.private,
            provider_meta: self.meta.clone(),
            planned_identity: second.identity,
        };
        let answer = self.service.apply_resource_change(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        let diagnostics = diagnostics_from_wire(answer.diagnostics);
        let new = from_wire(&doing, answer.new_state, &self.of)?;
        let failed = diagnostics.has_errors();
        let soundness = self.is_sound(&doing, &new);
        let contradictions = object_faults(self.block(), second.after.value(), &new);
        let was = std::mem::take(&mut self.state);
        if !new.is_null() {
            self.state = Stored {
                value: unknown_to_null(new),
                private: answer.private,
                identity: answer.new_identity.or(was.identity),
                tainted: failed && creates,
            };
        }
        if failed {
            return Err(Refusal::new(doing, diagnostics));
        }
        soundness?;
        if contradictions.is_empty() {
            return Ok(());
        }
        let summary = "Provider produced inconsistent result after apply";
        let explanation = "The provider's result differs from its plan";
        Err(Refusal::of_faults(
            &doing,
            summary,
            explanation,
            &contradictions,
        ))
    }

    pub(super) async fn deleted(&mut self, planned_private: Vec<u8>) -> Result<(), Refusal> {
        let doing = self.doing("destruction");
        let request = wire::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: to_wire(&doing, &self.state.value, &self.of)?,
            planned_state: to_wire(&doing, &Value::Null, &self.of)?,
            config: to_wire(&doing, &Value::Null, &self.of)?,
            planned_private,
            provider_meta: self.meta.clone(),
            planned_identity: self.state.identity.clone(),
        };
        let answer = self.service.apply_resource_change(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        let diagnostics = diagnostics_from_wire(answer.diagnostics);
        let left = from_wire(&doing, answer.new_state, &self.of)?;
        if left.is_null() {
            self.state = Stored::default();
        } else {
            self.state.value = left;
            self.state.private = answer.private;
        }
        if diagnostics.has_errors() {
            return Err(Refusal::new(doing, diagnostics));
        }
        if self.state.value.is_null() {
            return Ok(());
        }
        let detail = "The result of a destroy must be null, but the provider returned an object.";
        let summary = "Provider returned invalid result object after apply";
        let error = Diagnostic::error(summary).detail(detail);
        Err(Refusal::new(doing, error))
    }
}
