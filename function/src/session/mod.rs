//! The session cookie.

mod encryption;

pub(crate) use encryption::encryption_key;
