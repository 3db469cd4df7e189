//! Write Terraform providers in Rust.

mod attr;
mod attribute_value;
mod call;
mod change;
mod configure;
mod data_source;
mod diagnostic;
mod diagnostics;
mod engine;
mod go_duration;
mod goplugin;
pub mod log;
mod path;
mod private;
mod provider;
mod registry;
mod resource;
mod schema;
mod sensitive;
mod serve;
mod serve_error;
mod service;
#[cfg(test)]
mod specimen;
pub mod value;
mod wire;

pub use attr::Attr;
pub use attribute_value::AttributeValue;
pub use call::Call;
pub use change::{Create, Plan, Update};
pub use configure::Configure;
pub use data_source::DataSource;
pub use diagnostic::Diagnostic;
pub use diagnostics::{Diagnostics, Result};
pub use go_duration::{GoDuration, GoDurationError};
pub use path::{Path, Step};
pub use private::Private;
pub use provider::Provider;
pub use registry::Registry;
pub use resource::Resource;
pub use schema::{Attribute, Blocks, Model, Object, Schema};
pub use sensitive::Sensitive;
pub use serve::{ServeOptions, serve};
pub use serve_error::ServeError;
pub use tokio_util::sync::CancellationToken;
pub use value::Number;
