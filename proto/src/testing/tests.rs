//! The client with a well-behaved provider, and with one that breaks one rule at a time.

mod behaved;
mod meddling;
