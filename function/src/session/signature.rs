//! The signature of V1 cookies (protocol section 5.1).

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature of V1 cookies under one secret key (protocol section 5.1): base64 of the
/// *hexadecimal text* of HMAC-SHA256.
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
        to_text(self.mac(parts).into_bytes().into())
    }

    /// Compares in constant time: how much of a forged signature is right must not be measurable.
    pub fn verify(&self, parts: &[&str], signature: &str) -> bool {
        from_text(signature).is_some_and(|bytes| self.mac(parts) == CtOutput::new(bytes.into()))
    }

    fn mac(&self, parts: &[&str]) -> CtOutput<Hmac<Sha256>> {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(part.as_bytes());
        }
        mac.finalize()
    }
}

/// The text of a signature.
pub(crate) fn to_text(bytes: [u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    STANDARD.encode(hex)
}

/// The signature that has this text. Every signature has one text only.
pub(crate) fn from_text(text: &str) -> Option<[u8; 32]> {
    let hex: [u8; 64] = STANDARD.decode(text).ok()?.try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(hex.as_chunks().0) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

#[cfg(test)]
mod tests {
    use super::{from_text, to_text};

    #[test]
    fn a_signature_has_one_text() {
        let bytes: [u8; 32] = core::array::from_fn(|index| index as u8 * 8 + 7);
        let text = to_text(bytes);
        assert_eq!(text.len(), 88);
        assert_eq!(from_text(&text), Some(bytes));
        for position in 0..text.len() {
            for character in ["A", "Q", "g", "=", "é", "-"] {
                let mut other = text.clone();
                other.replace_range(position..=position, character);
                let is_signature = from_text(&other).is_none_or(|bytes| to_text(bytes) == other);
                assert!(is_signature, "{other}");
            }
            assert_eq!(from_text(&text[..position]), None);
        }
        assert_eq!(from_text(&format!("{text}AAAA")), None);
    }
}
