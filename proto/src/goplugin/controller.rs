//! The controller service: Terraform's polite request to end.

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::wire::Empty;
use super::wire::grpc_controller_server::GrpcController;

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
