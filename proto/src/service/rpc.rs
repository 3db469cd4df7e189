//! The protocol's service: each call is handed to its own function, and its errors become
//! diagnostics.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::message::{Answer, Question};
use super::server::Server;
use crate::declaration_faults::DeclarationFaults;
use crate::diagnostics::Result;
use crate::handlers::Boxed;
use crate::provider::Provider;
use crate::wire;
use crate::wire::provider_server::Provider as Service;

/// What tonic serves. Calls that are not implemented here answer `Unimplemented`, and nothing
/// advertises them.
///
/// A provider that declares what Terraform would refuse is served too: it answers every call with
/// these errors, so that Terraform shows them.
pub(crate) struct Rpc<P: Provider>(pub(crate) Declared<P>);

/// A provider that may be called, or why it may not.
pub(crate) type Declared<P> = Result<Arc<Server<P>>, Arc<DeclarationFaults>>;

impl<P: Provider> Rpc<P> {
    fn server(&self) -> Result<&Arc<Server<P>>> {
        self.0.as_ref().map_err(|faults| faults.diagnostics())
    }

    /// Answers with something that the server knows without a call.
    fn tell<A: Answer>(&self, of: fn(&Server<P>) -> A) -> Response<A> {
        Response::new(self.server().map_or_else(A::failed, |server| of(server)))
    }

    /// Runs one call of the server. Errors that it returns instead of an answer become an answer
    /// with nothing else in it.
    async fn answer<Q: Question, A: Answer>(
        &self,
        rpc: &'static str,
        request: Request<Q>,
        call: for<'a> fn(&'a Server<P>, Q) -> Boxed<'a, Result<A>>,
    ) -> Result<Response<A>, Status> {
        let server = match self.server() {
            Ok(server) => server,
            Err(faults) => return Ok(Response::new(A::failed(faults))),
        };
        let called = Arc::clone(server);
        let request = request.into_inner();
        let subject = request.subject();
        let call = Box::pin(async move { call(&called, request).await });
        let answer = server.run(rpc, subject, call, A::failed).await?;
        Ok(Response::new(answer))
    }

    /// Runs one call that sends several events. Errors that it returns become the last event. It
    /// runs to its end even if the client hangs up.
    fn stream<Q: Question, E: Answer>(
        &self,
        rpc: &'static str,
        request: Request<Q>,
        call: Streaming<P, Q, E>,
    ) -> Response<BoxStream<E>> {
        let server = match self.server() {
            Ok(server) => Arc::clone(server),
            Err(faults) => {
                let only = tokio_stream::once(Ok(E::failed(faults)));
                return Response::new(Box::pin(only));
            }
        };
        let (events, stream) = mpsc::channel(AHEAD);
        let request = request.into_inner();
        let subject = request.subject();
        tokio::spawn(async move {
            let (called, sender) = (Arc::clone(&server), events.clone());
            let call = Box::pin(async move {
                call(&called, request, sender).await?;
                Ok(None)
            });
            let failed = |errors| Some(E::failed(errors));
            // If the call was cut off, the stream ends without a last event.
            if let Ok(Some(last)) = server.run(rpc, subject, call, failed).await {
                let _ = events.send(last).await;
            }
        });
        Response::new(Box::pin(ReceiverStream::new(stream).map(Ok)))
    }
}

/// A call that sends its events itself.
type Streaming<P, Q, E> = for<'a> fn(&'a Server<P>, Q, mpsc::Sender<E>) -> Boxed<'a, Result<()>>;

/// Events that were made and not yet sent.
const AHEAD: usize = 16;

