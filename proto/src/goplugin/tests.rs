//! The server on a real socket, with clients that are Terraform and clients that are not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use super::connection::Connection;
use super::listener::{Address, Listener};
use super::serving::serving;
use super::tls::TlsIdentity;
use super::wire::Empty;
use super::wire::grpc_broker_client::GrpcBrokerClient;
use super::wire::grpc_controller_client::GrpcControllerClient;
use super::wire::grpc_stdio_client::GrpcStdioClient;
use crate::ServeError;
use crate::service::Server;
use crate::specimen::Specimen;
use crate::wire::get_metadata;
use crate::wire::provider_client::ProviderClient;

/// A certificate as Terraform makes it up: self-signed, a CA, on curve P-521.
struct Client {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
    pem: String,
}

impl Client {
    fn new() -> Self {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("it is a name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key =
            KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("the backend knows the curve");
        let certificate = params.self_signed(&key).expect("it can be signed");
        Self {
            pem: certificate.pem(),
            certificate: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        }
    }

    /// Presents the certificate, whether or not the key belongs to it.
    fn resolver(&self) -> Arc<SingleCertAndKey> {
        let key = PrivateKeyDer::Pkcs8(self.key.clone_key());
        let key = any_supported_type(&key).expect("the backend knows the curve");
        let certified = CertifiedKey::new(vec![self.certificate.clone()], key);
        Arc::new(SingleCertAndKey::from(certified))
    }
}

/// A server on a socket of its own.
struct Served {
    address: Address,
    certificate: Option<Vec<u8>>,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), ServeError>>,
    _home: Option<tempfile::TempDir>,
}

impl Served {
    /// On a unix socket: lets in the holder of that certificate, or everybody.
    async fn to(client: Option<&Client>) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let listener = Listener::bind_unix(Some(home.path())).expect("a socket");
        Self::on(listener, client, Some(home))
    }

    /// The same on a port, which is what Windows has.
    async fn on_a_port_to(client: Option<&Client>) -> Self {
        let ports = 20_000..=40_000;
        let listener = Listener::bind_tcp(ports).await.expect("a free port");
        Self::on(listener, client, None)
    }

    fn on(listener: Listener, client: Option<&Client>, home: Option<tempfile::TempDir>) -> Self {
        let address = listener.address().expect("it is bound");
        let identity =
            client.map(|client| TlsIdentity::new(&client.pem).expect("it is a certificate"));
        let certificate = identity
            .as_ref()
            .map(|identity| identity.certificate.clone());
        let server = Server::new(Specimen::default()).expect("its declarations are in order");
        let shutdown = CancellationToken::new();
        let acceptor = identity.map(|identity| identity.acceptor);
        let serving = tokio::spawn(serving(
            Ok(Arc::new(server)),
            Arc::new(listener),
            acceptor,
            shutdown.clone(),
        ));
        Self {
            address,
            certificate,
            shutdown,
            serving,
            _home: home,
        }
    }

    /// A channel as Terraform opens it, with the certificate of `client` if there is one.
    async fn tls_channel(
        &self,
        client: Option<&Client>,
    ) -> Result<Channel, tonic::transport::Error> {
        let mut roots = RootCertStore::empty();
        let certificate = self.certificate.clone().expect("the server has one");
        roots
            .add(CertificateDer::from(certificate))
            .expect("it is a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the backend knows them")
            .with_root_certificates(roots);
        let mut config = match client {
            Some(client) => config.with_client_cert_resolver(client.resolver()),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let connector = TlsConnector::from(Arc::new(config));
        let address = self.address.clone();
        Endpoint::from_static("http://localhost")
            .connect_with_connector(tower::service_fn(move |_| {
                let (connector, address) = (connector.clone(), address.clone());
                async move {
                    let stream = connected(&address).await?;
                    let name = ServerName::try_from("localhost").expect("it is a name");
                    connector.connect(name, stream).await.map(TokioIo::new)
                }
            }))
            .await
    }

    async fn plain_channel(&self) -> Result<Channel, tonic::transport::Error> {
        let address = self.address.clone();
        Endpoint::from_static("http://localhost")
            .connect_with_connector(tower::service_fn(move |_| {
                let address = address.clone();
                async move { connected(&address).await.map(TokioIo::new) }
            }))
            .await
    }
}

async fn connected(address: &Address) -> std::io::Result<Connection> {
    Ok(match address {
        Address::Unix(path) => Connection::new(UnixStream::connect(path).await?),
        Address::Tcp(address) => Connection::new(TcpStream::connect(address).await?),
    })
}

/// Whether the server answers a call over that channel.
async fn answers(channel: Result<Channel, tonic::transport::Error>) -> bool {
    let Ok(channel) = channel else {
        return false;
    };
    ProviderClient::new(channel)
        .get_metadata(get_metadata::Request {})
        .await
        .is_ok()
}

