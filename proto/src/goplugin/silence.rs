//! A stream on which nothing ever comes.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::codegen::BoxStream;

/// Open and empty until `shutdown`, so that it does not hold up the end of the process.
pub(super) fn silence<T: Send + 'static>(shutdown: CancellationToken) -> BoxStream<T> {
    let (sender, receiver) = mpsc::channel::<Result<T, Status>>(1);
    tokio::spawn(async move {
        shutdown.cancelled().await;
        drop(sender);
    });
    Box::pin(ReceiverStream::new(receiver))
}
