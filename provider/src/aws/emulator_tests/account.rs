use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_smithy_types::body::SdkBody;

use crate::aws::connection_settings::{ConnectionSettings, Endpoints};
use crate::aws::session::AwsSession;

const START_LIMIT: Duration = Duration::from_secs(60);

/// One ministack, stopped when dropped.
pub(super) struct Emulator {
    process: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Emulator {
    pub(super) async fn start() -> Emulator {
        let program = program();
        assert!(
            program.exists(),
            "{} is missing: run `make setup`",
            program.display()
        );
        let folder = tempfile::tempdir().unwrap();
        let (port, mqtt_port) = (free_port(), free_port());
        // The shell waits on its input, which ends with this process however it ends: no emulator
        // outlives an aborted test.
        let process = Command::new("/bin/sh")
            .args(["-c", "\"$0\" & read -r _; kill $!; wait"])
            .arg(&program)
            .current_dir(folder.path())
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("IOT_MTLS_PORT", mqtt_port.to_string())
            .env("SERVICES", "lambda,cloudfront,iam,sts")
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("/bin/sh: {error}"));
        let emulator = Emulator {
            process,
            url: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        };
        emulator.until_ready(port).await;
        emulator
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn session(&self) -> AwsSession {
        AwsSession::new(self.settings(), "1.11.4")
    }

    pub(super) fn settings(&self) -> ConnectionSettings {
        let url = Some(self.url.clone());
        ConnectionSettings {
            access_key: Some("test".to_owned()),
            secret_key: Some("test".into()),
            endpoints: Endpoints {
                lambda: url.clone(),
                cloudfront: url.clone(),
                sts: url,
            },
            ..ConnectionSettings::default()
        }
    }

    /// A distribution as a customer may have it, elements of the future included. Gives its id.
    pub(super) async fn create_distribution(&self) -> String {
        let session = self.session();
        let clients = session.connection().clients().await.unwrap();
        let text = include_str!("distribution.xml");
        let request = clients
            .cloudfront
            .create_distribution()
            .customize()
            .mutate_request(move |request| {
                let headers = request.headers_mut();
                headers.insert("content-length", text.len().to_string());
                headers.insert("content-type", "application/xml");
                *request.body_mut() = SdkBody::from(text);
            });
        request.send().await.unwrap().distribution.unwrap().id
    }

    async fn until_ready(&self, port: u16) {
        let started = Instant::now();
        while !is_healthy(port).await {
            assert!(
                started.elapsed() < START_LIMIT,
                "the emulator does not answer"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

async fn is_healthy(port: u16) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Ok(mut stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else {
        return false;
    };
    let request =
        b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = Vec::new();
    stream.write_all(request).await.is_ok()
        && stream.read_to_end(&mut answer).await.is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}

fn program() -> PathBuf {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/venv/bin/ministack");
    std::env::var_os("MINISTACK").map_or_else(|| PathBuf::from(installed), PathBuf::from)
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
