//! The stdio service: what a plugin prints after the handshake. Ours prints nothing.

use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::silence::silence;
use super::wire::StdioData;
use super::wire::grpc_stdio_server::GrpcStdio;

pub(super) struct Stdio {
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(silence(self.shutdown.clone())))
    }
}
