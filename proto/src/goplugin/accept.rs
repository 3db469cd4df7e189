//! From a listener to connections that are let in.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::listener::Listener;

/// How long a client may take for the TLS handshake; Terraform's takes milliseconds.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait after the operating system refused a connection (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts until `shutdown`. Each TLS handshake has its own task, so that a client that stalls
/// keeps nobody waiting.
pub(super) fn accepted(
    listener: Arc<Listener>,
    tls: Option<TlsAcceptor>,
    shutdown: CancellationToken,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok(connection) => {
                    let (sender, tls) = (sender.clone(), tls.clone());
                    tokio::spawn(async move {
                        if let Some(connection) = admit(connection, tls).await {
                            // Nobody takes connections any more: shutting down.
                            let _ = sender.send(Ok(connection)).await;
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

async fn admit(connection: Connection, tls: Option<TlsAcceptor>) -> Option<Connection> {
    let Some(tls) = tls else {
        return Some(connection);
    };
    match tokio::time::timeout(HANDSHAKE_LIMIT, tls.accept(connection)).await {
        Ok(Ok(stream)) => Some(Connection::new(stream)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "client refused");
            None
        }
        Err(_) => {
            tracing::warn!(error = "no TLS handshake in time", "client refused");
            None
        }
    }
}
