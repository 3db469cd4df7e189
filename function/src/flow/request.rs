//! Request events: who is it, what about them, and what is done (protocol section 15).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::breaker::{Health, Permit};
use crate::call::{Cause, Reply};
use crate::captcha;
use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::{Body, Event, Trigger};
use crate::failure::Failure;
use crate::fingerprint;
use crate::handover::{self, Binding};
use crate::headers;
use crate::journal::Field;
use crate::now::Now;
use crate::outcome::{Edit, Outcome};
use crate::protector::{self, Purpose};
use crate::session::{CookieStatus, IssueReason};
use crate::settings::{LogLevel, MitigationType};
use crate::verdict::{Action, CaptchaStatus, Verdict};
use crate::visitor::{IpSource, Visitor};
use crate::wire;

use super::step::{Flow, Step};
use super::visit::{Asked, Judgement, Visit};

/// Longest captcha solution that is sent on: as much as CloudFront shows of a body.
const BODY_LIMIT: usize = 40_960;

impl Edge {
    pub(super) fn on_request(&mut self, event: &Event<'_>, now: Now, entropy: &Entropy) -> Step {
        let binding = Binding::new(event);
        if event.trigger == Trigger::OriginRequest && self.is_judged(event, &binding, now) {
            let name = handover::HEADER.to_owned();
            return Step::Done(Outcome::Pass(vec![Edit::Remove { name }]));
        }
        let mut visit = Box::new(self.visit(event, binding, now, entropy));
        self.note_address(&visit.visitor);
        visit.purpose = self.purpose(&visit);
        if captcha::is_signal(&self.settings, &visit.visitor) {
            return Step::Done(self.acknowledge_signal(&visit, now, entropy));
        }
        let Some(purpose) = visit.purpose else {
            let judgement = self.judge_unasked(&visit, now, entropy);
            return Step::Done(self.conclude(&visit, judgement, now, entropy));
        };
        let body = match purpose {
            Purpose::CaptchaPost => match solution(event.request.body) {
                Some(body) => Some(body),
                None => return self.refuse_to_ask(&visit, Failure::BodyUnusable, now, entropy),
            },
            Purpose::Check | Purpose::CaptchaPage => None,
        };
        self.ask(visit, purpose, body, now, entropy)
    }

    /// All calls about one visitor share one deadline.
    fn ask(
        &mut self,
        mut visit: Box<Visit>,
        purpose: Purpose,
        body: Option<Vec<u8>>,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        visit.purpose = Some(purpose);
        if purpose == Purpose::Check && self.breaker.permit(now.steady) == Permit::Refused {
            return self.refuse_to_ask(&visit, Failure::BreakerOpen, now, entropy);
        }
        let question = protector::Question {
            purpose,
            visitor: &visit.visitor,
            session: &visit.session,
            token: visit.token.as_deref(),
            header_fingerprint: &visit.header_fingerprint,
            body,
        };
        let call = self.protector.call(question, visit.started.steady);
        Step::Call(call, Flow { visit })
    }

    pub(super) fn on_reply(
        &mut self,
        mut visit: Box<Visit>,
        reply: &Reply<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        if visit.purpose == Some(Purpose::CaptchaPage) && self.is_page_no_excuse(reply) {
            // The path is the visitor's choice: they must not get round their judgement with it.
            visit.is_late = true;
            return self.judge_or_ask(visit, now, entropy);
        }
        let is_cut_short = visit.is_late && matches!(reply, Reply::TimedOut);
        if visit.purpose == Some(Purpose::Check) && !is_cut_short {
            self.breaker.observe(health(reply), now.steady);
        }
        Step::Done(self.on_verdict(&visit, reply, now, entropy))
    }

    /// Whether the answer to a page request leaves the visitor to be judged like everybody: no page
    /// came, or the page is the origin's affair. What ends at the deadline leaves no time for it.
    fn is_page_no_excuse(&self, reply: &Reply<'_>) -> bool {
        match reply {
            Reply::Answered { status, .. } => {
                *status != 200 || self.settings.mitigation_type == MitigationType::Inject
            }
            _ => false,
        }
    }

    fn judge_or_ask(&mut self, mut visit: Box<Visit>, now: Now, entropy: &Entropy) -> Step {
        if visit.must_ask() {
            return self.ask(visit, Purpose::Check, None, now, entropy);
        }
        visit.purpose = None;
        let judgement = self.judge_unasked(&visit, now, entropy);
        Step::Done(self.conclude(&visit, judgement, now, entropy))
    }