#[tokio::test]
async fn terraform_is_let_in() {
    let terraform = Client::new();
    let served = Served::to(Some(&terraform)).await;
    assert!(answers(served.tls_channel(Some(&terraform)).await).await);
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let terraform = Client::new();
    for served in [
        Served::to(Some(&terraform)).await,
        Served::on_a_port_to(Some(&terraform)).await,
    ] {
        assert!(
            !answers(served.tls_channel(None).await).await,
            "no certificate"
        );
        assert!(
            !answers(served.tls_channel(Some(&Client::new())).await).await,
            "another certificate"
        );
        assert!(!answers(served.plain_channel().await).await, "no TLS");
        assert!(answers(served.tls_channel(Some(&terraform)).await).await);
    }
}

/// Somebody who knows the certificate, which is not a secret, but not its key.
#[tokio::test]
async fn a_certificate_without_its_key_is_not_enough() {
    let terraform = Client::new();
    let served = Served::to(Some(&terraform)).await;
    let thief = Client {
        certificate: terraform.certificate.clone(),
        ..Client::new()
    };
    assert!(!answers(served.tls_channel(Some(&thief)).await).await);
}

#[tokio::test]
async fn without_a_client_certificate_the_connection_is_plain() {
    let served = Served::to(None).await;
    assert!(answers(served.plain_channel().await).await);
}

#[test]
fn a_client_certificate_that_is_none_is_refused() {
    for pem in [
        "nonsense",
        "-----BEGIN CERTIFICATE-----\n",
        // PEM, and no certificate in it.
        "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    ] {
        let refusal = TlsIdentity::new(pem)
            .map(|_| ())
            .map_err(|error| error.to_string());
        let expected = "the plugin environment is malformed: PLUGIN_CLIENT_CERT must be a PEM \
                        certificate";
        assert_eq!(refusal, Err(expected.to_owned()), "{pem}");
    }
}

#[tokio::test]
async fn a_client_that_stalls_keeps_nobody_waiting() {
    let terraform = Client::new();
    let served = Served::to(Some(&terraform)).await;
    let stalled: Vec<_> = [(); 8].map(|()| connected(&served.address)).into();
    let mut open = Vec::new();
    for stream in stalled {
        open.push(stream.await.expect("the listener accepts"));
    }
    let begun = Instant::now();
    assert!(answers(served.tls_channel(Some(&terraform)).await).await);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn shutdown_is_answered_and_soon_over_though_streams_are_open() {
    let terraform = Client::new();
    let served = Served::to(Some(&terraform)).await;
    let channel = served
        .tls_channel(Some(&terraform))
        .await
        .expect("it is let in");
    let stdio = GrpcStdioClient::new(channel.clone())
        .stream_stdio(())
        .await
        .expect("a stream");
    let pending = tokio_stream::pending::<super::wire::ConnInfo>();
    let _broker = GrpcBrokerClient::new(channel.clone())
        .start_stream(pending)
        .await
        .expect("a stream");
    let begun = Instant::now();
    GrpcControllerClient::new(channel)
        .shutdown(Empty {})
        .await
        .expect("the answer arrives");
    let ended = tokio::time::timeout(Duration::from_secs(2), served.serving).await;
    ended
        .expect("Terraform kills after 2 s")
        .expect("no panic")
        .expect("no error");
    assert!(begun.elapsed() < Duration::from_secs(2));
    let silent = stdio.into_inner().message().await;
    assert!(
        matches!(silent, Ok(None) | Err(_)),
        "nothing was ever sent: {silent:?}"
    );
}

#[tokio::test]
async fn the_plugin_is_healthy() {
    let served = Served::to(None).await;
    let channel = served.plain_channel().await.expect("it is let in");
    let request = HealthCheckRequest {
        service: "plugin".to_owned(),
    };
    let health = HealthClient::new(channel)
        .check(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        health.status(),
        tonic_health::pb::health_check_response::ServingStatus::Serving
    );
    served.shutdown.cancel();
}

#[tokio::test]
async fn messages_beyond_the_usual_four_mebibytes_go_through() {
    let served = Served::to(None).await;
    let channel = served.plain_channel().await.expect("it is let in");
    let json = format!(r#"{{"mode":"{}"}}"#, "x".repeat(8 << 20)).into_bytes();
    let request = crate::wire::upgrade_resource_state::Request {
        type_name: "specimen_thing".to_owned(),
        version: 2,
        raw_state: Some(crate::wire::RawState {
            json,
            ..Default::default()
        }),
    };
    let mut client = ProviderClient::new(channel).max_decoding_message_size(super::MESSAGE_LIMIT);
    let answer = client
        .upgrade_resource_state(request)
        .await
        .expect("it is not too large")
        .into_inner();
    assert!(answer.diagnostics.is_empty());
}
