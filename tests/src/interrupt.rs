//! Ctrl-C and termination, turned into a flag, so that everything that was started is taken down in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and SIGTERM only raise the flag; every wait of this crate looks at it.
pub fn listen() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (mut interrupt, mut terminate) = {
        let _context = runtime.enter();
        let interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
        (
            interrupt,
            signal(SignalKind::terminate()).context("listen for SIGTERM")?,
        )
    };
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () }
        });
        REQUESTED.store(true, Ordering::SeqCst);
        // The streams stay alive: dropped, they would not restore the default action, but a second signal must stay harmless too.
        loop {
            thread::park();
        }
    });
    Ok(())
}

/// Fails once a stop was asked for.
pub fn check() -> Result<()> {
    if REQUESTED.load(Ordering::SeqCst) {
        bail!("interrupted")
    } else {
        Ok(())
    }
}
