//! Who dies in the middle of a run, and of what.

use std::fmt;
use std::thread;
use std::time::Duration;

use acceptance::terraform::{Running, signal_providers};
use anyhow::Result;
use rustix::process::Signal;

/// For a signal to be noticed and passed on; what is right must not depend on whether it was.
const NOTICED: Duration = Duration::from_millis(150);

/// Who is struck by what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Death {
    /// The provider: SIGKILL.
    ProviderKilled,
    /// The provider: SIGTERM.
    ProviderTerminated,
    /// Terraform: SIGKILL.
    TerraformKilled,
    /// Terraform: SIGTERM.
    TerraformTerminated,
    /// Both: SIGKILL, as when the machine runs out of memory.
    BothKilled,
    /// Both: SIGTERM, as when the machine is shut down.
    BothTerminated,
    /// Ctrl-C: SIGINT to the process group.
    Interrupted,
    /// Ctrl-C, and again.
    InterruptedTwice,
}

impl Death {
    pub(super) const ALL: [Self; 8] = [
        Self::ProviderKilled,
        Self::ProviderTerminated,
        Self::TerraformKilled,
        Self::TerraformTerminated,
        Self::BothKilled,
        Self::BothTerminated,
        Self::Interrupted,
        Self::InterruptedTwice,
    ];

    pub(super) fn strike(self, running: &Running) -> Result<()> {
        match self {
            Self::ProviderKilled => signal_providers(running.id(), Signal::KILL)?,
            Self::ProviderTerminated => signal_providers(running.id(), Signal::TERM)?,
            Self::TerraformKilled => running.signal(Signal::KILL)?,
            Self::TerraformTerminated => running.signal(Signal::TERM)?,
            Self::BothKilled => running.signal_group(Signal::KILL),
            Self::BothTerminated => running.signal_group(Signal::TERM),
            Self::Interrupted => running.signal_group(Signal::INT),
            Self::InterruptedTwice => {
                running.signal_group(Signal::INT);
                thread::sleep(NOTICED);
                running.signal_group(Signal::INT);
            }
        }
        if !self.ends_the_call() {
            thread::sleep(NOTICED);
        }
        Ok(())
    }

    /// Whether the provider's connections end with it; others get their answer.
    pub(super) fn ends_the_call(self) -> bool {
        matches!(self, Self::ProviderKilled | Self::BothKilled)
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProviderKilled => "SIGKILL to the provider",
            Self::ProviderTerminated => "SIGTERM to the provider",
            Self::TerraformKilled => "SIGKILL to terraform",
            Self::TerraformTerminated => "SIGTERM to terraform",
            Self::BothKilled => "SIGKILL to both",
            Self::BothTerminated => "SIGTERM to both",
            Self::Interrupted => "Ctrl-C",
            Self::InterruptedTwice => "Ctrl-C twice",
        })
    }
}
