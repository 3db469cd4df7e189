//! MessagePack: how values travel between Terraform and a provider.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::encode;

/// Ext codes of unknown values: plain, and with a map of refinements.
const PLAIN_UNKNOWN: i8 = 0;
const REFINED_UNKNOWN: i8 = 12;

/// Keys of the refinement map.
mod refinement_key {
    pub(super) const NULLNESS: u64 = 1;
    pub(super) const STRING_PREFIX: u64 = 2;
    pub(super) const NUMBER_MIN: u64 = 3;
    pub(super) const NUMBER_MAX: u64 = 4;
    pub(super) const LENGTH_MIN: u64 = 5;
    pub(super) const LENGTH_MAX: u64 = 6;
}

#[cfg(test)]
mod tests;
