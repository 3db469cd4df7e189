//! The calls about list resources.

use tokio::sync::mpsc;

use super::convert::{diagnostics_to_wire, value_from_wire, value_to_wire};
use super::identity_calls::identified;
use super::message::Answer as _;
use super::server::Server;
use crate::diagnostics::Result;
use crate::fault::bug;
use crate::handlers::Query;
use crate::listing::Listed;
use crate::provider::Provider;
use crate::wire;
use crate::wire::list_resource::Event;

/// Objects that were found and not yet sent.
const AHEAD: usize = 16;

impl<P: Provider> Server<P> {
    pub(super) async fn validate_list(
        &self,
        request: wire::validate_list_resource_config::Request,
    ) -> Result<wire::validate_list_resource_config::Response> {
        let list = self.list(&request.type_name)?;
        let config = value_from_wire(request.config, list.value_type())?;
        let diagnostics = diagnostics_to_wire(list.validate(&config));
        Ok(wire::validate_list_resource_config::Response { diagnostics })
    }

    /// Sends every object as it is found, and warnings last.
    pub(super) async fn list_resource(
        &self,
        request: wire::list_resource::Request,
        events: mpsc::Sender<Event>,
    ) -> Result<()> {
        let list = self.list(&request.type_name)?;
        let mut call = self.call(&[])?;
        let (found, listed) = mpsc::channel(AHEAD);
        let query = Query {
            config: value_from_wire(request.config, list.value_type())?,
            limit: u64::try_from(request.limit).ok().filter(|limit| *limit > 0),
            wants_states: request.include_resource_object,
            found,
        };
        let (type_name, with_state) = (&request.type_name, request.include_resource_object);
        let sending = async {
            // Dropped at the end, which tells the author that nobody wants more.
            let mut listed = listed;
            while let Some(listed) = listed.recv().await {
                let event = self.event(type_name, listed, with_state)?;
                if events.send(event).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        let (finished, sent) = tokio::join!(list.list(&mut call, query), sending);
        call.diagnostics.take(finished.and(sent));
        if !call.diagnostics.is_empty() {
            let _ = events.send(Event::failed(call.diagnostics)).await;
        }
        Ok(())
    }

    fn event(&self, type_name: &str, listed: Listed, with_state: bool) -> Result<Event> {
        let resource = self.resource(type_name)?;
        let identity = identified(&**resource, &listed.state, None)?;
        if identity.is_none() {
            return Err(bug("The provider listed an object without its identity").into());
        }
        let resource_object = with_state
            .then(|| value_to_wire(&listed.state, resource.value_type()))
            .transpose()?;
        Ok(Event {
            identity,
            display_name: listed.display_name,
            resource_object,
            diagnostic: Vec::new(),
        })
    }
}
