//! Protector's verdict and what follows from it (protocol section 8).
//!
//! A verdict is three codes, normally of one character each. The ones that the protocol knows are
//! variants, so the compiler sees a code that nobody decides about. Any other goes through as it
//! was received: the origin, the cookie and the log get to see it.

use crate::settings::{Flagged, MitigationType, Policy};

/// Declares a part of a verdict with the codes that are known: `as_str` and `From` cannot disagree.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// Any other code, as received; empty if there is none.
            Other(String),
        }

        impl $name {
            /// The code as it stands in headers and cookies.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for $name {
            #[inline(never)]
            fn from(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    _ => Self::Other(code.to_owned()),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }
    };
}

codes! {
    /// What a visitor was recognized by, in base 36.
    Match {
        /// Nothing.
        Nothing = "0",
        /// The user agent.
        UserAgent = "1",
        /// The address.
        Ip = "2",
        /// The visitor.
        Visitor = "3",
        /// An address of a data center.
        Datacenter = "4",
        /// What the vendor calls `sev`.
        Sev = "5",
        /// The organization that the address belongs to.
        Organisation = "6",
        /// The autonomous system that the address belongs to.
        Asn = "7",
        /// The country.
        Country = "8",
        /// Several of these together.
        Combination = "9",
        /// The fingerprint of the header names.
        HeaderFingerprint = "b",
    }
}

codes! {
    /// What to do with a visitor.
    Mitigation {
        /// Nothing.
        Nothing = "0",
        /// Refuse them.
        Blocked = "1",
        /// Let them pass.
        Allow = "2",
        /// Refuse them, and judge them again at every request.
        HardBlocked = "3",
        /// Let them pass, and tell the origin (protocol section 8.3).
        Flagged = "4",
        /// Send them where they pay (protocol section 8.3), for customers who asked for it.
        Monetised = "5",
    }
}

codes! {
    /// Where a visitor stands with the captcha, or with the checkpoint (protocol section 8.3).
    CaptchaStatus {
        /// They need none.
        Nothing = "0",
        /// It is to be shown.
        Served = "1",
        /// They have just solved it.
        Passed = "2",
        /// They have just failed.
        Failed = "3",
        /// They solved it in an earlier request.
        CookiePassed = "4",
        /// They failed in an earlier request.
        CookieFailed = "5",
        /// Their browser has sent a signal of its checkpoint.
        CheckpointSignal = "6",
        /// They are in the middle of their checkpoint.
        CheckpointPost = "7",
        /// The checkpoint is to be shown.
        CheckpointServed = "a",
        /// They have just passed it.
        CheckpointPassed = "b",
        /// They have just failed.
        CheckpointFailed = "c",
        /// They passed it in an earlier request.
        CheckpointCookiePassed = "d",
        /// They failed in an earlier request.
        CheckpointCookieFailed = "e",
    }
}

/// What follows the status of a session whose browser has sent a signal of its checkpoint.
pub const CHECKPOINT_SIGNAL: &str = ",checkpoint_signal";

/// What Protector says about a visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Who the visitor is.
    pub matched: Match,
    /// What to do with them.
    pub mitigate: Mitigation,
    /// Where they stand with the captcha.
    pub captcha: CaptchaStatus,
}

/// What is done with a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing is said: they pass.
    None,
    /// Explicitly allowed: they pass.
    Allow,
    /// They have just solved their captcha.
    CaptchaPass,
    /// They get the captcha page.
    Captcha,
    /// They have just passed their checkpoint.
    CheckpointPass,
    /// They get the checkpoint page.
    Checkpoint,
    /// They are in the middle of their checkpoint: Protector's answer is theirs, nothing else
    /// changes.
    CheckpointPost,
    /// They are refused.
    Block,
    /// They are sent where they pay.
    Monetise,
}

impl Action {
    /// Whether the visitor goes on to the site, now or after a page that says so.
    pub fn lets_pass(self) -> bool {
        match self {
            Action::None | Action::Allow | Action::CaptchaPass | Action::CheckpointPass => true,
            Action::Captcha
            | Action::Checkpoint
            | Action::CheckpointPost
            | Action::Block
            | Action::Monetise => false,
        }
    }
}

impl Verdict {
    /// Of somebody that Protector was not asked about.
    pub const NOTHING: Self = Self {
        matched: Match::Nothing,
        mitigate: Mitigation::Nothing,
        captcha: CaptchaStatus::Nothing,
    };

    /// From the three characters at the end of a session cookie.
    pub fn from_code(code: &str) -> Self {
        let first = |code: &str| code.chars().next().map_or(0, char::len_utf8);
        let (matched, rest) = code.split_at(first(code));
        let (mitigate, rest) = rest.split_at(first(rest));
        let (captcha, _) = rest.split_at(first(rest));
        Self {
            matched: matched.into(),
            mitigate: mitigate.into(),
            captcha: captcha.into(),
        }
    }

    /// As it stands in a session cookie: concatenated as received.
    pub fn code(&self) -> String {
        [
            self.matched.as_str(),
            self.mitigate.as_str(),
            self.captcha.as_str(),
        ]
        .concat()
    }

    /// Whether a session with this verdict is to be judged again at every request: a captcha or a
    /// checkpoint is open, or the block is hard.
    pub fn expires_at_once(&self) -> bool {
        use CaptchaStatus::{
            CheckpointCookieFailed, CheckpointFailed, CheckpointServed, CookieFailed, Failed,
            Served,
        };
        matches!(
            self.captcha,
            Served
                | Failed
                | CookieFailed
                | CheckpointServed
                | CheckpointFailed
                | CheckpointCookieFailed
        ) || self.mitigate == Mitigation::HardBlocked
    }

