//! A child process that cannot outlive its owner.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt;

/// The longest time that a process may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// Ends the process group `$0` when its own standard input ends: the process at the other end of
/// the pipe has died.
const WATCH: &str = r#"read -r _; kill -TERM -"$0"; sleep 1; kill -KILL -"$0""#;

/// A child in a process group of its own; dropping this stops the whole group, by id. If the owner
/// is killed, a watcher stops it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    watcher: Watcher,
    name: String,
}

impl Process {
    /// Starts `command`; `name` is its name in messages.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        let watcher = Watcher::start(&mut child)?;
        Ok(Self {
            child,
            watcher,
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

    /// Waits for the end. After `limit`, or if the whole run is interrupted, stops the group and
    /// fails.
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

    /// Asks the group to end, waits a little, then kills it.
    pub fn stop(&mut self) {
        for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
            if self.lives() {
                self.signal(signal);
                // A stopped process would not notice.
                self.signal(Signal::CONT);
                if self.leaves() {
                    // For processes that the child started and did not wait for.
                    self.signal(Signal::KILL);
                }
            }
        }
    }

    /// Whether it ends soon.
    fn leaves(&mut self) -> bool {
        let asked = Instant::now();
        while self.lives() {
            if asked.elapsed() > GRACE {
                return false;
            }
            thread::sleep(Duration::from_millis(10));
        }
        true
    }

    fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends `signal` to the whole group.
    pub fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            // If the group is already gone, that is what was wanted.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
        // At once, so that it does not end a later process with the same id.
        self.watcher.end();
    }
}

/// A shell that outlives us by the moment that it takes to stop a process group.
#[derive(Debug)]
struct Watcher {
    shell: Child,
}

impl Watcher {
    /// Watches over `child`, or ends it: nothing may run unwatched.
    fn start(child: &mut Child) -> Result<Self> {
        let shell = Command::new("/bin/sh")
            .args(["-c", WATCH])
            .arg(child.id().to_string())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match shell {
            Ok(shell) => Ok(Self { shell }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error).context("start the watcher")
            }
        }
    }

    fn end(&mut self) {
        // Both fail only if it has already ended, which is what was wanted.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_process_ends_when_its_owner_has_died() -> Result<()> {
        let mut process = Process::start("a sleeper", Command::new("sleep").arg("600"))?;
        // The kernel closes this when a process dies.
        drop(process.watcher.shell.stdin.take());
        let status = process.wait(Duration::from_secs(60))?;
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
        Ok(())
    }
}
