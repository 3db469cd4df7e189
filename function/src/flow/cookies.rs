//! Cookies on their way between the visitor and the core: decrypted when they come, encrypted when
//! they go, if the customer has their cookies encrypted (protocol section 6).

use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;

impl Edge {
    /// A cookie's value, decrypted if cookies are encrypted: then what is not counts as absent.
    pub(super) fn received_cookie(&self, header: &str, name: &str) -> Option<String> {
        let value = cookies::value(header, name)?;
        match &self.encryption {
            Some(encryption) => encryption.decrypt(value),
            None => Some(value.to_owned()),
        }
    }

    /// `Set-Cookie` lines, session first. `None` if encryption fails.
    pub(super) fn set_cookies(
        &self,
        session: Option<&str>,
        captcha: Option<&(String, String)>,
        entropy: &Entropy,
    ) -> Option<Vec<String>> {
        let wire = |value: &str, iv| match &self.encryption {
            Some(encryption) => encryption.encrypt(value, iv),
            None => Some(value.to_owned()),
        };
        let mut lines = Vec::new();
        if let Some(value) = session {
            let name = &self.settings.session.cookie_name;
            let value = wire(value, entropy.session_iv())?;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.session_attributes,
                cookies::MAX_AGE,
            ));
        }
        if let Some((value, max_age)) = captcha {
            let name = &self.settings.captcha.cookie_name;
            let value = wire(value, entropy.captcha_iv())?;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.captcha_attributes,
                max_age,
            ));
        }
        Some(lines)
    }
}
