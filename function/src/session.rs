//! The session cookie: who a visitor is, and what was decided about them (protocol section 5).

pub(crate) mod compact;
mod encryption;
mod sessions;
mod signature;
pub mod v1;
pub mod v3;

pub use encryption::{Content, Encryption};
pub use sessions::Sessions;
pub use signature::Signer;

use crate::verdict::Verdict;

/// A visitor's session, as their cookie shows it.
#[derive(Clone, Debug)]
pub struct Session {
    /// What it is worth.
    pub status: CookieStatus,
    /// The visitor's id: the cookie's, or a new one.
    pub user_id: String,
    /// What the cookie remembers; absent in a new session.
    pub verdict: Option<Verdict>,
    /// The cookie itself, decrypted, whether it was any good or not.
    pub cookie: Option<String>,
    /// Why another cookie would be issued.
    pub reason: IssueReason,
    /// Whether every POST request is to be judged, whatever the cookie remembers.
    pub checks_all_posts: bool,
}

/// Where a session stands (protocol section 5.2), with the number used in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieStatus {
    /// No cookie, or one that is not ours.
    New = 1,
    /// Valid: its verdict stands, nobody is asked.
    Existing = 2,
    /// Ours, but to be judged again: the user id stays.
    Renew = 3,
}

impl CookieStatus {
    /// The number used in logs.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The status with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::New, Self::Existing, Self::Renew]
            .into_iter()
            .find(|status| status.number() == number)
    }
}

/// Why a session cookie is issued, in the words of V3 (protocol section 5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueReason {
    /// A captcha solution was verified.
    CaptchaPost,
    /// The last judgment is too old.
    ExpiredSession,
    /// The last judgment must be repeated at every request.
    ForcedRevalidation,
    /// The cookie was not ours.
    InvalidSession,
    /// The visitor came from another address.
    IpChange,
    /// There was no cookie.
    NoSession,
}

impl IssueReason {
    /// The word in the cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaptchaPost => "captcha_post",
            Self::ExpiredSession => "expired_session",
            Self::ForcedRevalidation => "forced_revalidation",
            Self::InvalidSession => "invalid_session",
            Self::IpChange => "ip_change",
            Self::NoSession => "no_session",
        }
    }
}

/// A visitor's id: the letter `c` and fifteen characters, one for each random byte (protocol
/// section 5.1).
pub fn user_id(random: [u8; 15]) -> String {
    const ALPHABET: &[u8; 62] = b"1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    core::iter::once('c')
        .chain(random.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])))
        .collect()
}
