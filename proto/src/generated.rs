//! Providers whose schemas are made at run time, and configurations for them: what the rules of
//! plan and apply are tried on.
//!
//! Everything here is made of bytes, so that a generator of bytes is one of schemas, and whatever
//! makes bytes smaller makes a failing case simpler. These files use nothing but the public
//! interface of the crate: the tests with Terraform have them, too.

pub(crate) mod blueprint;
pub(crate) mod case;
pub(crate) mod choices;
pub(crate) mod configuration;
pub(crate) mod node;
pub(crate) mod resource;

mod tests;
