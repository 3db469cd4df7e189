//! go-plugin's own services: the polite request to end, and two streams on which nothing ever
//! comes.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::wire::grpc_broker_server::GrpcBroker;
use super::wire::grpc_controller_server::GrpcController;
use super::wire::grpc_stdio_server::GrpcStdio;
use super::wire::{ConnInfo, Empty, StdioData};

/// Terraform's request to end.
pub(super) struct Controller {
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    /// Shutting down lets calls in progress end, this one among them, so the answer still arrives.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// Further connections: Terraform opens the stream for them and never asks for any.
pub(super) struct Broker {
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(silence(self.shutdown.clone())))
    }
}

/// What a plugin prints after the handshake. Ours prints nothing.
pub(super) struct Stdio {
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(silence(self.shutdown.clone())))
    }
}

/// A stream that is open and empty until `shutdown`, so that it does not hold up the end of the
/// process.
fn silence<T: Send + 'static>(shutdown: CancellationToken) -> BoxStream<T> {
    let (sender, receiver) = mpsc::channel::<Result<T, Status>>(1);
    tokio::spawn(async move {
        shutdown.cancelled().await;
        drop(sender);
    });
    Box::pin(ReceiverStream::new(receiver))
}
