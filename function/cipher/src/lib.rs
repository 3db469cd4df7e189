//! AES-256-GCM with a detached tag, behind functions that are not generic. Generic code is compiled
//! where it is used; here it is compiled for speed, while everything around it in the edge function
//! is compiled for size (`[profile.edge]`).

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};

/// A key, prepared.
pub struct Cipher {
    aes: Aes256Gcm,
}

impl Cipher {
    /// Prepares a key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            aes: Aes256Gcm::new(key.into()),
        }
    }

    /// Encrypts in place and returns the tag. `None` only when the text is too long for the cipher
    /// (64 GiB).
    #[must_use]
    pub fn seal(&self, iv: [u8; 12], associated: &[u8], text: &mut [u8]) -> Option<[u8; 16]> {
        self.aes
            .encrypt_inout_detached(&Nonce::from(iv), associated, text.into())
            .ok()
            .map(Into::into)
    }

    /// Decrypts in place. `None` when text, tag or associated data are not those that were sealed;
    /// the text is of no use then.
    #[must_use]
    pub fn open(
        &self,
        iv: [u8; 12],
        associated: &[u8],
        text: &mut [u8],
        tag: [u8; 16],
    ) -> Option<()> {
        self.aes
            .decrypt_inout_detached(&Nonce::from(iv), associated, text.into(), &Tag::from(tag))
            .ok()
    }
}
