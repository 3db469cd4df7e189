//! The V3 format: named fields without a signature, therefore trusted only inside an encrypted
//! cookie (protocol section 5.7).

use core::fmt::Write;

use crate::verdict::{Match, Verdict};

const KEYS: [&str; 10] = [
    "cip", "uid", "cid", "grp", "mat", "mit", "cap", "ist", "isr", "fCAPR",
];

/// The fields of a V3 session cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct V3 {
    /// Address to which it was issued.
    pub client_ip: String,
    /// The visitor.
    pub user_id: String,
    /// This cookie.
    pub cookie_id: String,
    /// Seconds for which the verdict stands; negative: not at all.
    pub grace_period: i64,
    /// The match is written as a decimal number.
    pub verdict: Verdict,
    /// Unix time in seconds.
    pub issued: i64,
    /// One of the words that [`super::IssueReason`] knows, or another plugin's.
    pub reason: String,
    /// Whether every POST request is to be judged.
    pub checks_all_posts: bool,
}

impl V3 {
    /// The cookie's text, fields in the vendor's order.
    #[must_use]
    pub fn write(&self) -> String {
        let matched = match u32::from_str_radix(self.verdict.matched.as_str(), 36) {
            Ok(number) => number.to_string(),
            Err(_) => self.verdict.matched.as_str().to_owned(),
        };
        let values = [
            self.client_ip.as_str(),
            &self.user_id,
            &self.cookie_id,
            &self.grace_period.to_string(),
            &matched,
            self.verdict.mitigate.as_str(),
            self.verdict.captcha.as_str(),
            &self.issued.to_string(),
            &self.reason,
        ];
        let mut cookie = String::with_capacity(160);
        for (key, value) in KEYS.iter().zip(values) {
            cookie.push_str(key);
            cookie.push('=');
            push_encoded(&mut cookie, value);
            cookie.push('&');
        }
        if self.checks_all_posts {
            cookie.push_str("fCAPR=1");
        } else {
            cookie.pop();
        }
        cookie
    }

    /// `None`: this is not such a cookie, or one that no plugin writes. Numbers are read where
    /// numbers are expected and nowhere else: the vendor's parser turns an id such as `0042` into
    /// 42.
    #[must_use]
    pub fn parse(cookie: &str) -> Option<Self> {
        let mut values: [Option<String>; KEYS.len()] = Default::default();
        for field in cookie.split('&') {
            let (key, value) = field.split_once('=')?;
            let position = KEYS.iter().position(|known| *known == key)?;
            values[position] = Some(decoded(value)?);
        }
        let [cip, uid, cid, grp, mat, mit, cap, ist, isr, all_posts] = values;
        Some(Self {
            client_ip: cip?,
            user_id: uid.filter(|id| !id.is_empty())?,
            cookie_id: cid.unwrap_or_default(),
            grace_period: grp?.parse().ok()?,
            verdict: Verdict {
                matched: match_character(&mat?)?,
                mitigate: mit.filter(|text| is_character(text))?.as_str().into(),
                captcha: cap.filter(|text| is_character(text))?.as_str().into(),
            },
            issued: ist?.parse().ok()?,
            reason: isr.unwrap_or_default(),
            checks_all_posts: all_posts.as_deref() == Some("1"),
        })
    }

    /// Whether its verdict is too old.
    #[must_use]
    pub fn is_expired(&self, now_seconds: i64) -> bool {
        self.issued.saturating_add(self.grace_period) < now_seconds
    }

    /// Whether it was issued to this address. An unknown address is never the same.
    #[must_use]
    pub fn is_same_ip(&self, client_ip: &str) -> bool {
        !client_ip.is_empty() && self.client_ip == client_ip
    }
}

/// The nginx plugin writes the character itself, the others its number.
fn match_character(text: &str) -> Option<Match> {
    let number = match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => return Some(text.into()),
        _ => text.parse().ok()?,
    };
    let character = char::from_digit(number, 36)?;
    Some(Match::from(&*character.encode_utf8(&mut [0; 4])))
}

fn is_character(text: &str) -> bool {
    matches!(text.as_bytes(), [character] if character.is_ascii_alphanumeric())
}

/// As JavaScript's `encodeURIComponent`.
fn push_encoded(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Proof: writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

/// As `decodeURIComponent`; `None` where it throws, and for a second `=`, which no writer leaves
/// unencoded.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = match byte {
            b'=' => return None,
            b'%' => {
                let (digits, behind) = behind.split_first_chunk::<2>()?;
                let digit = |index: usize| char::from(digits[index]).to_digit(16);
                bytes.push((digit(0)? * 16 + digit(1)?) as u8);
                behind
            }
            byte => {
                bytes.push(*byte);
                behind
            }
        };
    }
    String::from_utf8(bytes).ok()
}
