//! Response events: the cookies that were decided, and the log entry.

use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::{Event, Response, Trigger};
use crate::handover::{self, Binding, VisitSummary};
use crate::now::Now;
use crate::outcome::{Edit, Outcome};
use crate::session::CookieStatus;
use crate::settings::{LogLevel, MitigationType};
use crate::visitor::Visitor;

impl Edge {
    /// Answers below 400 are dealt with at the viewer, others at the origin, where CloudFront shows
    /// them: one entry each.
    pub(super) fn on_response(
        &mut self,
        event: &Event<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let Some(response) = &event.response else {
            return Outcome::UNCHANGED;
        };
        let is_error = match response.status.parse::<u16>() {
            Ok(status) => status >= 400,
            Err(_) => return Outcome::UNCHANGED,
        };
        let binding = Binding::new(event);
        let is_at_origin = event.trigger == Trigger::OriginResponse;
        if is_at_origin && !is_error {
            return self.relay(event, &binding, now);
        }
        if is_error != is_at_origin {
            return Outcome::UNCHANGED;
        }
        let client_ip = self.settings.client_ip.as_ref();
        let mut visitor = Visitor::new(
            event.trigger,
            &event.request,
            event.distribution_domain,
            client_ip,
        );
        let relayed = response.all(handover::HEADER).next();
        let opened = [event.request.header(handover::HEADER), relayed]
            .into_iter()
            .flatten()
            .find_map(|value| self.handover.open(value, &binding, now.wall));
        let mut state = match opened {
            Some(state) => {
                recall(&mut visitor, &state, event.trigger);
                state
            }
            None => self.rebuild(&visitor, now, entropy),
        };
        if is_error && state.sets_session_cookie && !self.settings.session.cookies_on_errors {
            // The one that would be set is not: the visitor keeps what they have.
            let name = &self.settings.session.cookie_name;
            let received = self.received_cookie(&visitor.cookies, name);
            state.session_cookie = received.unwrap_or_default();
            state.sets_session_cookie = false;
        }
        let mut edits = self.cookie_edits(&state, response, is_error, entropy);
        edits.extend(relayed.map(|_| Edit::Remove {
            name: handover::HEADER.to_owned(),
        }));
        if let Some(value) = self.set_by_origin(response) {
            state.session_cookie = value;
        }
        let bytes_sent = response.all("content-length").next().unwrap_or_default();
        self.log(&visitor, &state, response.status, bytes_sent, now);
        Outcome::Pass(edits)
    }

    /// CloudFront does not show the viewer-response event what the origin-request trigger added to
    /// the request, so the state goes on with the response. A copy that CloudFront keeps opens for
    /// no other request, and every visitor's is removed.
    fn relay(&self, event: &Event<'_>, binding: &Binding, now: Now) -> Outcome {
        let sealed = event.request.header(handover::HEADER);
        let relayed = sealed.filter(|value| {
            let state = self.handover.open(value, binding, now.wall);
            state.is_some_and(|state| state.is_from_origin_request)
        });
        Outcome::Pass(
            relayed
                .map(|value| Edit::Set {
                    name: handover::HEADER,
                    value: value.to_owned(),
                })
                .into_iter()
                .collect(),
        )
    }

    /// Without the sealed state: what the cookie says. Nothing new is created, because nobody was
    /// judged.
    fn rebuild(&self, visitor: &Visitor, now: Now, entropy: &Entropy) -> VisitSummary {
        let cookie = self.received_cookie(&visitor.cookies, &self.settings.session.cookie_name);
        let session = self.sessions.check(cookie, &visitor.ip, now.wall, entropy);
        let stands = session.status == CookieStatus::Existing
            && self.settings.mitigation_type != MitigationType::Ingest;
        let verdict = session.verdict.filter(|_| stands);
        VisitSummary {
            started: now.wall,
            is_from_origin_request: false,
            cookie_status: session.status,
            session_cookie: session.cookie.unwrap_or_default(),
            sets_session_cookie: false,
            captcha_cookie: None,
            session_status: verdict
                .map(|verdict| verdict.status(self.settings.policy(), false))
                .unwrap_or_default(),
            protector_latency: None,
            protector_status: None,
            breaker: self.breaker.state(now.steady),
            ip: visitor.ip.clone(),
            target: None,
            header_fingerprint: String::new(),
            cookie_fingerprint: String::new(),
            host: String::new(),
            user_agent: None,
            referer: None,
        }
    }

    /// The session cookie that the origin sets itself, if it does: the visitor gets that one.
    fn set_by_origin(&self, response: &Response<'_>) -> Option<String> {
        let name = &self.settings.session.cookie_name;
        let line = response
            .all("set-cookie")
            .find(|line| cookies::name_set_by(line) == name)?;
        self.received_cookie(line, name)
    }

    /// Each cookie unless the response sets one of exactly that name. An error page may be kept by
    /// CloudFront and given to others, so it gets none unless the customer allows it, and then it
    /// may not be kept.
    fn cookie_edits(
        &mut self,
        state: &VisitSummary,
        response: &Response<'_>,
        is_error: bool,
        entropy: &Entropy,
    ) -> Vec<Edit> {
        if is_error && !self.settings.session.cookies_on_errors {
            return Vec::new();
        }
        let session = state
            .sets_session_cookie
            .then_some(state.session_cookie.as_str());
        let Some(lines) = self.set_cookies(session, state.captcha_cookie.as_ref(), entropy) else {
            self.journal
                .write(LogLevel::Warn, "cookies not set: encryption failed", &[]);
            return Vec::new();
        };
        let is_new = |line: &String| {
            let name = cookies::name_set_by(line);
            response
                .all("set-cookie")
                .all(|other| cookies::name_set_by(other) != name)
        };
        let mut edits: Vec<Edit> = lines
            .into_iter()
            .filter(is_new)
            .map(|value| Edit::Append {
                name: "set-cookie",
                value,
            })
            .collect();
        if is_error && !edits.is_empty() {
            edits.push(Edit::Set {
                name: "cache-control",
                value: "no-store".to_owned(),
            });
        }
        edits
    }
}

/// Origin events no longer show what the visitor sent.
fn recall(visitor: &mut Visitor, state: &VisitSummary, trigger: Trigger) {
    let is_origin_event = trigger == Trigger::OriginResponse;
    if is_origin_event || visitor.user_agent.is_none() {
        visitor.user_agent.clone_from(&state.user_agent);
    }
    if is_origin_event || visitor.referer.is_none() {
        visitor.referer.clone_from(&state.referer);
    }
    if is_origin_event {
        visitor.host.clone_from(&state.host);
        visitor.ip.clone_from(&state.ip);
        if let Some((path, query)) = &state.target {
            visitor.path.clone_from(path);
            visitor.query.clone_from(query);
        }
    }
}
