//! A small HTTP server on loopback: origin, Netacea's services and the AWS proxy are all made of it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// What a handler does with a request.
#[derive(Debug)]
pub enum Reply {
    /// Answers.
    Response(Response<Bytes>),
    /// Closes the connection without a byte of an answer.
    HangUp,
}

/// Called once a request has arrived in full; it may block, each call has a thread of its own.
pub type Handler = dyn Fn(Request<Bytes>) -> Reply + Send + Sync;

/// Whether new connections are taken.
#[derive(Debug, Default)]
struct Door {
    closed: AtomicBool,
    knocks: AtomicUsize,
}

/// An HTTP/1.1 server with keep-alive on a free loopback port, stopped when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    door: Arc<Door>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens for plain HTTP.
    pub fn http(handler: impl Fn(Request<Bytes>) -> Reply + Send + Sync + 'static) -> Result<Self> {
        Self::start(None, Arc::new(handler))
    }

    /// Listens for HTTPS with the certificate of `tls`.
    pub fn https(
        tls: Arc<ServerConfig>,
        handler: impl Fn(Request<Bytes>) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::start(Some(TlsAcceptor::from(tls)), Arc::new(handler))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on drops new connections at once, or takes them again.
    pub fn close_door(&self, closed: bool) {
        self.door.closed.store(closed, Ordering::SeqCst);
    }

    /// How many connections were dropped for a closed door.
    pub fn knocks(&self) -> usize {
        self.door.knocks.load(Ordering::SeqCst)
    }

    fn start(tls: Option<TlsAcceptor>, handler: Arc<Handler>) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("start a server")?;
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .context("listen on loopback")?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let door = Arc::new(Door::default());
        let doorkeeper = door.clone();
        let thread = thread::spawn(move || {
            run(runtime, accept(listener, tls, handler, doorkeeper), stopped)
        });
        Ok(Self {
            address,
            door,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(runtime: Runtime, accept: impl Future<Output = ()>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        tokio::select! { () = accept => (), _ = stopped => () }
    });
    // Handlers that hang on purpose must not hold up the end.
    runtime.shutdown_background();
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    handler: Arc<Handler>,
    door: Arc<Door>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        if door.closed.load(Ordering::SeqCst) {
            door.knocks.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        let _ = stream.set_nodelay(true);
        let (tls, handler) = (tls.clone(), handler.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, handler).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, handler).await;
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, handler: Arc<Handler>) {
    let service = service_fn(move |request| answer(request, handler.clone()));
    // A connection that breaks is the client's business; the handler's record shows what arrived.
    let _ = http1::Builder::new()
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    handler: Arc<Handler>,
) -> Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, body.collect().await?.to_bytes());
    match tokio::task::spawn_blocking(move || handler(request)).await? {
        Reply::Response(response) => Ok(response.map(Full::new)),
        Reply::HangUp => Err(anyhow!(io::Error::from(io::ErrorKind::ConnectionAborted))),
    }
}
