//! One visitor's request while the function handles it, and what was found out about it.

use crate::answer::Page;
use crate::breaker;
use crate::event::Trigger;
use crate::handover::{Binding, VisitSummary};
use crate::now::Now;
use crate::protector::{Purpose, Solution};
use crate::session::{CookieStatus, Session};
use crate::verdict::{Action, Verdict};
use crate::visitor::Visitor;

/// One visitor's request on its way through the function.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(super) trigger: Trigger,
    pub(super) visitor: Visitor,
    pub(super) session: Session,
    /// Captcha token, decrypted.
    pub(super) token: Option<String>,
    pub(super) header_fingerprint: String,
    pub(super) cookie_fingerprint: String,
    pub(super) started: Now,
    pub(super) binding: Binding,
    /// Headers of the request that only Netacea may send.
    pub(super) spoofed: Vec<String>,
    /// Why Protector is asked; `None` if it is not.
    pub(super) purpose: Option<Purpose>,
    /// Whether another call has taken a part of the time, so that running out of it says nothing
    /// about Protector's health.
    pub(super) is_late: bool,
    /// The call that waits until a check has shown that Protector works.
    pub(super) deferred: Option<(Purpose, Option<Solution>)>,
    /// Whether the visitor belongs to the share that passes whatever the verdict.
    pub(super) is_held_back: bool,
}

impl Visit {
    /// Whether Protector is asked: the cookie has no valid verdict, or it has one that is checked
    /// all the same (protocol section 14, `fCAPR`).
    pub(super) fn must_ask(&self) -> bool {
        let is_checked = self.session.checks_all_posts;
        self.session.status != CookieStatus::Existing
            || (is_checked && self.visitor.method.eq_ignore_ascii_case("POST"))
    }

    /// Whether the request is the verification of a captcha solution.
    pub(super) fn is_verification(&self) -> bool {
        self.purpose == Some(Purpose::CaptchaPost)
    }

    /// What the response event or the log entry needs to know.
    pub(super) fn summary(&self, judgment: &Judgment) -> VisitSummary {
        let issued = judgment.session_cookie.as_ref();
        VisitSummary {
            started: self.started.wall,
            is_from_origin_request: self.trigger == Trigger::OriginRequest,
            is_unlogged: judgment.is_unlogged,
            is_held_back: self.is_held_back,
            cookie_status: self.session.status,
            session_cookie: issued
                .or(self.session.cookie.as_ref())
                .cloned()
                .unwrap_or_default(),
            sets_session_cookie: issued.is_some(),
            captcha_cookie: judgment.captcha_cookie.clone(),
            session_status: judgment.status.clone(),
            protector_latency: judgment.asked.latency,
            protector_status: judgment.asked.status,
            breaker: judgment.asked.breaker,
            ip: self.visitor.ip.clone(),
            target: self.visitor.short_target(),
            header_fingerprint: self.header_fingerprint.clone(),
            cookie_fingerprint: self.cookie_fingerprint.clone(),
            host: self.visitor.host.clone(),
            user_agent: self.visitor.user_agent.clone(),
            referer: self.visitor.referer.clone(),
        }
    }
}

/// What was found out about a visit.
#[derive(Debug)]
pub(super) struct Judgment {
    /// Status text for logs.
    pub(super) status: String,
    pub(super) action: Action,
    /// For the origin, in INJECT.
    pub(super) verdict: Option<Verdict>,
    pub(super) event_id: Option<String>,
    /// The host where a monetised visitor pays.
    pub(super) redirect_host: Option<String>,
    /// A session cookie to set, not yet encrypted.
    pub(super) session_cookie: Option<String>,
    /// A captcha cookie to set, not yet encrypted, and its lifetime in seconds.
    pub(super) captcha_cookie: Option<(String, String)>,
    /// The page that Protector gave.
    pub(super) page: Option<Page>,
    /// The HTTP status of Protector's answer to a verification.
    pub(super) verification_status: Option<u16>,
    /// Whether the customer wants no log entry of it.
    pub(super) is_unlogged: bool,
    pub(super) asked: Asked,
}

impl Judgment {
    pub(super) fn passing(status: String, asked: Asked) -> Self {
        Self {
            status,
            action: Action::None,
            verdict: None,
            event_id: None,
            redirect_host: None,
            session_cookie: None,
            captcha_cookie: None,
            page: None,
            verification_status: None,
            is_unlogged: false,
            asked,
        }
    }
}

/// What is logged about the call to Protector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Milliseconds, if it answered.
    pub(super) latency: Option<u64>,
    pub(super) status: Option<u16>,
    pub(super) breaker: breaker::BreakerState,
}

impl Asked {
    /// No call was made.
    pub(super) fn nobody(breaker: breaker::BreakerState) -> Self {
        Self {
            latency: None,
            status: None,
            breaker,
        }
    }
}
