//! What follows from a judgement: an answer with its cookies, or a request that goes on.

use crate::answer::Answer;
use crate::cookies;
use crate::edge::Edge;
use crate::edit::Edit;
use crate::entropy::Entropy;
use crate::event::Trigger;
use crate::failure::Failure;
use crate::handover::{self, State};
use crate::journal::Field;
use crate::metrics::Decision;
use crate::outcome::Outcome;
use crate::protector::Purpose;
use crate::session::CookieStatus;
use crate::settings::{IngestKind, LogLevel, MitigationType};
use crate::verdict::Action;

use super::log::INTEGRATION_TYPE;
use super::visit::{Judgement, Visit};

impl Edge {
    /// Ends a request event.
    pub(super) fn conclude(
        &mut self,
        visit: &Visit,
        mut judgement: Judgement,
        now: u64,
        entropy: &Entropy,
    ) -> Outcome {
        let is_captcha_post = visit.purpose == Some(Purpose::CaptchaPost);
        let header = self.settings.captcha.header.as_ref();
        let (body, is_json) = judgement.page.take().unwrap_or_default();
        let answer = match judgement.action {
            _ if self.settings.mitigation_type != MitigationType::Mitigate => None,
            Action::Block => Some((Decision::Blocked, Answer::forbidden())),
            Action::Captcha => Some((
                Decision::CaptchaServed,
                Answer::captcha(body, is_json, header),
            )),
            Action::Monetise => {
                let host = judgement.redirect_host.as_deref();
                let answer = Answer::monetise(host, &visit.visitor.target());
                Some((Decision::Monetised, answer))
            }
            Action::None | Action::Allow | Action::CaptchaPass => {
                is_captcha_post.then(|| (Decision::CaptchaSolved, Answer::captcha_passed(body)))
            }
        };
        let Some((decision, answer)) = answer else {
            self.measure(Decision::Passed, judgement.asked, now);
            return self.pass(visit, judgement, entropy);
        };
        if visit.trigger == Trigger::OriginRequest && !is_captcha_post {
            // CloudFront may keep this answer and give it to others, whatever it says about that.
            judgement.session_cookie = None;
        }
        let session = judgement.session_cookie.as_deref();
        let Some(lines) = self.set_cookies(session, judgement.captcha_cookie.as_ref(), entropy)
        else {
            return self.fail_open(visit, Failure::Encryption, judgement.asked, now, entropy);
        };
        self.measure(decision, judgement.asked, now);
        let answer = self.within_limits(answer.with_cookies(lines.clone()), lines, visit.trigger);
        self.log_answer(visit, &judgement, answer.status, now);
        let fields = [
            ("status", Field::Text(&judgement.status)),
            ("answer", Field::Number(u64::from(answer.status))),
        ];
        self.journal.write(LogLevel::Info, "answered", &fields);
        Outcome::Answer(answer)
    }

    /// A page that CloudFront would answer with 502 is replaced by a shorter answer with the same
    /// meaning.
    fn within_limits(&mut self, answer: Answer, lines: Vec<String>, trigger: Trigger) -> Answer {
        if answer.fits(trigger) {
            return answer;
        }
        self.journal.write(
            LogLevel::Error,
            "page too large for CloudFront",
            &[("bytes", Field::Number(answer.body.len() as u64))],
        );
        let shorter = if answer.status == 200 {
            Answer::captcha_passed(String::new())
        } else {
            Answer::forbidden()
        };
        shorter.with_cookies(lines)
    }

