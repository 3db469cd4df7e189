//! Encryption of both cookies as compact JWE (protocol section 6).

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use netacea_edge_cipher::Cipher;

use crate::json::{self, Value};
use crate::settings::SessionFormat;

/// `{"alg":"dir","enc":"A256GCM","cty":"session"}`
const SESSION: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiY3R5Ijoic2Vzc2lvbiJ9";
/// `{"alg":"dir","enc":"A256GCM","cty":"captcha"}`
const CAPTCHA: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiY3R5IjoiY2FwdGNoYSJ9";

/// Which of the two cookies a token is. Its label is authenticated with it, so that nobody can put
/// one in the place of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The session.
    Session,
    /// The captcha token.
    Captcha,
}

/// Both cookies as compact JWE, direct encryption with A256GCM (protocol section 6).
pub struct Encryption {
    cipher: Cipher,
    reads_unlabeled: bool,
}

impl Encryption {
    /// Prepares a key. Tokens without a label, as the vendor's plugins write them, are read only
    /// where a session is signed as well.
    pub fn new(key: &[u8; 32], format: SessionFormat) -> Self {
        Self {
            cipher: Cipher::new(key),
            reads_unlabeled: format == SessionFormat::V1,
        }
    }

    /// `None` only when the plaintext is too long for the cipher (64 GiB).
    pub fn encrypt(&self, plaintext: &str, content: Content, iv: [u8; 12]) -> Option<String> {
        let header = content.header();
        let mut text = plaintext.as_bytes().to_vec();
        let tag = self.cipher.seal(iv, header.as_bytes(), &mut text)?;
        let [iv, text, tag] = [&iv[..], &text, &tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        Some(format!("{header}..{iv}.{text}.{tag}"))
    }

    /// `None` for everything that is not genuine, or the other cookie: such a cookie counts as
    /// absent.
    pub fn decrypt(&self, token: &str, content: Content) -> Option<String> {
        let mut segments = token.split('.');
        let mut next = || segments.next();
        let (header, key, iv, text, tag) = (next()?, next()?, next()?, next()?, next()?);
        if next().is_some() || !key.is_empty() || !self.is_accepted(header, content) {
            return None;
        }
        let iv: [u8; 12] = URL_SAFE_NO_PAD.decode(iv).ok()?.try_into().ok()?;
        let tag: [u8; 16] = URL_SAFE_NO_PAD.decode(tag).ok()?.try_into().ok()?;
        let mut text = URL_SAFE_NO_PAD.decode(text).ok()?;
        self.cipher.open(iv, header.as_bytes(), &mut text, tag)?;
        String::from_utf8(text).ok()
    }

    /// Only `dir` with `A256GCM`; other members, such as `typ`, do not matter, except the label and
    /// those that demand to be understood.
    fn is_accepted(&self, header: &str, content: Content) -> bool {
        if header == content.header() {
            return true;
        }
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(header) else {
            return false;
        };
        json::parse(&bytes).is_ok_and(|header| {
            let is = |name, value| header.member(name).and_then(Value::as_text) == Some(value);
            let is_labeled = match header.member("cty") {
                None => self.reads_unlabeled,
                Some(label) => label.as_text() == Some(content.label()),
            };
            is("alg", "dir")
                && is("enc", "A256GCM")
                && is_labeled
                && header.member("crit").is_none()
                && header.member("zip").is_none()
        })
    }
}

impl Content {
    fn header(self) -> &'static str {
        match self {
            Self::Session => SESSION,
            Self::Captcha => CAPTCHA,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Captcha => "captcha",
        }
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encryption")
    }
}
