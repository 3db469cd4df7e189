//! Cookies between the visitor and the core: decrypted when they come and encrypted when they go,
//! if the customer wants that (protocol section 6).

use crate::captcha;
use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::session::{Content, CookieStatus, Session};
use crate::visitor::Visitor;

/// The most cookies of one name that are tried.
const CANDIDATES: usize = 8;

impl Edge {
    /// The session of a visitor who may have sent several cookies with its name: an attacker's
    /// sibling domain, or an old path, can add some. The first valid one wins, then the first that
    /// has to be renewed (protocol section 8.5).
    pub(super) fn received_session(
        &self,
        visitor: &Visitor,
        now: u64,
        entropy: &Entropy,
    ) -> Session {
        let check = |cookie| self.sessions.check(cookie, &visitor.ip, now, entropy);
        let name = &self.settings.session.cookie_name;
        let mut best: Option<Session> = None;
        for value in cookies::values(&visitor.cookies, name).take(CANDIDATES) {
            let session = check(self.decrypted(value, Content::Session));
            if session.status == CookieStatus::Existing {
                return session;
            }
            let is_better = best.as_ref().is_none_or(|best| {
                best.status == CookieStatus::New && session.status == CookieStatus::Renew
            });
            if is_better {
                best = Some(session);
            }
        }
        best.unwrap_or_else(|| check(None))
    }

    /// The captcha token: the last cookie value that can be one.
    pub(super) fn received_token(&self, visitor: &Visitor) -> Option<String> {
        cookies::values(&visitor.cookies, &self.settings.captcha.cookie_name)
            .rev()
            .take(CANDIDATES)
            .find_map(|value| {
                self.decrypted(value, Content::Captcha)
                    .filter(|token| captcha::is_token(token))
            })
    }

    /// The value of the session cookie, if this line of the origin's response sets it.
    pub(super) fn session_set_by(&self, line: &str) -> Option<String> {
        cookies::values(line, &self.settings.session.cookie_name)
            .next()
            .and_then(|value| self.decrypted(value, Content::Session))
    }

    /// A cookie's value, decrypted if cookies are encrypted: then an unencrypted value counts as
    /// absent.
    fn decrypted(&self, value: &str, content: Content) -> Option<String> {
        match &self.encryption {
            Some(encryption) => encryption.decrypt(value, content),
            None => Some(value.to_owned()),
        }
    }

    /// `Set-Cookie` lines, session first, without one that cannot be encrypted.
    pub(super) fn set_cookies(
        &self,
        session: Option<&str>,
        captcha: Option<&(String, String)>,
        entropy: &Entropy,
    ) -> Vec<String> {
        let wire = |value: &str, content, iv| match &self.encryption {
            Some(encryption) => encryption.encrypt(value, content, iv),
            None => Some(value.to_owned()),
        };
        let mut lines = Vec::new();
        let session = session.and_then(|value| wire(value, Content::Session, entropy.session_iv()));
        if let Some(value) = session {
            let name = &self.settings.session.cookie_name;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.session_attributes,
                cookies::MAX_AGE,
            ));
        }
        let captcha = captcha.and_then(|(value, max_age)| {
            let value = wire(value, Content::Captcha, entropy.captcha_iv())?;
            Some((value, max_age))
        });
        if let Some((value, max_age)) = captcha {
            let name = &self.settings.captcha.cookie_name;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.captcha_attributes,
                max_age,
            ));
        }
        lines
    }
}
