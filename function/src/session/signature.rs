use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The signature of V1 cookies under one secret key (protocol section 5.1): base64 of the *hexadecimal text* of HMAC-SHA256.
#[derive(Clone)]
pub struct Signer {
    /// Both pads of the key are hashed once, here, and copied for each use.
    keyed: Hmac<Sha256>,
}

impl Signer {
    /// Prepares a key, UTF-8 text of any length.
    pub fn new(secret_key: &str) -> Self {
        // Proof: HMAC takes keys of every length.
        #[allow(clippy::expect_used)]
        let keyed = Hmac::new_from_slice(secret_key.as_bytes()).expect("a key of any length");
        Self { keyed }
    }

    /// Signs the parts as if they were one text. Always 88 characters.
    pub fn sign(&self, parts: &[&str]) -> String {
        STANDARD.encode(self.hex(parts))
    }

    /// Compares in constant time: how much of a forged signature is right must not be measurable.
    pub fn verify(&self, parts: &[&str], signature: &str) -> bool {
        let mut expected = [0; 88];
        // Proof: base64 of 64 bytes is 88 characters long.
        STANDARD
            .encode_slice(self.hex(parts), &mut expected)
            .is_ok()
            && bool::from(expected.ct_eq(signature.as_bytes()))
    }

    fn hex(&self, parts: &[&str]) -> [u8; 64] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(part.as_bytes());
        }
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(mac.finalize().into_bytes()) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        hex
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}
