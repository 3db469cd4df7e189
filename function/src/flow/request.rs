//! Request events: who the visitor is, whether Protector is asked about them, and for what
//! (protocol section 15).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::breaker::{Health, Permit};
use crate::call::{Cause, Reply};
use crate::captcha;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::{Event, Request, Trigger};
use crate::failure::Failure;
use crate::fingerprint;
use crate::handover::{self, Binding};
use crate::headers;
use crate::journal::Field;
use crate::now::Now;
use crate::outcome::{Edit, Outcome};
use crate::protector::{self, Purpose, Solution};
use crate::settings::{LogLevel, MitigationType};
use crate::visitor::{IpSource, Visitor};

use super::step::{Flow, Step};
use super::visit::{Asked, Judgment, Visit};

/// The longest captcha solution that is sent on: CloudFront shows no more of a body.
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
        if visit.visitor.is_preflight {
            let asked = Asked::nobody(self.breaker.state(now.steady));
            let judgment = Judgment::passing(String::new(), asked);
            return Step::Done(self.conclude(&visit, judgment, now, entropy));
        }
        visit.purpose = self.purpose(&visit);
        if captcha::is_signal(&self.settings, &visit.visitor) {
            return Step::Done(self.acknowledge_signal(&visit, now, entropy));
        }
        if self.is_bypassed(&visit.visitor) {
            return Step::Done(self.let_bypass(&visit, now, entropy));
        }
        let Some(purpose) = visit.purpose else {
            let judgment = self.judge_unasked(&visit, now, entropy);
            return Step::Done(self.conclude(&visit, judgment, now, entropy));
        };
        let solution = match purpose {
            Purpose::CaptchaPost => match solution(&event.request) {
                Some(solution) => Some(solution),
                None => return self.give_up(visit, Failure::BodyUnusable, now, entropy),
            },
            Purpose::Check | Purpose::CaptchaPage => None,
        };
        self.ask(visit, purpose, solution, now, entropy)
    }

    /// Whether the customer's lists exempt the request. Requests of a captcha are never exempt.
    pub(super) fn is_bypassed(&self, visitor: &Visitor) -> bool {
        let is_known = visitor.ip_source == IpSource::AsConfigured;
        let ip = Some(visitor.ip.as_str()).filter(|_| is_known);
        self.bypass.matches(&visitor.method, &visitor.path, ip)
            && !visitor.is_preflight
            && self.captcha_purpose(visitor).is_none()
    }

    /// Makes the call to Protector. All calls about one visitor share one deadline. While the
    /// breaker is open none is made, and the call that probes Protector is always a check: a
    /// visitor who comes for something else is checked first.
    fn ask(
        &mut self,
        mut visit: Box<Visit>,
        purpose: Purpose,
        solution: Option<Solution>,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        visit.purpose = Some(purpose);
        let started = visit.started.steady;
        let mut deadline = started.saturating_add(self.protector.timeout_ms());
        if now.steady >= deadline {
            return self.give_up(visit, Failure::ProtectorTimeout, now, entropy);
        }
        let (purpose, solution) = match self.breaker.permit(now.steady) {
            Permit::Refused => return self.go_unasked(visit, now, entropy),
            Permit::Probe if purpose != Purpose::Check => {
                visit.deferred = Some((purpose, solution));
                visit.purpose = Some(Purpose::Check);
                (Purpose::Check, None)
            }
            Permit::Probe | Permit::Granted => (purpose, solution),
        };
        if purpose == Purpose::CaptchaPage && visit.must_ask() {
            // The other half is for the check, if no page comes.
            deadline -= (deadline - now.steady) / 2;
        }
        let question = protector::Question {
            purpose,
            visitor: &visit.visitor,
            session: &visit.session,
            token: visit.token.as_deref(),
            header_fingerprint: &visit.header_fingerprint,
            solution,
        };
        let call = self.protector.call(question, deadline);
        Step::Call(call, Flow { visit })
    }

    pub(super) fn on_reply(
        &mut self,
        mut visit: Box<Visit>,
        reply: &Reply<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        if let Reply::Answered { headers, .. } | Reply::Cut { headers, .. } = reply {
            self.report_foreign_settings(headers);
        }
        if let Some((purpose, solution)) = visit.deferred.take() {
            let health = health(reply);
            self.breaker.observe(health, now.steady);
            if health == Health::Alive {
                return self.ask(visit, purpose, solution, now, entropy);
            }
            visit.purpose = Some(purpose);
            return self.go_unasked(visit, now, entropy);
        }
        if visit.purpose == Some(Purpose::CaptchaPage) {
            if let Some(judgment) = self.captcha_page(&visit, reply, now) {
                return Step::Done(self.conclude(&visit, judgment, now, entropy));
            }
            // The visitor chooses the path, so it must not let them avoid their judgment.
            visit.is_late = true;
            if visit.must_ask() {
                return self.ask(visit, Purpose::Check, None, now, entropy);
            }
            return self.go_by_the_cookie(visit, now, entropy);
        }
        let has_timed_out = matches!(
            reply,
            Reply::TimedOut
                | Reply::Cut {
                    cause: Cause::TimedOut,
                    ..
                }
        );
        let is_cut_short = visit.is_late && has_timed_out;
        if visit.purpose == Some(Purpose::Check) && !is_cut_short {
            self.breaker.observe(health(reply), now.steady);
        }
        Step::Done(self.on_verdict(&visit, reply, now, entropy))
    }

    /// Continues without a call, because the breaker is open. A request for the captcha page is
    /// then like any other.
    fn go_unasked(&mut self, visit: Box<Visit>, now: Now, entropy: &Entropy) -> Step {
        if visit.purpose == Some(Purpose::CaptchaPage) && !visit.must_ask() {
            return self.go_by_the_cookie(visit, now, entropy);
        }
        self.give_up(visit, Failure::BreakerOpen, now, entropy)
    }

    fn go_by_the_cookie(&mut self, mut visit: Box<Visit>, now: Now, entropy: &Entropy) -> Step {
        visit.purpose = None;
        let judgment = self.judge_unasked(&visit, now, entropy);
        Step::Done(self.conclude(&visit, judgment, now, entropy))
    }

    fn give_up(
        &mut self,
        visit: Box<Visit>,
        failure: Failure,
        now: Now,
        entropy: &Entropy,
    ) -> Step {
        let asked = Asked::nobody(self.breaker.state(now.steady));
        Step::Done(self.fail_open(&visit, failure, asked, now, entropy))
    }

    /// Logs headers by which Protector changes settings of other plugins: their names and forms are
    /// not public (protocol section 7.2).
    fn report_foreign_settings(&mut self, headers: &[(&str, &str)]) {
        for (name, _) in headers {
            if headers::is_netaceas(name) && name.contains("settings") {
                let fields = [("header", Field::Text(name))];
                let message = "setting from Protector is not supported";
                self.journal.write(LogLevel::Debug, message, &fields);
            }
        }
    }

    /// Whether our viewer-request function has already judged this request.
    fn is_judged(&self, event: &Event<'_>, binding: &Binding, now: Now) -> bool {
        let state = event.request.header(handover::HEADER);
        state
            .and_then(|value| self.handover.open(value, binding, now.wall))
            .is_some()
    }

    /// Counts that the configured header has something else than addresses, and logs it once.
    fn note_address(&mut self, visitor: &Visitor) {
        if visitor.ip_source != IpSource::Unusable {
            return;
        }
        if self.unusable_addresses.count() {
            let message = "client_ip header contains no address, so CloudFront's is used";
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
        let is_held_back = self.settings.mitigation_type == MitigationType::Mitigate
            && !self.share.acts_on(&visitor.ip);
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
            deferred: None,
            is_held_back,
        }
    }

    /// Why Protector is asked, in the order of protocol section 7.3.
    fn purpose(&self, visit: &Visit) -> Option<Purpose> {
        if self.settings.mitigation_type == MitigationType::Ingest {
            return None;
        }
        let check = || visit.must_ask().then_some(Purpose::Check);
        self.captcha_purpose(&visit.visitor).or_else(check)
    }

    fn captcha_purpose(&self, visitor: &Visitor) -> Option<Purpose> {
        if self.settings.mitigation_type == MitigationType::Ingest {
            None
        } else if captcha::is_page_request(&self.settings.captcha, visitor) {
            Some(Purpose::CaptchaPage)
        } else if captcha::is_verification(visitor) {
            Some(Purpose::CaptchaPost)
        } else {
            None
        }
    }
}

/// What a reply says about Protector's health. An answer below 500 means that it works, whatever
/// its content.
fn health(reply: &Reply<'_>) -> Health {
    match reply {
        Reply::Answered { status, .. } if *status >= 500 => Health::Dead,
        Reply::Answered { .. } => Health::Alive,
        Reply::TimedOut
        | Reply::Unreachable
        | Reply::Cut {
            cause: Cause::TimedOut,
            ..
        } => Health::Dead,
        Reply::Broken | Reply::TooLarge | Reply::OutOfTime | Reply::Cut { .. } => Health::Unclear,
    }
}

/// The visitor's solution as they sent it. A missing body counts as an empty one, and a truncated
/// body as no solution.
fn solution(request: &Request<'_>) -> Option<Solution> {
    let body = match request.body {
        None => Vec::new(),
        Some(body) if body.is_truncated => return None,
        Some(body) if body.is_base64 => STANDARD.decode(body.data).ok()?,
        Some(body) => body.data.as_bytes().to_vec(),
    };
    let content_type = request.header("content-type");
    let content_type = content_type.filter(|text| protector::is_content_type(text));
    (body.len() <= BODY_LIMIT).then(|| Solution {
        content_type: content_type.map(str::to_owned),
        body,
    })
}
