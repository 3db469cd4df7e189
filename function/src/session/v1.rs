//! The V1 format: five fields, signed (protocol section 5.1).

use crate::integer::leading_integer;

use super::Signer;

const DELIMITER: &str = "_/@#/";

/// The fields of a V1 session cookie, as text (protocol section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V1<'a> {
    /// Everything before the last four fields.
    pub signature: &'a str,
    /// Unix time in seconds, decimal.
    pub expiry: &'a str,
    /// The visitor.
    pub user_id: &'a str,
    /// Signature of address and expiry.
    pub ip_hash: &'a str,
    /// Match, mitigate and captcha.
    pub code: &'a str,
}

impl<'a> V1<'a> {
    /// `None`: this is not such a cookie. Whether it is genuine is another question.
    pub fn parse(cookie: &'a str) -> Option<Self> {
        if has_line_break(cookie) {
            return None;
        }
        let mut fields = cookie.rsplitn(5, DELIMITER);
        let code = fields.next().filter(|code| is_code(code))?;
        let (ip_hash, user_id, expiry) = (fields.next()?, fields.next()?, fields.next()?);
        let signature = fields.next()?;
        Some(Self {
            signature,
            expiry,
            user_id,
            ip_hash,
            code,
        })
    }

    /// The cookie's text.
    pub(crate) fn write(&self) -> String {
        let mut cookie = String::with_capacity(232);
        cookie.push_str(self.signature);
        cookie.push_str(DELIMITER);
        self.signed().iter().for_each(|part| cookie.push_str(part));
        cookie
    }

    /// Whether the cookie is ours and unchanged.
    pub fn is_signature_valid(&self, signer: &Signer) -> bool {
        signer.verify(&self.signed(), self.signature)
    }

    fn signed(&self) -> [&'a str; 7] {
        [
            self.expiry,
            DELIMITER,
            self.user_id,
            DELIMITER,
            self.ip_hash,
            DELIMITER,
            self.code,
        ]
    }

    /// Whether it was issued to this address.
    pub fn is_same_ip(&self, signer: &Signer, client_ip: &str) -> bool {
        signer.verify(&[client_ip, "|", self.expiry], self.ip_hash)
    }

    /// A cookie is still good in the second of its expiry. A string that is not a number never
    /// expires, but such a cookie cannot carry our signature either.
    pub fn is_expired(&self, now_seconds: i64) -> bool {
        leading_integer(self.expiry).is_some_and(|expiry| expiry < now_seconds)
    }
}

/// Writes a cookie for one visitor.
pub fn issue(signer: &Signer, client_ip: &str, user_id: &str, code: &str, expiry: i64) -> String {
    let expiry = expiry.to_string();
    let ip_hash = signer.sign(&[client_ip, "|", &expiry]);
    let mut cookie = V1 {
        signature: "",
        expiry: &expiry,
        user_id,
        ip_hash: &ip_hash,
        code,
    };
    let signature = signer.sign(&cookie.signed());
    cookie.signature = &signature;
    cookie.write()
}

/// What JavaScript calls one. A search for characters takes longer than one for bytes, and few
/// cookies hold more than ASCII.
fn has_line_break(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'))
        || !text.is_ascii() && text.contains(['\u{2028}', '\u{2029}'])
}

fn is_code(code: &str) -> bool {
    code.len() == 3
        && code
            .bytes()
            .all(|character| character.is_ascii_alphanumeric())
}
