//! Log lines in the form Terraform reads: one JSON object a line on stderr.
//!
//! Whether a line is written is decided by Terraform's own variables `TF_LOG_PROVIDER_<NAME>`,
//! `TF_LOG_PROVIDER` and `TF_LOG`, the first that is set; the protocol layer's own lines by
//! `TF_LOG_SDK_PROTO`, `TF_LOG_SDK` and `TF_LOG`. The fields of every line are those of providers
//! in Go: `tf_provider_addr`, and in a call `tf_rpc`, `tf_req_id` and what it is about
//! (`tf_resource_type`, `tf_data_source_type`, …). A task that a call spawns has no part in its
//! fields. The layer itself logs the beginning and end of each call (`tf_req_duration_ms`) and each
//! diagnostic in its answer (`diagnostic_summary`, …).
//!
//! Never log a secret: Terraform does not filter them.
//!
//! ```
//! tfplugin::log::info("published", &[("version", &7), ("function", &"netacea-shop")]);
//! ```

mod fields;
mod level;
mod line;
mod sink;

use std::fmt::Display;

pub(crate) use fields::{Scope, Subject, scoped};
pub(crate) use level::Level;
pub(crate) use line::Source;
pub(crate) use sink::start;

/// What only helps when following every step.
pub fn trace(message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(Level::Trace, Source::Provider, &message, fields);
}

/// What helps to understand a problem.
pub fn debug(message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(Level::Debug, Source::Provider, &message, fields);
}

/// What an operator wants to know.
pub fn info(message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(Level::Info, Source::Provider, &message, fields);
}

/// What may become a problem.
pub fn warn(message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(Level::Warn, Source::Provider, &message, fields);
}

/// What went wrong.
pub fn error(message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(Level::Error, Source::Provider, &message, fields);
}

/// A line of the protocol layer itself.
pub(crate) fn protocol(level: Level, message: impl Display, fields: &[(&str, &dyn Display)]) {
    sink::write(level, Source::Protocol, &message, fields);
}
