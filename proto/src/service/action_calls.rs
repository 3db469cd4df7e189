//! The calls about actions.

use tokio::sync::mpsc;

use super::convert::{diagnostics_to_wire, value_from_wire};
use super::server::Server;
use crate::action::Progress;
use crate::deferral::Deferral;
use crate::diagnostics::Result;
use crate::fault::bug;
use crate::provider::Provider;
use crate::wire;
use crate::wire::invoke_action::{Event, event};

/// Messages that were reported and not yet sent.
const AHEAD: usize = 16;

impl<P: Provider> Server<P> {
    pub(super) async fn validate_action(
        &self,
        request: wire::validate_action_config::Request,
    ) -> Result<wire::validate_action_config::Response> {
        let action = self.action(&request.type_name)?;
        let config = value_from_wire(request.config, action.value_type())?;
        let diagnostics = diagnostics_to_wire(action.validate(&config));
        Ok(wire::validate_action_config::Response { diagnostics })
    }

    pub(super) async fn plan_action(
        &self,
        request: wire::plan_action::Request,
    ) -> Result<wire::plan_action::Response> {
        let deferred = self.deferred(request.client_capabilities);
        if deferred.is_some() {
            return Ok(wire::plan_action::Response {
                deferred,
                ..Default::default()
            });
        }
        let action = self.action(&request.action_type)?;
        let config = value_from_wire(request.config, action.value_type())?;
        let mut call = self.deferrable_call(&[], request.client_capabilities)?;
        let planned = action.plan(&mut call, config).await;
        let put_off = call.put_off(&planned);
        if let Err(errors) = planned {
            call.failed(errors);
        }
        // Terraform refuses any other reason.
        if put_off.is_some_and(|why| why != Deferral::ProviderConfigUnknown) {
            call.diagnostics.push(bug(
                "The provider deferred an action for a reason other than its own configuration",
            ));
        }
        Ok(wire::plan_action::Response {
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
        })
    }

    /// Sends every message as it is reported, and the result last. The action runs to its end even
    /// if nobody listens.
    pub(super) async fn invoke_action(
        &self,
        request: wire::invoke_action::Request,
        events: mpsc::Sender<Event>,
    ) -> Result<()> {
        let action = self.action(&request.action_type)?;
        let config = value_from_wire(request.config, action.value_type())?;
        let mut call = self.call(&[])?;
        let (messages, mut reported) = mpsc::channel(AHEAD);
        let sending = async {
            while let Some(message) = reported.recv().await {
                let progress = event::Type::Progress(event::Progress { message });
                let _ = events.send(sent(progress)).await;
            }
        };
        let invoked = action.invoke(&mut call, config, Progress::new(messages));
        let (invoked, ()) = tokio::join!(invoked, sending);
        call.diagnostics.take(invoked);
        let completed = event::Completed {
            diagnostics: diagnostics_to_wire(call.diagnostics),
        };
        let _ = events.send(sent(event::Type::Completed(completed))).await;
        Ok(())
    }
}

fn sent(of: event::Type) -> Event {
    Event { r#type: Some(of) }
}