    fn on_verdict(
        &mut self,
        visit: &Visit,
        reply: &Reply<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let status = match reply {
            Reply::Answered {
                status, headers, ..
            } => {
                self.report_foreign_settings(headers);
                Some(*status)
            }
            _ => None,
        };
        let latency = status.map(|_| now.steady.saturating_sub(visit.started.steady));
        let asked = Asked {
            latency,
            status,
            breaker: self.breaker.state(now.steady),
        };
        match self.judge(visit, reply, asked, now, entropy) {
            Ok(judgement) => self.conclude(visit, judgement, now, entropy),
            Err(failure @ Failure::ProtectorStatus(_)) => {
                self.fail_open(visit, failure, asked, now, entropy)
            }
            // As the vendor's plugins, an answer that cannot be used is logged like none.
            Err(failure) => {
                self.fail_open(visit, failure, Asked::nobody(asked.breaker), now, entropy)
            }
        }
    }

    /// Protector changes settings of other plugins by headers whose names and forms are not public
    /// (protocol section 7.2).
    fn report_foreign_settings(&mut self, headers: &[(&str, &str)]) {
        for (name, _) in headers {
            if headers::has_prefix(name, wire::PREFIX) && name.contains("settings") {
                let fields = [("header", Field::Text(name))];
                let message = "setting from Protector is not supported";
                self.journal.write(LogLevel::Debug, message, &fields);
            }
        }
    }

    /// Whether our viewer-request function has dealt with this request already.
    fn is_judged(&self, event: &Event<'_>, binding: &Binding, now: Now) -> bool {
        let state = event.request.header(handover::HEADER);
        state
            .and_then(|value| self.handover.open(value, binding, now.wall))
            .is_some()
    }

    /// Says once that the configured header holds something else than addresses, and counts.
    fn note_address(&mut self, visitor: &Visitor) {
        if visitor.ip_source != IpSource::Unusable {
            return;
        }
        if self.unusable_addresses.count() {
            let message = "client_ip header holds no address, CloudFront's is used";
            self.journal.write(LogLevel::Warn, message, &[]);
        }
    }

    fn visit(&self, event: &Event<'_>, binding: Binding, now: Now, entropy: &Entropy) -> Visit {
        let request = &event.request;
        let domain = event.distribution_domain;
        let visitor = Visitor::new(
            event.trigger,
            request,
            domain,
            self.settings.client_ip.as_ref(),
        );
        let session = self.received_session(&visitor, now.wall, entropy);
        Visit {
            trigger: event.trigger,
            session,
            token: self.received_token(&visitor),
            header_fingerprint: fingerprint::of_header_names(request.header_names.iter().copied()),
            cookie_fingerprint: fingerprint::of_cookies(&visitor.cookies),
            visitor,
            started: now,
            binding,
            spoofed: request.spoofed_names().map(str::to_owned).collect(),
            purpose: None,
            is_late: false,
        }
    }

    /// Protocol section 7.3, in its order.
    fn purpose(&self, visit: &Visit) -> Option<Purpose> {
        if self.settings.mitigation_type == MitigationType::Ingest {
            None
        } else if captcha::is_page_request(&self.settings.captcha, &visit.visitor) {
            Some(Purpose::CaptchaPage)
        } else if captcha::is_verification(&visit.visitor) {
            Some(Purpose::CaptchaPost)
        } else {
            visit.must_ask().then_some(Purpose::Check)
        }
    }

    fn refuse_to_ask(
        &mut self,
        visit: &Visit,
        failure: Failure,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        let asked = Asked::nobody(self.breaker.state(now.steady));
        Step::Done(self.fail_open(visit, failure, asked, now, entropy))
    }

    /// In INGEST nobody is judged; otherwise the cookie's verdict stands.
    fn judge_unasked(&self, visit: &Visit, now: Now, entropy: &Entropy) -> Judgement {
        let asked = Asked::nobody(self.breaker.state(now.steady));
        let mode = self.settings.mitigation_type;
        let session = &visit.session;
        let mut judgement = Judgement::passing(String::new(), asked);
        if mode == MitigationType::Ingest {
            if session.status != CookieStatus::Existing {
                judgement.session_cookie =
                    Some(self.sessions.issue_unjudged(session, now.wall, entropy));
            }
        } else if let Some(verdict) = session.verdict.clone() {
            (judgement.status, judgement.action) = self.rule(&verdict, false);
            judgement.verdict = Some(verdict);
        }
        judgement
    }

