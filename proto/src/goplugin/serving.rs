//! The gRPC server over a listener, until shutdown.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::transport;

use super::MESSAGE_LIMIT;
use super::accept::accepted;
use super::listener::Listener;
use super::services::{Broker, Controller, Stdio};
use super::wire::grpc_broker_server::GrpcBrokerServer;
use super::wire::grpc_controller_server::GrpcControllerServer;
use super::wire::grpc_stdio_server::GrpcStdioServer;
use crate::provider::Provider;
use crate::serve_error::ServeError;
use crate::service::{Declared, Rpc};
use crate::wire::provider_server::ProviderServer;

/// The name under which go-plugin asks for the plugin's health.
const HEALTH_NAME: &str = "plugin";

/// Terraform kills a provider 2 s after it asked it to end.
const DRAIN_LIMIT: Duration = Duration::from_millis(1500);

/// Answers calls until `shutdown`, then gives those in progress a moment to end.
pub(super) async fn serving<P: Provider>(
    provider: Declared<P>,
    listener: Arc<Listener>,
    tls: Option<TlsAcceptor>,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status(HEALTH_NAME, tonic_health::ServingStatus::Serving)
        .await;
    let provider = ProviderServer::new(Rpc(provider))
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    let serving = transport::Server::builder()
        .add_service(provider)
        .add_service(health_service)
        .add_service(GrpcControllerServer::new(Controller {
            shutdown: shutdown.clone(),
        }))
        .add_service(GrpcStdioServer::new(Stdio {
            shutdown: shutdown.clone(),
        }))
        .add_service(GrpcBrokerServer::new(Broker {
            shutdown: shutdown.clone(),
        }))
        .serve_with_incoming_shutdown(
            accepted(listener, tls, shutdown.clone()),
            shutdown.clone().cancelled_owned(),
        );
    let too_late = async {
        shutdown.cancelled().await;
        tokio::time::sleep(DRAIN_LIMIT).await;
    };
    tokio::select! {
        served = serving => served.map_err(ServeError::from),
        () = too_late => Ok(()),
    }
}
