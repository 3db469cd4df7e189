//! Protector's verdict and what follows from it (protocol section 8).

use crate::settings::MitigationType;

/// What Protector says about a visitor: match, mitigate and captcha, normally one character each.
/// Missing ones are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Who the visitor is, in base 36.
    pub matched: String,
    /// What to do with him.
    pub mitigate: String,
    /// Where he stands with the captcha.
    pub captcha: String,
}

/// What is done with a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing is said: he passes.
    None,
    /// Explicitly allowed: he passes.
    Allow,
    /// He has just solved his captcha.
    CaptchaPass,
    /// He gets the captcha page.
    Captcha,
    /// He is refused.
    Block,
    /// He is sent where he pays.
    Monetise,
}

impl Verdict {
    /// From the three characters at the end of a session cookie.
    pub fn from_code(code: &str) -> Self {
        let mut characters = code.chars().map(String::from);
        let mut next = || characters.next().unwrap_or_default();
        Self {
            matched: next(),
            mitigate: next(),
            captcha: next(),
        }
    }

    /// As it stands in a session cookie: concatenated as received.
    pub fn code(&self) -> String {
        format!("{}{}{}", self.matched, self.mitigate, self.captcha)
    }

    /// Whether a session with this verdict is to be judged again at every request: a captcha is
    /// open, or the block is hard.
    pub fn expires_at_once(&self) -> bool {
        matches!(self.captcha.as_str(), "1" | "3" | "5") || self.mitigate == "3"
    }

    /// The captcha number relative to this request: what was decided by an earlier captcha post
    /// counts as decided by cookie.
    pub fn captcha_now(&self, is_captcha_post: bool) -> &str {
        match self.captcha.as_str() {
            "2" if !is_captcha_post => "4",
            "3" if !is_captcha_post => "5",
            captcha => captcha,
        }
    }

    /// Whether the visitor is sent where he pays (protocol section 8.3), which only counts for
    /// customers who asked for it.
    pub fn is_monetised(&self) -> bool {
        self.mitigate == "5"
    }

    /// The status text for logs, for example `ip_blocked,captcha_serve`.
    pub fn status(&self, is_captcha_post: bool) -> String {
        self.status_with(is_captcha_post, "unknown")
    }

    /// The same where monetised visitors count as such.
    pub fn status_if_monetised(&self, is_captcha_post: bool) -> String {
        self.status_with(is_captcha_post, "monetised")
    }

    fn status_with(&self, is_captcha_post: bool, monetised: &str) -> String {
        let mut status = String::from(match self.matched.as_str() {
            "0" => "",
            "1" => "ua_",
            "2" => "ip_",
            "3" => "visitor_",
            "4" => "datacenter_",
            "5" => "sev_",
            "6" => "organisation_",
            "7" => "asn_",
            "8" => "country_",
            "9" => "combination_",
            "b" => "headerFP_",
            _ => "unknown_",
        });
        status.push_str(match self.mitigate.as_str() {
            "0" => "",
            "1" => "blocked",
            "2" => "allow",
            "3" => "hardblocked",
            "4" => "block",
            "5" => monetised,
            _ => "unknown",
        });
        status.push_str(match self.captcha_now(is_captcha_post) {
            "0" => "",
            "1" => ",captcha_serve",
            "2" => ",captcha_pass",
            "3" => ",captcha_fail",
            "4" => ",captcha_cookiepass",
            "5" => ",captcha_cookiefail",
            _ => ",unknown",
        });
        status
    }

    /// What is to be done. In INJECT the origin decides; in INGEST nobody is judged.
    pub fn action(&self, mode: MitigationType, is_captcha_post: bool) -> Action {
        if mode == MitigationType::Inject {
            return Action::None;
        }
        match self.captcha_now(is_captcha_post) {
            "1" | "3" | "5" => Action::Captcha,
            "2" => Action::CaptchaPass,
            "4" => Action::Allow,
            _ => match self.mitigate.as_str() {
                "1" | "3" | "4" => Action::Block,
                _ => Action::None,
            },
        }
    }
}
