//! The session cookie: who a visitor is, and what was decided about him (protocol section 5).

mod cookie_status;
mod encryption;
mod signature;
mod user_id;
pub mod v1;

pub use cookie_status::CookieStatus;
pub use encryption::{Encryption, encryption_key};
pub use signature::Signer;
pub use user_id::user_id;

use crate::entropy::Entropy;
use crate::settings::MitigationType;
use crate::verdict::Verdict;

use v1::V1;

/// What the address is replaced with in INGEST, where nobody is bound to one.
const IGNORED_IP: &str = "ignored";
/// Seconds: a session that must be judged again is born expired.
const BORN_EXPIRED: i64 = -60;

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
}

/// Reads and writes session cookies.
#[derive(Debug)]
pub struct Sessions {
    /// Signs and verifies.
    pub signer: Signer,
    /// INGEST binds nobody to an address.
    pub mode: MitigationType,
    /// Seconds until a session must be judged again.
    pub expiry_seconds: u32,
}

impl Sessions {
    /// Judges the cookie of a request. `now` in milliseconds.
    pub fn check(
        &self,
        cookie: Option<String>,
        client_ip: &str,
        now: u64,
        entropy: &Entropy,
    ) -> Session {
        let genuine = cookie
            .as_deref()
            .and_then(V1::parse)
            .filter(|v1| v1.is_signature_valid(&self.signer));
        let Some(v1) = genuine else {
            let user_id = user_id(entropy.user_id());
            return Session {
                status: CookieStatus::New,
                user_id,
                verdict: None,
                cookie,
            };
        };
        let verdict = Verdict::from_code(v1.code);
        let is_bound = self.mode != MitigationType::Ingest;
        let renew = v1.is_expired(seconds(now))
            || verdict.expires_at_once()
            || (is_bound && !v1.is_same_ip(&self.signer, client_ip));
        let status = if renew {
            CookieStatus::Renew
        } else {
            CookieStatus::Existing
        };
        Session {
            status,
            user_id: v1.user_id.to_owned(),
            verdict: Some(verdict),
            cookie,
        }
    }

    /// Writes the cookie for a verdict. `now` in milliseconds.
    pub fn issue(&self, client_ip: &str, user_id: &str, verdict: &Verdict, now: u64) -> String {
        let lifetime = if verdict.expires_at_once() {
            BORN_EXPIRED
        } else {
            i64::from(self.expiry_seconds)
        };
        v1::issue(
            &self.signer,
            client_ip,
            user_id,
            &verdict.code(),
            seconds(now) + lifetime,
        )
    }

    /// Writes the cookie of INGEST: no verdict, no address.
    pub fn issue_unjudged(&self, user_id: &str, now: u64) -> String {
        self.issue(IGNORED_IP, user_id, &Verdict::from_code("000"), now)
    }
}

fn seconds(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX / 2)
}
