//! How to write a provider, page by page. There is no code here.
//!
//! | Page | What is on it |
//! |---|---|
//! | [`getting_started`] | from an empty directory to a provider that Terraform runs, and to a release |
//! | [`planning`] | how a plan is made, and what `plan` may change in it |
//! | [`framework`] | the equivalent of each part of `terraform-plugin-framework` |

#[doc = include_str!("../docs/getting-started.md")]
pub mod getting_started {}

#[doc = include_str!("../docs/planning.md")]
pub mod planning {}

#[doc = include_str!("../docs/framework.md")]
pub mod framework {}
