//! Checks the session cookie of a visitor and issues the next one (protocol sections 5.2 and 5.3).

use crate::entropy::Entropy;
use crate::settings::{MitigationType, SessionFormat};
use crate::verdict::Verdict;

use super::v1::{self, V1};
use super::v3::V3;
use super::{CookieStatus, IssueReason, Session, Signer, user_id};

/// What the address is replaced with in INGEST, where nobody is bound to one.
const IGNORED_IP: &str = "ignored";
/// Seconds: a session that must be judged again is born expired. Each format has its own number
/// (protocol sections 5.3, 5.7).
const BORN_EXPIRED_V1: i64 = -60;
const BORN_EXPIRED_V3: i64 = -1000;
/// Seconds by which the clock of the instance that issued a V3 cookie may be ahead.
const LARGEST_LEAD: i64 = 60;

/// Reads and writes session cookies.
#[derive(Debug)]
pub struct Sessions {
    /// Signs and verifies.
    pub signer: Signer,
    /// INGEST binds nobody to an address.
    pub mode: MitigationType,
    /// Seconds until a session must be judged again.
    pub expiry_seconds: u32,
    /// Layout of cookies that are written.
    pub format: SessionFormat,
    /// Whether cookies come out of an encrypted one; V3 is believed only then.
    pub is_encrypted: bool,
    /// Whether a monetised session is judged again at every request.
    pub monetise: bool,
}

/// What a genuine cookie says.
struct Genuine {
    user_id: String,
    verdict: Verdict,
    is_expired: bool,
    is_same_ip: bool,
    checks_all_posts: bool,
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
            .and_then(|cookie| self.genuine(cookie, client_ip, seconds(now)));
        let Some(genuine) = genuine else {
            return Session {
                status: CookieStatus::New,
                user_id: user_id(entropy.user_id()),
                verdict: None,
                reason: match cookie {
                    Some(_) => IssueReason::InvalidSession,
                    None => IssueReason::NoSession,
                },
                cookie,
                checks_all_posts: false,
            };
        };
        let is_bound = self.mode != MitigationType::Ingest;
        let renewal = if self.expires_at_once(&genuine.verdict) {
            Some(IssueReason::ForcedRevalidation)
        } else if genuine.is_expired {
            Some(IssueReason::ExpiredSession)
        } else if is_bound && !genuine.is_same_ip {
            Some(IssueReason::IpChange)
        } else {
            None
        };
        Session {
            status: match renewal {
                Some(_) => CookieStatus::Renew,
                None => CookieStatus::Existing,
            },
            user_id: genuine.user_id,
            verdict: Some(genuine.verdict),
            cookie,
            // A valid session gets another cookie only for a captcha solution or a POST that had to
            // be judged.
            reason: renewal.unwrap_or(IssueReason::ForcedRevalidation),
            checks_all_posts: genuine.checks_all_posts,
        }
    }

    /// Only the configured format is read. V3 has no signature, so what it says is believed as far
    /// as it could have been issued here.
    fn genuine(&self, cookie: &str, client_ip: &str, now: i64) -> Option<Genuine> {
        match self.format {
            SessionFormat::V1 => {
                let v1 = V1::parse(cookie).filter(|v1| v1.is_signature_valid(&self.signer))?;
                Some(Genuine {
                    user_id: v1.user_id.to_owned(),
                    verdict: Verdict::from_code(v1.code),
                    is_expired: v1.is_expired(now),
                    // Not worth a hash where nobody asks.
                    is_same_ip: self.mode == MitigationType::Ingest
                        || v1.is_same_ip(&self.signer, client_ip),
                    checks_all_posts: false,
                })
            }
            SessionFormat::V3 => {
                let mut v3 = Some(cookie)
                    .filter(|_| self.is_encrypted)
                    .and_then(V3::parse)
                    .filter(|v3| v3.issued <= now.saturating_add(LARGEST_LEAD))?;
                v3.grace_period = v3.grace_period.min(self.expiry_seconds.into());
                Some(Genuine {
                    is_expired: v3.is_expired(now),
                    is_same_ip: v3.is_same_ip(client_ip),
                    checks_all_posts: v3.checks_all_posts,
                    user_id: v3.user_id,
                    verdict: v3.verdict,
                })
            }
        }
    }

    /// Writes the cookie for a verdict. `now` in milliseconds.
    pub fn issue(
        &self,
        client_ip: &str,
        session: &Session,
        reason: IssueReason,
        verdict: &Verdict,
        now: u64,
        entropy: &Entropy,
    ) -> String {
        let expires_at_once = self.expires_at_once(verdict);
        let lifetime = |born_expired| {
            if expires_at_once {
                born_expired
            } else {
                i64::from(self.expiry_seconds)
            }
        };
        match self.format {
            SessionFormat::V1 => v1::issue(
                &self.signer,
                client_ip,
                &session.user_id,
                &verdict.code(),
                seconds(now) + lifetime(BORN_EXPIRED_V1),
            ),
            SessionFormat::V3 => V3 {
                client_ip: client_ip.to_owned(),
                user_id: session.user_id.clone(),
                cookie_id: user_id(entropy.cookie_id()),
                grace_period: lifetime(BORN_EXPIRED_V3),
                verdict: verdict.clone(),
                issued: seconds(now),
                reason: reason.as_str().to_owned(),
                checks_all_posts: session.checks_all_posts,
            }
            .write(),
        }
    }

    /// Writes the cookie of INGEST: no verdict, no address.
    pub fn issue_unjudged(&self, session: &Session, now: u64, entropy: &Entropy) -> String {
        self.issue(
            IGNORED_IP,
            session,
            session.reason,
            &Verdict::NOTHING,
            now,
            entropy,
        )
    }

    fn expires_at_once(&self, verdict: &Verdict) -> bool {
        verdict.expires_at_once() || (self.monetise && verdict.is_monetised())
    }
}

fn seconds(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX / 2)
}
