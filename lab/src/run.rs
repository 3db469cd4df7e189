//! Starts the listeners, says where they are, and takes everything down at the end.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use rustls::crypto::aws_lc_rs;
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Arguments;
use crate::condition::Condition;
use crate::lab::Lab;
use crate::{console, site};

/// The time for requests under way to end.
const GRACE: Duration = Duration::from_secs(3);

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(arguments: &Arguments, folder: &Path) -> Result<()> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the lab")?;
    // Before anything is started, so that a signal is always handled in an orderly way.
    let (mut interrupt, mut terminate) = {
        let _context = runtime.enter();
        let interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
        let terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        (interrupt, terminate)
    };
    let (site, console) = (listen()?, listen()?);
    let (site_port, console_port) = (port(&site)?, port(&console)?);
    let lab = Arc::new(Lab::open(arguments, folder, site_port, console_port)?);

    let site_router = site::router(lab.clone());
    let console_router = console::router(lab.clone(), token()?);
    serve(&runtime, site, site_router)?;
    serve(&runtime, console, console_router)?;
    runtime.spawn(watch(Arc::downgrade(&lab)));
    let mut out = std::io::stdout();
    writeln!(out, "http://127.0.0.1:{console_port}/__lab/")?;
    out.flush()?;

    runtime.block_on(async {
        tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () }
    });
    // Calls that hang on purpose must not hold up the end.
    lab.set_condition(Condition::Well);
    runtime.shutdown_timeout(GRACE);
    lab.edge.set_freezing(false);
    lab.edge.retire_instances();
    drop(lab);
    Ok(())
}

fn listen() -> Result<TcpListener> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on loopback")?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn port(listener: &TcpListener) -> Result<u16> {
    Ok(listener.local_addr()?.port())
}

fn serve(runtime: &Runtime, listener: TcpListener, router: Router) -> Result<()> {
    let _context = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// The token by which the page proves that it is the lab's own.
fn token() -> Result<String> {
    let mut token = [0; 16];
    let random = aws_lc_rs::default_provider().secure_random;
    random
        .fill(&mut token)
        .map_err(|_| anyhow!("the system provides no random bytes"))?;
    Ok(hex::encode(token))
}

/// Tells consoles once a second what has changed by itself.
async fn watch(lab: Weak<Lab>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let mut rewritten = 0;
    loop {
        seconds.tick().await;
        let Some(lab) = lab.upgrade() else { return };
        lab.journal.tick(OffsetDateTime::now_utc().unix_timestamp());
        // Only what is rewritten for the first time is news.
        let now = lab.rewriting.told().len();
        if now > rewritten {
            rewritten = now;
            lab.tell_state();
        }
    }
}
