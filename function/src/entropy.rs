//! [`Entropy`]: fresh random bytes from the host, one part for each use.

use crate::wire;

/// Fresh random bytes for one step, from the host: the core has no source of its own.
#[derive(Clone, Copy)]
pub struct Entropy([u8; Entropy::LENGTH]);

impl Entropy {
    /// Bytes that one step may use.
    pub const LENGTH: usize = wire::ENTROPY_BYTES;

    /// Takes bytes that were never used before and will never be used again.
    #[must_use]
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// For the fifteen characters of a new user id.
    pub(crate) fn user_id(&self) -> [u8; 15] {
        self.part(0)
    }

    /// Initialization vector of the hand-over header.
    pub(crate) fn handover_iv(&self) -> [u8; 12] {
        self.part(16)
    }

    /// Initialization vector of an encrypted session cookie.
    pub(crate) fn session_iv(&self) -> [u8; 12] {
        self.part(28)
    }

    /// Initialization vector of an encrypted captcha cookie.
    pub(crate) fn captcha_iv(&self) -> [u8; 12] {
        self.part(40)
    }

    /// For the fifteen characters of a cookie's own id.
    pub(crate) fn cookie_id(&self) -> [u8; 15] {
        self.part(53)
    }

    /// For a pause of random length.
    pub(crate) fn jitter(&self) -> u8 {
        self.0[52]
    }

    /// For the partition keys of a Kinesis call.
    pub(crate) fn partition_key(&self) -> [u8; 8] {
        self.part(0)
    }

    /// For the name of an instance.
    pub(crate) fn instance_id(&self) -> [u8; 16] {
        self.part(0)
    }

    fn part<const LENGTH: usize>(&self, start: usize) -> [u8; LENGTH] {
        core::array::from_fn(|index| self.0[start + index])
    }
}
