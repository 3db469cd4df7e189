//! A small HTTP server on loopback, on which the origin, Netacea's services and the AWS proxy are
//! built.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result, anyhow};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// A handler's reply to a request.
#[derive(Debug)]
pub enum Reply {
    /// Answers.
    Response(Response<Bytes>),
    /// Closes the connection without a byte of an answer.
    HangUp,
    /// Promises this answer, sends half of its body and closes the connection.
    Torn(Response<Bytes>),
}

/// Called when a request has arrived in full. It may block: each call has a thread of its own.
pub type Handler = dyn Fn(Request<Bytes>) -> Reply + Send + Sync;

/// Whether new connections are accepted.
#[derive(Debug, Default)]
pub struct Door {
    closed: AtomicBool,
    turned_away: AtomicUsize,
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

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on drops new connections at once, or accepts them again.
    pub fn close_door(&self, closed: bool) {
        self.door.closed.store(closed, Ordering::SeqCst);
    }

    /// Drops this many of the next new connections at once.
    pub fn turn_away(&self, connections: usize) {
        self.door.turn_away(connections);
    }

    /// Its door, for a handler that shuts it.
    pub fn door(&self) -> Arc<Door> {
        self.door.clone()
    }

    /// How many connections were dropped because the door was closed.
    pub fn knocks(&self) -> usize {
        self.door.knocks.load(Ordering::SeqCst)
    }

    fn start(tls: Option<TlsAcceptor>, handler: Arc<Handler>) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("start a server")?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listen on loopback")?;
        listener.set_nonblocking(true)?;
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

impl Door {
    /// Drops this many of the next new connections at once.
    pub fn turn_away(&self, connections: usize) {
        self.turned_away.store(connections, Ordering::SeqCst);
    }

    /// Whether the connection that has just come is dropped.
    fn is_shut(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        self.closed.load(Ordering::SeqCst)
            || self
                .turned_away
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
                .is_ok()
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
    // The listener does not block, and this runs in a runtime, so this does not fail.
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    while let Ok((stream, _)) = listener.accept().await {
        if door.is_shut() {
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
    // A broken connection concerns only the client; the handler's record shows what arrived.
    let _ = http1::Builder::new()
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    handler: Arc<Handler>,
) -> Result<Response<Either<Full<Bytes>, Torn>>> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, body.collect().await?.to_bytes());
    match tokio::task::spawn_blocking(move || handler(request)).await? {
        Reply::Response(response) => Ok(response.map(|body| Either::Left(Full::new(body)))),
        Reply::Torn(response) => Ok(response.map(|body| Either::Right(Torn::half_of(&body)))),
        Reply::HangUp => Err(anyhow!(aborted())),
    }
}

/// A body that ends too early.
struct Torn {
    promised: u64,
    sent: Option<Bytes>,
}

impl Torn {
    fn half_of(body: &Bytes) -> Self {
        Self {
            promised: body.len() as u64,
            sent: Some(body.slice(..body.len() / 2)),
        }
    }
}

impl Body for Torn {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(self.sent.take().map(Frame::data).ok_or_else(aborted)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}

fn aborted() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}