#[tonic::async_trait]
impl<P: Provider> Service for Rpc<P> {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        Ok(self.tell(Server::metadata))
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        Ok(self.tell(Server::schemas))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        self.answer("ValidateProviderConfig", request, |server, request| {
            Box::pin(server.validate_provider(request))
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        self.answer("ConfigureProvider", request, |server, request| {
            Box::pin(server.configure(request))
        })
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        Ok(self.tell(Server::identity_schemas))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Result<Response<wire::upgrade_resource_identity::Response>, Status> {
        self.answer("UpgradeResourceIdentity", request, |server, request| {
            Box::pin(server.upgrade_identity(request))
        })
        .await
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        if let Ok(server) = &self.0 {
            server.stop_calls();
        }
        Ok(Response::new(wire::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        self.answer("ValidateResourceConfig", request, |server, request| {
            Box::pin(server.validate_resource(request))
        })
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        self.answer("UpgradeResourceState", request, |server, request| {
            Box::pin(server.upgrade_state(request))
        })
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Result<Response<wire::move_resource_state::Response>, Status> {
        self.answer("MoveResourceState", request, |server, request| {
            Box::pin(server.move_state(request))
        })
        .await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        self.answer("ReadResource", request, |server, request| {
            Box::pin(server.read_resource(request))
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        self.answer("PlanResourceChange", request, |server, request| {
            Box::pin(server.plan_change(request))
        })
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        self.answer("ApplyResourceChange", request, |server, request| {
            Box::pin(server.apply_change(request))
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        self.answer("ImportResourceState", request, |server, request| {
            Box::pin(server.import_resource(request))
        })
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Result<Response<wire::validate_data_resource_config::Response>, Status> {
        self.answer("ValidateDataResourceConfig", request, |server, request| {
            Box::pin(server.validate_data_source(request))
        })
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Result<Response<wire::read_data_source::Response>, Status> {
        self.answer("ReadDataSource", request, |server, request| {
            Box::pin(server.read_data_source(request))
        })
        .await
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        Ok(self.tell(Server::functions))
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Result<Response<wire::call_function::Response>, Status> {
        self.answer("CallFunction", request, |server, request| {
            Box::pin(server.call_function(request))
        })
        .await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<wire::validate_ephemeral_resource_config::Response>, Status> {
        self.answer(
            "ValidateEphemeralResourceConfig",
            request,
            |server, request| Box::pin(server.validate_ephemeral(request)),
        )
        .await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Result<Response<wire::open_ephemeral_resource::Response>, Status> {
        self.answer("OpenEphemeralResource", request, |server, request| {
            Box::pin(server.open_ephemeral(request))
        })
        .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Result<Response<wire::renew_ephemeral_resource::Response>, Status> {
        self.answer("RenewEphemeralResource", request, |server, request| {
            Box::pin(server.renew_ephemeral(request))
        })
        .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Result<Response<wire::close_ephemeral_resource::Response>, Status> {
        self.answer("CloseEphemeralResource", request, |server, request| {
            Box::pin(server.close_ephemeral(request))
        })
        .await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Result<Response<wire::validate_list_resource_config::Response>, Status> {
        self.answer("ValidateListResourceConfig", request, |server, request| {
            Box::pin(server.validate_list(request))
        })
        .await
    }

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Result<Response<BoxStream<wire::list_resource::Event>>, Status> {
        Ok(
            self.stream("ListResource", request, |server, request, events| {
                Box::pin(server.list_resource(request, events))
            }),
        )
    }

    async fn validate_action_config(
        &self,
        request: Request<wire::validate_action_config::Request>,
    ) -> Result<Response<wire::validate_action_config::Response>, Status> {
        self.answer("ValidateActionConfig", request, |server, request| {
            Box::pin(server.validate_action(request))
        })
        .await
    }

    async fn plan_action(
        &self,
        request: Request<wire::plan_action::Request>,
    ) -> Result<Response<wire::plan_action::Response>, Status> {
        self.answer("PlanAction", request, |server, request| {
            Box::pin(server.plan_action(request))
        })
        .await
    }

    async fn invoke_action(
        &self,
        request: Request<wire::invoke_action::Request>,
    ) -> Result<Response<BoxStream<wire::invoke_action::Event>>, Status> {
        Ok(
            self.stream("InvokeAction", request, |server, request, events| {
                Box::pin(server.invoke_action(request, events))
            }),
        )
    }

    async fn generate_resource_config(
        &self,
        request: Request<wire::generate_resource_config::Request>,
    ) -> Result<Response<wire::generate_resource_config::Response>, Status> {
        self.answer("GenerateResourceConfig", request, |server, request| {
            Box::pin(server.generate_config(request))
        })
        .await
    }
}
