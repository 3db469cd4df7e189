//! The registry's pages, made from the provider's own schema, the examples and the guides.
//!
//! ```text
//!   terraform providers schema -json ─▶ schema ─▶ page, function_page ─▶ folder ─▶ docs/
//!              examples/*/NAME/*.tf ─▶ example ─────┘                      ▲
//!                  docs/guides/*.md ─▶ front_matter (the index lists them) ┤
//!       netacea_edge_dashboard ─▶ dashboard (a picture for the guides) ────┘
//! ```
//!
//! The layout is the one that the registry reads and `tfplugindocs` makes: `index.md`,
//! `resources/`, `data-sources/`, `ephemeral-resources/`, `list-resources/`, `actions/` and
//! `functions/` with file names without the provider's prefix, and `guides/`, which people write.
//! `make docs` writes the folder; a test compares it.

mod arguments;
mod dashboard;
mod example;
mod folder;
mod front_matter;
mod function_page;
mod page;
mod schema;
mod type_name;
mod undescribed;
mod where_to_start;

pub use dashboard::dashboard;
pub use folder::Folder;
pub use front_matter::FrontMatter;
pub use schema::{Attribute, ProviderSchema};
pub use undescribed::undescribed;
pub use where_to_start::examples as examples_to_start_with;

/// The provider's name, with which the names of its resources begin.
const PROVIDER: &str = "netacea";
