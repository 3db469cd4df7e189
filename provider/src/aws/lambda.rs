//! The life of the edge function in Lambda: create, configure, publish, prune, delete.
//!
//! CloudFront associates only published versions, and a version is a snapshot of code and
//! configuration. So the order is always configuration, code, publish, with a wait for Lambda
//! between them.

mod configuration;
mod create;
mod delete;
mod forbidden;
mod functions;
mod listing;
mod package;
mod prune;
mod publish;
mod read;
mod snapshot;
mod tags;
mod versions;
mod wait;

pub(crate) use self::configuration::FunctionConfiguration;
pub(crate) use self::delete::Deletion;
pub(crate) use self::functions::Functions;
pub(crate) use self::package::DownloadedPackage;
pub(crate) use self::read::Function;
pub(crate) use self::snapshot::Snapshot;
pub(crate) use self::versions::Published;
