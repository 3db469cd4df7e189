//! Encryption of both cookies as compact JWE (protocol section 6).

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use netacea_edge_cipher::Cipher;

use crate::json::{self, Value};

/// `{"alg":"dir","enc":"A256GCM"}`
const HEADER: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0";

/// Both cookies as compact JWE, direct encryption with A256GCM (protocol section 6).
pub struct Encryption {
    cipher: Cipher,
}

impl Encryption {
    /// Prepares a key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            cipher: Cipher::new(key),
        }
    }

    /// `None` only when the plaintext is too long for the cipher (64 GiB).
    pub fn encrypt(&self, plaintext: &str, iv: [u8; 12]) -> Option<String> {
        let mut text = plaintext.as_bytes().to_vec();
        let tag = self.cipher.seal(iv, HEADER.as_bytes(), &mut text)?;
        let [iv, text, tag] = [&iv[..], &text, &tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        Some(format!("{HEADER}..{iv}.{text}.{tag}"))
    }

    /// `None` for everything that is not genuine: such a cookie counts as absent.
    pub fn decrypt(&self, token: &str) -> Option<String> {
        let mut segments = token.split('.');
        let mut next = || segments.next();
        let (header, key, iv, text, tag) = (next()?, next()?, next()?, next()?, next()?);
        if next().is_some() || !key.is_empty() || !is_accepted(header) {
            return None;
        }
        let iv: [u8; 12] = URL_SAFE_NO_PAD.decode(iv).ok()?.try_into().ok()?;
        let tag: [u8; 16] = URL_SAFE_NO_PAD.decode(tag).ok()?.try_into().ok()?;
        let mut text = URL_SAFE_NO_PAD.decode(text).ok()?;
        self.cipher.open(iv, header.as_bytes(), &mut text, tag)?;
        String::from_utf8(text).ok()
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encryption")
    }
}

/// Only `dir` with `A256GCM`; other members, such as `typ`, do not matter, except those that demand
/// to be understood.
fn is_accepted(header: &str) -> bool {
    if header == HEADER {
        return true;
    }
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(header) else {
        return false;
    };
    json::parse(&bytes).is_ok_and(|header| {
        let is = |name, value| header.member(name).and_then(Value::as_text) == Some(value);
        is("alg", "dir")
            && is("enc", "A256GCM")
            && header.member("crit").is_none()
            && header.member("zip").is_none()
    })
}