    /// Protector's word.
    fn judge(
        &self,
        visit: &Visit,
        reply: &Reply<'_>,
        asked: Asked,
        now: Now,
        entropy: &Entropy,
    ) -> Result<Judgement, Failure> {
        let mode = self.settings.mitigation_type;
        let answer = protector::Assessment::read(reply)?;
        let mut judgement = Judgement::passing(String::new(), asked);
        if visit.purpose == Some(Purpose::CaptchaPage) {
            if mode == MitigationType::Mitigate {
                judgement.action = Action::Captcha;
                judgement.page = Some(self.page(visit, answer.is_json, answer.body)?);
            }
            return Ok(judgement);
        }
        if mode == MitigationType::Inject && !answer.is_complete {
            return Err(Failure::VerdictMissing);
        }
        let is_captcha_post = visit.purpose == Some(Purpose::CaptchaPost);
        let (visitor, session) = (&visit.visitor, &visit.session);
        (judgement.status, judgement.action) = self.rule(&answer.verdict, is_captcha_post);
        let reason = if is_captcha_post {
            IssueReason::CaptchaPost
        } else {
            session.reason
        };
        let is_in_progress =
            is_captcha_post && answer.verdict.captcha == CaptchaStatus::CheckpointPost;
        if !is_in_progress {
            judgement.session_cookie = Some(self.sessions.issue(
                &visitor.ip,
                session,
                reason,
                &answer.verdict,
                now.wall,
                entropy,
            ));
        }
        judgement.page = match judgement.action {
            Action::Captcha | Action::Checkpoint => {
                Some(self.page(visit, answer.is_json, answer.body)?)
            }
            _ => is_captcha_post.then_some((answer.body, false)),
        };
        if is_captcha_post && !is_in_progress {
            judgement.captcha_cookie = answer.captcha_cookie.map(|(value, max_age)| {
                (
                    value,
                    max_age.unwrap_or_else(|| cookies::MAX_AGE.to_owned()),
                )
            });
        }
        judgement.event_id = answer.event_id;
        judgement.redirect_host = answer.redirect_host;
        judgement.verdict = Some(answer.verdict);
        Ok(judgement)
    }

    /// Status string and action of a verdict, by the customer's rules.
    fn rule(&self, verdict: &Verdict, is_captcha_post: bool) -> (String, Action) {
        let (mode, policy) = (self.settings.mitigation_type, self.settings.policy());
        (
            verdict.status(policy, is_captcha_post),
            verdict.action(mode, policy, is_captcha_post),
        )
    }

    fn page(&self, visit: &Visit, is_json: bool, body: String) -> Result<(String, bool), Failure> {
        if !is_json {
            return Ok((body, false));
        }
        captcha::json_page(&self.settings.captcha, &visit.visitor.host, &body)
            .map(|page| (page, true))
            .ok_or(Failure::CaptchaUnreadable)
    }
}

/// What a reply says about Protector's health. Answers below 500 are signs of life, whatever they
/// say.
fn health(reply: &Reply<'_>) -> Health {
    match reply {
        Reply::Answered { status, .. } if *status >= 500 => Health::Dead,
        Reply::Answered { .. } => Health::Alive,
        Reply::TimedOut | Reply::Unreachable => Health::Dead,
        Reply::Cut { cause, .. } if *cause == Cause::TimedOut => Health::Dead,
        Reply::Broken | Reply::TooLarge | Reply::OutOfTime | Reply::Cut { .. } => Health::Unclear,
    }
}

/// The visitor's solution as they sent it. No body is an empty one; half a body is none.
fn solution(body: Option<Body<'_>>) -> Option<Vec<u8>> {
    let Some(body) = body else {
        return Some(Vec::new());
    };
    let bytes = if body.is_base64 {
        STANDARD.decode(body.data).ok()?
    } else {
        body.data.as_bytes().to_vec()
    };
    (!body.is_truncated && bytes.len() <= BODY_LIMIT).then_some(bytes)
}
