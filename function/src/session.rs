//! The session cookie: who a visitor is, and what was decided about him (protocol section 5).

pub(crate) mod compact;
mod cookie_status;
mod encryption;
mod issue_reason;
mod sessions;
mod signature;
mod user_id;
pub mod v1;
pub mod v3;

pub use cookie_status::CookieStatus;
pub use encryption::Encryption;
pub use issue_reason::IssueReason;
pub use sessions::Sessions;
pub use signature::Signer;
pub use user_id::user_id;

use crate::verdict::Verdict;

/// A visitor's session, as his cookie shows it.
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
