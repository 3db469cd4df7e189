//! What follows from a judgement: an answer with its cookies, or a request that goes on.

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::Trigger;
use crate::failure::Failure;
use crate::journal::Field;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::protector::Purpose;
use crate::settings::{LogLevel, MitigationType};
use crate::verdict::{Action, CHECKPOINT_SIGNAL, Verdict};

use super::visit::{Asked, Judgement, Visit};

impl Edge {
    /// Ends a request event.
    pub(super) fn conclude(
        &mut self,
        visit: &Visit,
        mut judgement: Judgement,
        now: Now,
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
            Action::Checkpoint => Some((
                Decision::CheckpointServed,
                Answer::captcha(body, is_json, header),
            )),
            Action::CheckpointPost => {
                Some((Decision::CheckpointPosted, Answer::captcha_passed(body)))
            }
            Action::Monetise => {
                let host = judgement.redirect_host.as_deref();
                let answer = Answer::monetise(host, &visit.visitor.target());
                Some((Decision::Monetised, answer))
            }
            Action::CheckpointPass => {
                Some((Decision::CheckpointPassed, Answer::captcha_passed(body)))
            }
            Action::None | Action::Allow | Action::CaptchaPass => {
                is_captcha_post.then(|| (Decision::CaptchaSolved, Answer::captcha_passed(body)))
            }
        };
        let Some((decision, answer)) = answer else {
            let is_flagged = |verdict: &Verdict| verdict.is_flagged(self.settings.policy());
            let decision = match self.settings.mitigation_type {
                MitigationType::Mitigate if judgement.verdict.as_ref().is_some_and(is_flagged) => {
                    Decision::Flagged
                }
                _ => Decision::Passed,
            };
            self.measure(decision, judgement.asked, now);
            return self.pass(visit, judgement, entropy);
        };
        if visit.trigger == Trigger::OriginRequest && !is_captcha_post {
            // CloudFront may keep this answer and give it to others, whatever it says about that.
            judgement.session_cookie = None;
        }
        self.answer(visit, &judgement, (decision, answer), now, entropy)
    }

    /// Protector reads signals of a checkpoint out of the log.
    pub(super) fn acknowledge_signal(
        &mut self,
        visit: &Visit,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let verdict = visit.session.verdict.as_ref();
        let mut status = verdict
            .map(|verdict| verdict.status(self.settings.policy(), false))
            .unwrap_or_default();
        status.push_str(CHECKPOINT_SIGNAL);
        let asked = Asked::nobody(self.breaker.state(now.steady));
        let judgement = Judgement::passing(status, asked);
        let answer = Answer::captcha_passed(String::new());
        let signalled = (Decision::CheckpointSignalled, answer);
        self.answer(visit, &judgement, signalled, now, entropy)
    }

    fn answer(
        &mut self,
        visit: &Visit,
        judgement: &Judgement,
        (decision, answer): (Decision, Answer),
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let session = judgement.session_cookie.as_deref();
        let Some(lines) = self.set_cookies(session, judgement.captcha_cookie.as_ref(), entropy)
        else {
            return self.fail_open(visit, Failure::Encryption, judgement.asked, now, entropy);
        };
        self.measure(decision, judgement.asked, now);
        let answer = self.within_limits(answer.with_cookies(lines.clone()), lines, visit.trigger);
        self.log_answer(visit, judgement, answer.status, now);
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
}