    /// The captcha code relative to this request: what was decided by an earlier verification
    /// counts as decided by cookie.
    pub fn captcha_now(&self, is_verification: bool) -> &CaptchaStatus {
        match &self.captcha {
            captcha if is_verification => captcha,
            CaptchaStatus::Passed => &CaptchaStatus::CookiePassed,
            CaptchaStatus::Failed => &CaptchaStatus::CookieFailed,
            CaptchaStatus::CheckpointPassed => &CaptchaStatus::CheckpointCookiePassed,
            CaptchaStatus::CheckpointFailed => &CaptchaStatus::CheckpointCookieFailed,
            captcha => captcha,
        }
    }

    /// Whether the visitor is sent where they pay (protocol section 8.3), which only counts for
    /// customers who asked for it.
    pub fn is_monetised(&self) -> bool {
        self.mitigate == Mitigation::Monetised
    }

    /// Whether the origin is told of this visitor although the function acts on verdicts.
    pub fn is_flagged(&self, policy: Policy) -> bool {
        match self.mitigate {
            Mitigation::Flagged => policy.flagged == Flagged::Pass,
            Mitigation::Nothing
            | Mitigation::Blocked
            | Mitigation::Allow
            | Mitigation::HardBlocked
            | Mitigation::Monetised
            | Mitigation::Other(_) => false,
        }
    }

    /// The status string for logs, for example `ip_blocked,captcha_serve`.
    pub fn status(&self, policy: Policy, is_verification: bool) -> String {
        let mut status = String::from(match self.matched {
            Match::Nothing => "",
            Match::UserAgent => "ua_",
            Match::Ip => "ip_",
            Match::Visitor => "visitor_",
            Match::Datacenter => "datacenter_",
            Match::Sev => "sev_",
            Match::Organisation => "organisation_",
            Match::Asn => "asn_",
            Match::Country => "country_",
            Match::Combination => "combination_",
            Match::HeaderFingerprint => "headerFP_",
            Match::Other(_) => "unknown_",
        });
        status.push_str(match self.mitigate {
            Mitigation::Nothing => "",
            Mitigation::Blocked => "blocked",
            Mitigation::Allow => "allow",
            Mitigation::HardBlocked => "hardblocked",
            Mitigation::Flagged => match policy.flagged {
                Flagged::Pass => "flagged",
                Flagged::Block => "block",
            },
            Mitigation::Monetised if policy.monetise => "monetised",
            Mitigation::Monetised | Mitigation::Other(_) => "unknown",
        });
        status.push_str(match self.captcha_now(is_verification) {
            CaptchaStatus::Nothing => "",
            CaptchaStatus::Served => ",captcha_serve",
            CaptchaStatus::Passed => ",captcha_pass",
            CaptchaStatus::Failed => ",captcha_fail",
            CaptchaStatus::CookiePassed => ",captcha_cookiepass",
            CaptchaStatus::CookieFailed => ",captcha_cookiefail",
            CaptchaStatus::CheckpointSignal => CHECKPOINT_SIGNAL,
            CaptchaStatus::CheckpointPost => ",checkpoint_post",
            CaptchaStatus::CheckpointServed => ",checkpoint_serve",
            CaptchaStatus::CheckpointPassed => ",checkpoint_pass",
            CaptchaStatus::CheckpointFailed => ",checkpoint_fail",
            CaptchaStatus::CheckpointCookiePassed => ",checkpoint_cookiepass",
            CaptchaStatus::CheckpointCookieFailed => ",checkpoint_cookiefail",
            CaptchaStatus::Other(_) => ",unknown",
        });
        status
    }

    /// What is to be done. In INJECT the origin decides; in INGEST nobody is judged. A captcha
    /// comes before anything else; a checkpoint stops only those who would be blocked.
    pub fn action(&self, mode: MitigationType, policy: Policy, is_verification: bool) -> Action {
        if mode == MitigationType::Inject {
            return Action::None;
        }
        match self.captcha_now(is_verification) {
            CaptchaStatus::Served | CaptchaStatus::Failed | CaptchaStatus::CookieFailed => {
                Action::Captcha
            }
            CaptchaStatus::Passed => Action::CaptchaPass,
            CaptchaStatus::CheckpointPassed => Action::CheckpointPass,
            CaptchaStatus::CookiePassed | CaptchaStatus::CheckpointCookiePassed => Action::Allow,
            CaptchaStatus::CheckpointServed | CaptchaStatus::CheckpointCookieFailed
                if self.mitigate == Mitigation::Blocked =>
            {
                Action::Checkpoint
            }
            CaptchaStatus::CheckpointPost if is_verification => Action::CheckpointPost,
            CaptchaStatus::Nothing
            | CaptchaStatus::CheckpointSignal
            | CaptchaStatus::CheckpointPost
            | CaptchaStatus::CheckpointServed
            | CaptchaStatus::CheckpointFailed
            | CaptchaStatus::CheckpointCookieFailed
            | CaptchaStatus::Other(_) => match self.mitigate {
                Mitigation::Blocked | Mitigation::HardBlocked => Action::Block,
                Mitigation::Flagged if policy.flagged == Flagged::Block => Action::Block,
                Mitigation::Monetised if policy.monetise => Action::Monetise,
                Mitigation::Nothing
                | Mitigation::Allow
                | Mitigation::Flagged
                | Mitigation::Monetised
                | Mitigation::Other(_) => Action::None,
            },
        }
    }
}
