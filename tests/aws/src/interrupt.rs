//! Turns Ctrl-C, termination and the end of the time limit into a flag, so that everything that was
//! started is taken down in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and SIGTERM only raise the flag, and so does the end of `limit`; every wait
/// of this crate looks at it.
pub fn listen(limit: Duration) -> Result<()> {
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
            let out_of_time = tokio::time::sleep(limit);
            tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => (), () = out_of_time => () }
        });
        REQUESTED.store(true, Ordering::SeqCst);
        // The streams stay alive: dropped, they would not restore the default action, but a second
        // signal must stay harmless too.
        loop {
            thread::park();
        }
    });
    Ok(())
}

/// Fails once a stop was asked for.
pub fn check() -> Result<()> {
    if REQUESTED.load(Ordering::SeqCst) {
        bail!("interrupted, or out of time")
    } else {
        Ok(())
    }
}

/// Sleeps, but not past an interruption.
pub fn sleep(duration: Duration) -> Result<()> {
    let end = Instant::now() + duration;
    while Instant::now() < end {
        check()?;
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
