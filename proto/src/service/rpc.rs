//! The protocol's service: each call is handed to its own function and its errors become diagnostics.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::convert::diagnostics_to_wire;
use super::server::Server;
use crate::diagnostics::Diagnostics;
use crate::provider::Provider;
use crate::wire;
use crate::wire::provider_server::Provider as Service;

/// What tonic serves. Calls that are not implemented here answer `Unimplemented`, and nothing advertises them.
pub(crate) struct Rpc<P: Provider>(pub(crate) Arc<Server<P>>);

type Answer<T> = Result<Response<T>, Status>;

/// Hands a call to the server's function of that name. `$about` is the type the call is about; errors that did not
/// find their way into an answer go into an otherwise empty one.
macro_rules! answer {
    ($self:ident, $rpc:literal, $about:expr, $message:ident, $function:ident($request:ident)) => {{
        let server = Arc::clone(&$self.0);
        let request = $request.into_inner();
        let about: Option<String> = $about(&request);
        let failed = |diagnostics: Diagnostics| wire::$message::Response {
            diagnostics: diagnostics_to_wire(diagnostics),
            ..Default::default()
        };
        let answer = async move { server.$function(request).await.unwrap_or_else(failed) };
        $self.0.run($rpc, about, answer, failed).await
    }};
}

#[tonic::async_trait]
impl<P: Provider> Service for Rpc<P> {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Answer<wire::get_metadata::Response> {
        Ok(Response::new(self.0.metadata()))
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        Ok(Response::new(self.0.schemas()))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Answer<wire::validate_provider_config::Response> {
        answer!(
            self,
            "ValidateProviderConfig",
            |_: &_| None,
            validate_provider_config,
            validate_provider(request)
        )
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Answer<wire::configure_provider::Response> {
        answer!(
            self,
            "ConfigureProvider",
            |_: &_| None,
            configure_provider,
            configure(request)
        )
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Answer<wire::stop_provider::Response> {
        self.0.stop_calls();
        Ok(Response::new(wire::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        let about =
            |request: &wire::validate_resource_config::Request| Some(request.type_name.clone());
        answer!(
            self,
            "ValidateResourceConfig",
            about,
            validate_resource_config,
            validate_resource(request)
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        let about =
            |request: &wire::upgrade_resource_state::Request| Some(request.type_name.clone());
        answer!(
            self,
            "UpgradeResourceState",
            about,
            upgrade_resource_state,
            upgrade_state(request)
        )
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        let about = |request: &wire::read_resource::Request| Some(request.type_name.clone());
        answer!(
            self,
            "ReadResource",
            about,
            read_resource,
            read_resource(request)
        )
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        let about = |request: &wire::plan_resource_change::Request| Some(request.type_name.clone());
        answer!(
            self,
            "PlanResourceChange",
            about,
            plan_resource_change,
            plan_change(request)
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        let about =
            |request: &wire::apply_resource_change::Request| Some(request.type_name.clone());
        answer!(
            self,
            "ApplyResourceChange",
            about,
            apply_resource_change,
            apply_change(request)
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        let about =
            |request: &wire::import_resource_state::Request| Some(request.type_name.clone());
        answer!(
            self,
            "ImportResourceState",
            about,
            import_resource_state,
            import_resource(request)
        )
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        let about = |request: &wire::validate_data_resource_config::Request| {
            Some(request.type_name.clone())
        };
        answer!(
            self,
            "ValidateDataResourceConfig",
            about,
            validate_data_resource_config,
            validate_data_source(request)
        )
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Answer<wire::read_data_source::Response> {
        let about = |request: &wire::read_data_source::Request| Some(request.type_name.clone());
        answer!(
            self,
            "ReadDataSource",
            about,
            read_data_source,
            read_data_source(request)
        )
    }
}
