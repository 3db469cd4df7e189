//! JSON: how Terraform keeps values in its state file.

mod decode;
mod encode;

pub use decode::decode;
pub(crate) use decode::decode_leniently;
pub use encode::encode;

#[cfg(test)]
mod tests;
