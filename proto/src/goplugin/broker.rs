//! The broker service: further connections, which Terraform opens the stream for and never asks
//! for.

use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::silence::silence;
use super::wire::ConnInfo;
use super::wire::grpc_broker_server::GrpcBroker;

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
