//! The provider in a process of its own: gRPC over its socket, messages as raw bytes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::runtime::{Builder, Runtime};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint, Uri};
use tonic::{Code, Request, Status};

use crate::process::Process;
use crate::terraform::peak_memory;
use crate::toolchain::Toolchain;

/// The variable by which a plugin knows that it was not started by hand (go-plugin's magic cookie
/// for Terraform).
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// A call that takes longer hangs; the machine may be slow and the values are large.
const PATIENCE: Duration = Duration::from_secs(240);

/// More than any message.
const LIMIT: usize = 1 << 30;

/// The built provider, started and called as Terraform does, but without TLS.
pub struct Plugin {
    process: Process,
    channel: Channel,
    runtime: Runtime,
    folder: TempDir,
}

impl Plugin {
    /// Starts a provider with these variables and nothing else of this environment.
    pub fn start(environment: &[(&str, &str)]) -> Result<Self> {
        let tools = Toolchain::find()?;
        let folder = TempDir::with_prefix("netacea-plugin-")?;
        let mut command = Command::new(&tools.provider);
        command
            .env_clear()
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            .env("PLUGIN_UNIX_SOCKET_DIR", folder.path())
            .env("TMPDIR", folder.path())
            .envs(environment.iter().copied())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("stderr"))?);
        let mut process = Process::start("the provider", &mut command)?;
        let stdout = process.child().stdout.take().context("standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let socket = line
            .trim_end()
            .split('|')
            .nth(3)
            .with_context(|| format!("a handshake line, not {line:?}"))?
            .to_owned();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connect = move |_: Uri| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        };
        let channel = runtime.block_on(
            Endpoint::from_static("http://provider")
                .connect_with_connector(tower::service_fn(connect)),
        )?;
        Ok(Self {
            process,
            channel,
            runtime,
            folder,
        })
    }

    /// The first message of the answer; empty when there is none.
    pub fn call(&self, rpc: &str, message: Vec<u8>) -> Result<Result<Vec<u8>, Status>> {
        let path: PathAndQuery = format!("/tfplugin6.Provider/{rpc}").parse()?;
        let mut client = tonic::client::Grpc::new(self.channel.clone())
            .max_encoding_message_size(LIMIT)
            .max_decoding_message_size(LIMIT);
        let answer = async {
            client
                .ready()
                .await
                .map_err(|error| Status::unavailable(error.to_string()))?;
            let request = Request::new(message);
            let mut stream = client
                .server_streaming(request, path, Raw)
                .await?
                .into_inner();
            Ok(stream.message().await?.unwrap_or_default())
        };
        let answer = async { tokio::time::timeout(PATIENCE, answer).await };
        let answer: Result<Vec<u8>, Status> = self
            .runtime
            .block_on(answer)
            .with_context(|| format!("{rpc} does not end"))?;
        match &answer {
            // These mean that the server, or the connection, fell over.
            Err(status)
                if matches!(
                    status.code(),
                    Code::Unavailable | Code::Unknown | Code::Cancelled
                ) =>
            {
                bail!("{rpc}: {status}\n{}", self.said()?)
            }
            _ => Ok(answer),
        }
    }

    /// Fails unless the same process still answers and has never panicked.
    pub fn still_serves(&mut self) -> Result<()> {
        ensure!(self.process.ended()?.is_none(), "the provider ended");
        let schema = self.call("GetProviderSchema", Vec::new())?;
        ensure!(
            schema.is_ok_and(|schema| schema.len() > 1000),
            "the schema is not what it was"
        );
        let said = self.said()?;
        ensure!(!said.contains("panicked"), "a panic: {said}");
        Ok(())
    }

    /// The most memory held since the start, or since [`Self::forget_peak`], in megabytes.
    pub fn peak_memory(&self) -> Result<f64> {
        peak_memory(self.process.id())
    }

    /// From now on a new peak is measured.
    pub fn forget_peak(&self) -> Result<()> {
        const RESET_PEAK: &str = "5";
        let file = format!("/proc/{}/clear_refs", self.process.id());
        fs::write(&file, RESET_PEAK).context(file)
    }

    fn said(&self) -> Result<String> {
        let said = fs::read(self.folder.path().join("stderr"))?;
        let end = &said[said.len().saturating_sub(10_000)..];
        Ok(String::from_utf8_lossy(end).into_owned())
    }
}

/// Messages as they are on the wire.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put_slice(out, &message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut message = vec![0; prost::bytes::Buf::remaining(bytes)];
        prost::bytes::Buf::copy_to_slice(bytes, &mut message);
        Ok(Some(message))
    }
}