    /// `Set-Cookie` lines, session first. `None` if encryption fails.
    pub(super) fn set_cookies(
        &self,
        session: Option<&str>,
        captcha: Option<&(String, String)>,
        entropy: &Entropy,
    ) -> Option<Vec<String>> {
        let wire = |value: &str, iv| match &self.encryption {
            Some(encryption) => encryption.encrypt(value, iv),
            None => Some(value.to_owned()),
        };
        let mut lines = Vec::new();
        if let Some(value) = session {
            let name = &self.settings.session.cookie_name;
            let value = wire(value, entropy.session_iv())?;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.session_attributes,
                cookies::MAX_AGE,
            ));
        }
        if let Some((value, max_age)) = captcha {
            let name = &self.settings.captcha.cookie_name;
            let value = wire(value, entropy.captcha_iv())?;
            lines.push(cookies::set_cookie(
                name,
                &value,
                &self.captcha_attributes,
                max_age,
            ));
        }
        Some(lines)
    }

    /// The request goes on: a visitor's own `x-netacea-*` headers go, ours come.
    pub(super) fn pass(
        &mut self,
        visit: &Visit,
        judgement: Judgement,
        entropy: &Entropy,
    ) -> Outcome {
        let mut edits: Vec<Edit> = visit
            .spoofed
            .iter()
            .cloned()
            .map(|name| Edit::Remove { name })
            .collect();
        if self.settings.mitigation_type == MitigationType::Inject
            && let Some(verdict) = &judgement.verdict
        {
            let is_captcha_post = visit.purpose == Some(Purpose::CaptchaPost);
            let mut set = |name, value: &str| {
                edits.push(Edit::Set {
                    name,
                    value: value.to_owned(),
                })
            };
            set("x-netacea-match", verdict.matched.as_str());
            set("x-netacea-mitigate", verdict.mitigate.as_str());
            set(
                "x-netacea-captcha",
                verdict.captcha_now(is_captcha_post).as_str(),
            );
            if let Some(id) = &judgement.event_id {
                set("x-netacea-event-id", id);
            }
        }
        if self.settings.ingest.kind == IngestKind::Origin {
            edits.extend(origin_facts(
                visit,
                &judgement,
                self.settings.ingest.reported_version(),
            ));
        }
        if let Some(value) = self
            .handover
            .seal(&visit.state(&judgement), &visit.binding, entropy)
        {
            edits.push(Edit::Set {
                name: handover::HEADER,
                value,
            });
        }
        Outcome::Pass(edits)
    }
}

/// What the origin needs to log for us (protocol section 9.5), from the session as it will be after
/// this request.
fn origin_facts(visit: &Visit, judgement: &Judgement, version: &str) -> [Edit; 4] {
    let session = &visit.session;
    let verdict = match judgement.session_cookie {
        Some(_) => judgement.verdict.as_ref(),
        None => session.verdict.as_ref(),
    };
    let is_known = judgement.session_cookie.is_some() || session.status != CookieStatus::New;
    let user_id = if is_known {
        session.user_id.as_str()
    } else {
        ""
    };
    let status = verdict.map(|verdict| verdict.status(false));
    [
        ("x-netacea-integration-type", INTEGRATION_TYPE),
        ("x-netacea-integration-version", version),
        ("x-netacea-userid", user_id),
        ("x-netacea-bc-type", &status.unwrap_or_default()),
    ]
    .map(|(name, value)| Edit::Set {
        name,
        value: value.to_owned(),
    })
}

impl Visit {
    /// What the response event, or the log entry, needs to know.
    pub(super) fn state(&self, judgement: &Judgement) -> State {
        let issued = judgement.session_cookie.as_ref();
        State {
            started: self.started,
            is_from_origin_request: self.trigger == Trigger::OriginRequest,
            cookie_status: self.session.status,
            session_cookie: issued
                .or(self.session.cookie.as_ref())
                .cloned()
                .unwrap_or_default(),
            sets_session_cookie: issued.is_some(),
            captcha_cookie: judgement.captcha_cookie.clone(),
            session_status: judgement.status.clone(),
            protector_latency: judgement.asked.latency,
            protector_status: judgement.asked.status,
            breaker: judgement.asked.breaker,
            header_fingerprint: self.header_fingerprint.clone(),
            cookie_fingerprint: self.cookie_fingerprint.clone(),
            host: self.visitor.host.clone(),
            user_agent: self.visitor.user_agent.clone(),
            referer: self.visitor.referer.clone(),
        }
    }
}
