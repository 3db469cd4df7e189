//! Everything that talks to AWS. Rooms: the pure editing of a distribution's configuration
//! ([`document`], [`splice`]), the clients ([`session`]), and what is done with them ([`lambda`],
//! [`distribution`]).

pub(crate) mod arn;
pub(crate) mod behavior_name;
mod call_failure;
mod clock;
mod connection;
pub(crate) mod connection_settings;
mod credentials;
pub(crate) mod diagnostic;
pub(crate) mod distribution;
pub(crate) mod document;
#[cfg(all(test, unix))]
mod emulator_tests;
pub(crate) mod error;
pub(crate) mod event_type;
pub(crate) mod function_reference;
mod http;
pub(crate) mod identifiers;
pub(crate) mod lambda;
pub(crate) mod log_format;
pub(crate) mod log_groups;
pub(crate) mod ownership;
#[cfg(test)]
pub(crate) mod race_tests;
mod refusal;
pub(crate) mod regions;
pub(crate) mod retry;
pub(crate) mod role_arn;
pub(crate) mod runtime;
pub(crate) mod session;
pub(crate) mod slot;
pub(crate) mod splice;
pub(crate) mod tags;
mod user_agent;
pub(crate) mod version;
pub(crate) mod visit;
