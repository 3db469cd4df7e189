//! Turns a judgment into an answer with its cookies, or a request that goes on.

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::Trigger;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::protector::Purpose;
use crate::settings::MitigationType;
use crate::verdict::{Action, CHECKPOINT_SIGNAL};

use super::visit::{Asked, Judgment, Visit};

impl Edge {
    /// Ends a request event.
    pub(super) fn conclude(
        &mut self,
        visit: &Visit,
        mut judgment: Judgment,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        // Requests of a captcha work for everybody: a visitor may have got its page earlier.
        let is_held_back =
            visit.is_held_back && matches!(visit.purpose, None | Some(Purpose::Check));
        let answer = if is_held_back {
            None
        } else {
            self.answer(visit, &mut judgment)
        };
        let Some(answer) = answer else {
            let policy = self.settings.policy();
            let is_flagged = self.settings.mitigation_type == MitigationType::Mitigate
                && (judgment.verdict.as_ref()).is_some_and(|verdict| verdict.is_flagged(policy));
            let decision = if is_held_back && (is_flagged || !judgment.action.lets_pass()) {
                Decision::HeldBack
            } else if is_flagged {
                Decision::Flagged
            } else {
                Decision::Passed
            };
            let asked = judgment.asked;
            let outcome = self.pass(visit, judgment, entropy);
            self.measure(decision, asked, now);
            return outcome;
        };
        if visit.trigger == Trigger::OriginRequest && !visit.is_verification() {
            // CloudFront may cache this answer and give it to others, whatever its headers say.
            judgment.session_cookie = None;
        }
        self.give(visit, &judgment, answer, now, entropy)
    }

    /// The answer to a visitor who does not go on to the origin; `None` if they do.
    fn answer(&self, visit: &Visit, judgment: &mut Judgment) -> Option<(Decision, Answer)> {
        if self.settings.mitigation_type != MitigationType::Mitigate {
            return None;
        }
        let decision = match judgment.action {
            Action::Block => {
                let answer = Answer::block(&self.settings.block);
                return Some((Decision::Blocked, answer));
            }
            Action::Monetise => {
                let host = judgment.redirect_host.as_deref();
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
        let Some(page) = judgment.page.take() else {
            return Some((Decision::Blocked, Answer::block(&self.settings.block)));
        };
        let is_served = matches!(judgment.action, Action::Captcha | Action::Checkpoint);
        let status = match judgment.verification_status {
            Some(status) if status != 200 || !is_served => status,
            _ => self.page_status(visit.trigger),
        };
        let mut answer = Answer::page(status, page);
        if is_served && let Some(header) = &self.settings.captcha.header {
            answer = answer.with(&header.name, header.value.clone());
        }
        Some((decision, answer))
    }

    /// The status of a captcha page: CloudFront caches a page with 200 from an origin-request
    /// function.
    fn page_status(&self, trigger: Trigger) -> u16 {
        match u16::try_from(self.settings.captcha.status) {
            Ok(200) if trigger == Trigger::OriginRequest => 403,
            Ok(status) => status,
            Err(_) => 403,
        }
    }

    /// Lets a request pass that the customer's lists exempt.
    pub(super) fn let_bypass(&mut self, visit: &Visit, now: Now, entropy: &Entropy) -> Outcome {
        let verdict = visit.session.verdict.as_ref();
        let status = verdict.map(|verdict| verdict.status(self.settings.policy(), false));
        let asked = Asked::nobody(self.breaker.state(now.steady));
        let judgment = Judgment {
            is_unlogged: !self.settings.bypass.log,
            ..Judgment::passing(status.unwrap_or_default(), asked)
        };
        let outcome = self.pass(visit, judgment, entropy);
        self.measure(Decision::Bypassed, asked, now);
        outcome
    }

    /// Answers a signal of a checkpoint; Protector reads it from the log.
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
        let judgment = Judgment::passing(status, asked);
        let answer = (Decision::CheckpointSignalled, Answer::empty(200));
        self.give(visit, &judgment, answer, now, entropy)
    }
}
