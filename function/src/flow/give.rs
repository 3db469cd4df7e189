//! Gives an answer in place of the origin: with its cookies, within CloudFront's limits, logged.

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::Trigger;
use crate::handover;
use crate::journal::Field;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::settings::LogLevel;

use super::visit::{Judgment, Visit};

impl Edge {
    /// Ends a request event with this answer, and with the cookies of the judgment.
    pub(super) fn give(
        &mut self,
        visit: &Visit,
        judgment: &Judgment,
        (decision, answer): (Decision, Answer),
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        self.measure(decision, judgment.asked, now);
        let session = judgment.session_cookie.as_deref();
        let lines = self.set_cookies(session, judgment.captcha_cookie.as_ref(), entropy);
        let with_cookies = |answer: Answer| {
            let lines = lines.iter().cloned();
            let answer = answer.for_visitor(&visit.visitor, &self.settings.cors_origins);
            lines.fold(answer, |answer, line| answer.with("Set-Cookie", line))
        };
        let mut given = with_cookies(answer);
        if !given.fits(visit.trigger) {
            // CloudFront would answer 502: a shorter answer has the same meaning.
            self.journal.count(
                LogLevel::Error,
                "page too large for CloudFront",
                decision.name(),
                now.steady,
            );
            let is_page = [Decision::CaptchaServed, Decision::CheckpointServed].contains(&decision);
            given = with_cookies(if is_page {
                Answer::block(&self.settings.block)
            } else {
                Answer::empty(given.status)
            });
        }
        let fields = [
            ("status", Field::Text(&judgment.status)),
            ("answer", Field::Number(u64::from(given.status))),
        ];
        self.journal.write(LogLevel::Info, "answered", &fields);
        if visit.trigger == Trigger::OriginRequest && given.status < 400 {
            // The viewer-response event follows and writes the log entry.
            let state = visit.summary(judgment);
            let sealed = self.sealed(&state, &visit.binding, &[], entropy);
            if let Some(value) = sealed {
                given = given.with(handover::HEADER, value);
            }
        } else {
            self.log_answer(visit, judgment, given.status, now);
        }
        Outcome::Answer(given)
    }
}
