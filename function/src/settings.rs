//! The configuration record: what a customer sets, how it is checked, and how it is written to and
//! read from `NetaceaConfig.json`.
//!
//! One type serves both ends. The Terraform provider fills it from a resource, checks every rule at
//! plan time and writes it into the zip; the edge function reads the same file at load and checks
//! only the rules without which it could not work: those of the secrets. The key names are those of
//! Netacea's own `NetaceaConfig.json` (protocol section 3), so a file of the vendor's plugin can be
//! read as it is.
//!
//! Each group of settings has a file of its own, with everything about its fields: documentation,
//! defaults, keys and their aliases, reading, writing, rules. `reader` and `validate` know no keys,
//! and `document` only the order of the old ones.

mod block;
mod breaker;
mod bypass;
mod captcha;
mod choice;
mod client_ip;
mod configuration;
mod document;
mod ingest;
mod kinesis;
mod mitigation_type;
mod protection;
mod protector;
mod reader;
mod secrets;
mod session;
mod validate;

#[cfg(test)]
mod tests;

pub use block::Block;
pub use breaker::Breaker;
pub use bypass::Bypass;
pub use captcha::{Captcha, CaptchaHeader};
pub use choice::UnknownChoice;
pub use client_ip::ClientIp;
pub use configuration::Configuration;
pub use ingest::{Ingest, IngestKind, LogVersion};
pub use kinesis::Kinesis;
pub use mitigation_type::MitigationType;
pub use protection::{Flagged, LogLevel, Policy, Settings};
pub use protector::Protector;
pub use reader::{SettingsError, Warning};
pub use secrets::{Secrets, encryption_key};
pub use session::{Session, SessionFormat};
pub use validate::Violation;
