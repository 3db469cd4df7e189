//! The real `terraform`, with the built provider in a filesystem mirror and nothing of the user's
//! own settings.

mod diagnostic;
mod outcome;
mod plan;
mod provider_process;
mod summary;
mod working_directory;

pub use diagnostic::Diagnostic;
pub use outcome::Outcome;
pub use plan::Plan;
pub use provider_process::{
    kill_providers, peak_memory, providers_gone, signal_providers, wait_with_peak_memory,
};
pub use summary::Summary;
pub use working_directory::{REQUIREMENT, Running, WorkingDirectory};
