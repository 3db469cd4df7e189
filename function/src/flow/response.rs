//! Response events: the cookies that were decided, and the log entry.

use crate::caching::{self, ERRORS_NOT_KEPT};
use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::{Event, Response, Trigger};
use crate::handover::{self, Binding, VisitSummary};
use crate::now::Now;
use crate::outcome::{Edit, Outcome};
use crate::session::CookieStatus;
use crate::settings::MitigationType;
use crate::visitor::Visitor;

impl Edge {
    /// Handles answers below 400 in viewer-response, and others in origin-response, where
    /// CloudFront shows them: one log entry each.
    pub(super) fn on_response(
        &mut self,
        event: &Event<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let Some(response) = &event.response else {
            return Outcome::UNCHANGED;
        };
        let relayed = response.all(handover::HEADER).next();
        let removal = relayed.map(|_| Edit::Remove {
            name: handover::HEADER.to_owned(),
        });
        let untouched = Outcome::Pass(removal.iter().cloned().collect());
        let Ok(status) = response.status.parse::<u16>() else {
            return untouched;
        };
        let is_error = status >= 400;
        let binding = Binding::new(event);
        let is_at_origin = event.trigger == Trigger::OriginResponse;
        if is_at_origin && !is_error {
            let relay = self.relay(event, response, &binding, now);
            return relay.map_or(untouched, |edit| Outcome::Pass(vec![edit]));
        }
        if is_error != is_at_origin {
            return untouched;
        }
        let client_ip = self.settings.client_ip.as_ref();
        let mut visitor = Visitor::new(
            event.trigger,
            &event.request,
            event.distribution_domain,
            client_ip,
        );
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
        let gets_cookies = self.gets_cookies(&visitor, status);
        if state.sets_session_cookie && !gets_cookies {
            // The new cookie is not set, so the visitor keeps the one they have.
            let received = self.received_session(&visitor, now.wall, entropy);
            state.session_cookie = received.cookie.unwrap_or_default();
            state.sets_session_cookie = false;
        }
        let mut edits = if gets_cookies {
            self.cookie_edits(&state, response, entropy)
        } else {
            Vec::new()
        };
        let is_private = self.settings.session.private_on_set_cookie;
        if !edits.is_empty() {
            if is_error && is_kept(&visitor.method) {
                edits.push(Edit::Set {
                    name: "cache-control",
                    value: "no-store".to_owned(),
                });
                edits.extend(caching::told_to_other_caches(response).filter(|_| is_private));
            } else if !is_error && is_private {
                edits.extend(caching::kept_from_shared_caches(response));
            }
        }
        edits.extend(removal);
        if let Some(value) = self.set_by_origin(response) {
            state.session_cookie = value;
        }
        let length = response.all("content-length").next();
        let length = length.filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_at_origin {
            // Another member of an origin group has answered after the first one failed.
            self.outbox.queue.withdraw(event.request_id);
        }
        let written_at_origin = is_at_origin.then_some(event.request_id);
        self.log(
            &visitor,
            &state,
            response.status,
            length.unwrap_or_default(),
            written_at_origin,
            now,
        );
        Outcome::Pass(edits)
    }

    /// Whether this answer may set cookies. CloudFront caches error pages and would give their
    /// cookie to other visitors. So errors set none, unless CloudFront does not cache the method,
    /// or the customer allows it and CloudFront obeys `no-store`.
    fn gets_cookies(&self, visitor: &Visitor, status: u16) -> bool {
        status < 400
            || !is_kept(&visitor.method)
            || (self.settings.session.cookies_on_errors && ERRORS_NOT_KEPT.contains(&status))
    }

    /// CloudFront does not show the viewer-response event what the origin-request trigger added to
    /// the request, so the response carries the state. A response that may be cached does not carry
    /// it: if it became a custom error page, no viewer-response event would remove the state.
    fn relay(
        &self,
        event: &Event<'_>,
        response: &Response<'_>,
        binding: &Binding,
        now: Now,
    ) -> Option<Edit> {
        let value = event.request.header(handover::HEADER)?;
        let state = self.handover.open(value, binding, now.wall)?;
        let may_be_kept = is_kept(event.request.method) && caching::may_be_kept(response);
        (state.is_from_origin_request && !may_be_kept).then(|| Edit::Set {
            name: handover::HEADER,
            value: value.to_owned(),
        })
    }

    /// The visit, without a sealed state: from the cookie alone. No new session is created, because
    /// nobody was judged.
    fn rebuild(&self, visitor: &Visitor, now: Now, entropy: &Entropy) -> VisitSummary {
        let session = self.received_session(visitor, now.wall, entropy);
        let stands = session.status == CookieStatus::Existing
            && self.settings.mitigation_type != MitigationType::Ingest;
        let verdict = session.verdict.filter(|_| stands);
        VisitSummary {
            started: now.wall,
            is_from_origin_request: false,
            is_unlogged: !self.settings.bypass.log && self.is_bypassed(visitor),
            is_held_back: false,
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
        self.session_set_by(line)
    }

    /// The edits that set each cookie, unless the response itself sets one of exactly that name.
    fn cookie_edits(
        &mut self,
        state: &VisitSummary,
        response: &Response<'_>,
        entropy: &Entropy,
    ) -> Vec<Edit> {
        let session = state
            .sets_session_cookie
            .then_some(state.session_cookie.as_str());
        let lines = self.set_cookies(session, state.captcha_cookie.as_ref(), entropy);
        let is_new = |line: &String| {
            let name = cookies::name_set_by(line);
            response
                .all("set-cookie")
                .all(|other| cookies::name_set_by(other) != name)
        };
        lines
            .into_iter()
            .filter(is_new)
            .map(|value| Edit::Append {
                name: "set-cookie",
                value,
            })
            .collect()
    }
}

/// Whether CloudFront caches answers to this method.
fn is_kept(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS"]
        .iter()
        .any(|kept| method.eq_ignore_ascii_case(kept))
}

/// Restores what the visitor sent, from the state: origin events no longer show it.
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
