//! What follows from a judgement: an answer with its cookies, or a request that goes on.

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::Trigger;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::settings::MitigationType;
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
        let Some(answer) = self.answer(visit, &mut judgement) else {
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
        if visit.trigger == Trigger::OriginRequest && !visit.is_verification() {
            // CloudFront may keep this answer and give it to others, whatever it says about that.
            judgement.session_cookie = None;
        }
        self.give(visit, &judgement, answer, now, entropy)
    }

    /// The answer to those who do not go on to the origin.
    fn answer(&self, visit: &Visit, judgement: &mut Judgement) -> Option<(Decision, Answer)> {
        if self.settings.mitigation_type != MitigationType::Mitigate {
            return None;
        }
        let decision = match judgement.action {
            Action::Block => {
                let answer = Answer::block(&self.settings.block);
                return Some((Decision::Blocked, answer));
            }
            Action::Monetise => {
                let host = judgement.redirect_host.as_deref();
                let answer = Answer::monetise(host, &visit.visitor.target());
                return Some((Decision::Monetised, answer));
            }
            Action::Captcha => Decision::CaptchaServed,
            Action::Checkpoint => Decision::CheckpointServed,
            Action::CheckpointPass => Decision::CheckpointPassed,
            Action::CheckpointPost => Decision::CheckpointPosted,
            _ if !visit.is_verification() => return None,
            Action::None | Action::Allow | Action::CaptchaPass => Decision::CaptchaSolved,
        };
        let Some(page) = judgement.page.take() else {
            return Some((Decision::Blocked, Answer::block(&self.settings.block)));
        };
        let is_served = matches!(judgement.action, Action::Captcha | Action::Checkpoint);
        let status = match judgement.verification_status {
            Some(status) if status != 200 || !is_served => status,
            _ => self.page_status(visit.trigger),
        };
        let mut answer = Answer::page(status, page);
        if is_served && let Some(header) = &self.settings.captcha.header {
            answer = answer.with(&header.name, header.value.clone());
        }
        Some((decision, answer))
    }

    /// CloudFront keeps a page of 200 that an origin-request function gives.
    fn page_status(&self, trigger: Trigger) -> u16 {
        match u16::try_from(self.settings.captcha.status) {
            Ok(200) if trigger == Trigger::OriginRequest => 403,
            Ok(status) => status,
            Err(_) => 403,
        }
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
        let answer = (Decision::CheckpointSignalled, Answer::empty(200));
        self.give(visit, &judgement, answer, now, entropy)
    }
}
