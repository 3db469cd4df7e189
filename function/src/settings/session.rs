use super::SessionFormat;

/// The session cookie (protocol section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// JSON key `netaceaCookieName`.
    pub cookie_name: String,
    /// Extra attributes, for example `Secure; HttpOnly`. JSON key `netaceaCookieAttributes`.
    pub cookie_attributes: String,
    /// Seconds until the next judgement; `None` = 3600 in INGEST, 60 otherwise. JSON key
    /// `netaceaCookieExpirySeconds`.
    pub expiry_seconds: Option<u32>,
    /// Layout of cookies that are written. JSON key `sessionCookieFormat`.
    pub format: SessionFormat,
    /// Sets cookies, together with `Cache-Control: no-store`, also on answers of 400 and above. Off
    /// by default, because CloudFront may keep an error page and hand the cookie on it to other
    /// visitors. JSON key `cookiesOnErrors`.
    pub cookies_on_errors: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            cookie_name: "_mitata".to_owned(),
            cookie_attributes: String::new(),
            expiry_seconds: None,
            format: SessionFormat::V1,
            cookies_on_errors: false,
        }
    }
}
