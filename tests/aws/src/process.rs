//! A child process that cannot outlive its owner.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt;

/// How long a process may take to leave after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A child in a process group of its own; dropping this stops the whole group, by id.
#[derive(Debug)]
pub struct Process {
    child: Child,
    name: String,
}

impl Process {
    /// Starts `command`; `name` is what messages call it.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        Ok(Self {
            child,
            name: name.to_owned(),
        })
    }

    /// The process id, which is also the id of its group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("wait for {}", self.name))
    }

    /// Waits for the end; past `limit`, or when the whole run is interrupted, the group is stopped
    /// and this fails.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            let interrupted = interrupt::check();
            if interrupted.is_err() || started.elapsed() > limit {
                self.stop();
                interrupted?;
                bail!(
                    "{} was stopped after {} s without an end",
                    self.name,
                    limit.as_secs()
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks the group to leave (by the end of its standard input, if we hold it), waits a little,
    /// then insists.
    pub fn stop(&mut self) {
        if self.child.stdin.take().is_some() {
            self.leaves();
        }
        for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
            if self.lives() {
                self.signal(signal);
                // One that is stopped would not notice.
                self.signal(Signal::CONT);
                self.leaves();
            }
        }
    }

    fn leaves(&mut self) {
        let asked = Instant::now();
        while asked.elapsed() < GRACE && self.lives() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends `signal` to the whole group.
    pub fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            // A group that is already gone is what was wanted.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}
