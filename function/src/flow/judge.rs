//! Judges a visitor by Protector's verdict or by the verdict in their cookie.

use crate::answer::Page;
use crate::call::Reply;
use crate::captcha;
use crate::cookies;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::failure::Failure;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::protector::{Assessment, Purpose};
use crate::session::{CookieStatus, IssueReason};
use crate::settings::{LogLevel, MitigationType};
use crate::verdict::{Action, CaptchaStatus, Verdict};

use super::visit::{Asked, Judgment, Visit};

const JSON: &str = "application/json";

impl Edge {
    /// Protector has been asked about the visitor, or about their solution.
    pub(super) fn on_verdict(
        &mut self,
        visit: &Visit,
        reply: &Reply<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let asked = self.asked(visit, reply, now);
        let mode = self.settings.mitigation_type;
        let purpose = visit.purpose.unwrap_or(Purpose::Check);
        match Assessment::read(reply, purpose) {
            Ok(answer) if answer.is_silent() => {
                self.on_no_verdict(visit, answer, asked, now, entropy)
            }
            Ok(answer) if !answer.is_complete && mode == MitigationType::Inject => {
                let asked = Asked::nobody(asked.breaker);
                self.fail_open(visit, Failure::VerdictMissing, asked, now, entropy)
            }
            Ok(answer) => {
                let judgment = self.judge(visit, answer, asked, now, entropy);
                self.conclude(visit, judgment, now, entropy)
            }
            Err(failure @ Failure::ProtectorStatus) => {
                self.fail_open(visit, failure, asked, now, entropy)
            }
            // As in the vendor's plugins, an unusable answer is logged like a missing one.
            Err(failure) => {
                self.fail_open(visit, failure, Asked::nobody(asked.breaker), now, entropy)
            }
        }
    }

    fn asked(&self, visit: &Visit, reply: &Reply<'_>, now: Now) -> Asked {
        let status = match reply {
            Reply::Answered { status, .. } | Reply::Cut { status, .. } => Some(*status),
            _ => None,
        };
        Asked {
            latency: status.map(|_| now.steady.saturating_sub(visit.started.steady)),
            status,
            breaker: self.breaker.state(now.steady),
        }
    }

    /// In INGEST nobody is judged; otherwise the cookie's verdict applies.
    pub(super) fn judge_unasked(&self, visit: &Visit, now: Now, entropy: &Entropy) -> Judgment {
        let asked = Asked::nobody(self.breaker.state(now.steady));
        let mode = self.settings.mitigation_type;
        let session = &visit.session;
        let mut judgment = Judgment::passing(String::new(), asked);
        if mode == MitigationType::Ingest {
            if session.status != CookieStatus::Existing {
                judgment.session_cookie =
                    Some(self.sessions.issue_unjudged(session, now.wall, entropy));
            }
        } else if let Some(verdict) = session.verdict.clone() {
            (judgment.status, judgment.action) = self.rule(&verdict, false);
            judgment.verdict = Some(verdict);
        }
        judgment
    }

    /// The captcha page, if Protector gave one. In INJECT the origin shows it.
    pub(super) fn captcha_page(
        &self,
        visit: &Visit,
        reply: &Reply<'_>,
        now: Now,
    ) -> Option<Judgment> {
        if self.settings.mitigation_type == MitigationType::Inject {
            return None;
        }
        let mut answer = Assessment::read(reply, Purpose::CaptchaPage).ok()?;
        let page = self.page(visit, &mut answer)?;
        let mut judgment = Judgment::passing(String::new(), self.asked(visit, reply, now));
        judgment.action = Action::Captcha;
        judgment.page = Some(page);
        Some(judgment)
    }

    /// Applies Protector's verdict.
    fn judge(
        &mut self,
        visit: &Visit,
        mut answer: Assessment,
        asked: Asked,
        now: Now,
        entropy: &Entropy,
    ) -> Judgment {
        let mut judgment = Judgment::passing(String::new(), asked);
        let is_verification = visit.is_verification();
        (judgment.status, judgment.action) = self.rule(&answer.verdict, is_verification);
        match judgment.action {
            Action::Captcha | Action::Checkpoint => {
                judgment.page = self.page(visit, &mut answer);
                if judgment.page.is_none() {
                    let reason = "page_unusable";
                    self.journal
                        .count(LogLevel::Warn, "blocked", reason, now.steady);
                    judgment.action = Action::Block;
                }
            }
            _ if is_verification => judgment.page = Some(as_it_came(&mut answer)),
            _ => {}
        }
        judgment.verification_status = is_verification.then_some(answer.status);
        let is_in_progress =
            is_verification && answer.verdict.captcha == CaptchaStatus::CheckpointPost;
        // A part of a verdict could not be read back from a cookie.
        if answer.is_complete && !is_in_progress {
            let reason = match is_verification {
                true => IssueReason::CaptchaPost,
                false => visit.session.reason,
            };
            judgment.session_cookie = Some(self.sessions.issue(
                &visit.visitor.ip,
                &visit.session,
                reason,
                &answer.verdict,
                now.wall,
                entropy,
            ));
            judgment.captcha_cookie =
                answer
                    .captcha_cookie
                    .filter(|_| is_verification)
                    .map(|(value, max_age)| {
                        (
                            value,
                            max_age.unwrap_or_else(|| cookies::MAX_AGE.to_owned()),
                        )
                    });
        }
        judgment.event_id = answer.event_id;
        judgment.redirect_host = answer.redirect_host;
        judgment.verdict = Some(answer.verdict);
        judgment
    }

    /// An answer without a verdict fails open, and no cookie is issued.
    fn on_no_verdict(
        &mut self,
        visit: &Visit,
        mut answer: Assessment,
        asked: Asked,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let failure = Failure::VerdictMissing;
        if self.settings.mitigation_type == MitigationType::Inject {
            return self.fail_open(visit, failure, Asked::nobody(asked.breaker), now, entropy);
        }
        let (status, _) = self.rule(&answer.verdict, visit.is_verification());
        let mut judgment = Judgment::passing(status, asked);
        judgment.page = Some(as_it_came(&mut answer));
        self.fail_with(visit, failure, judgment, now, entropy)
    }

    /// Status string and action of a verdict, by the customer's rules.
    fn rule(&self, verdict: &Verdict, is_verification: bool) -> (String, Action) {
        let (mode, policy) = (self.settings.mitigation_type, self.settings.policy());
        (
            verdict.status(policy, is_verification),
            verdict.action(mode, policy, is_verification),
        )
    }

    /// The page that the visitor gets in place of the one they wanted.
    fn page(&self, visit: &Visit, answer: &mut Assessment) -> Option<Page> {
        let body = answer.body.take()?;
        if !answer.is_json {
            return Some(Page {
                content_type: core::mem::take(&mut answer.page_type),
                body,
            });
        }
        let json = captcha::json_page(&self.settings.captcha, &visit.visitor.host, &body)?;
        Some(Page {
            content_type: JSON.to_owned(),
            body: json.into_bytes(),
        })
    }
}

/// Protector's answer to a verification, passed on unchanged to the captcha page that asked for it.
fn as_it_came(answer: &mut Assessment) -> Page {
    Page {
        content_type: core::mem::take(&mut answer.content_type),
        body: answer.body.take().unwrap_or_default(),
    }
}
