//! The one place where a visitor who cannot be judged is let through (protocol section 11).

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::failure::Failure;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::settings::{LogLevel, MitigationType};
use crate::verdict::Verdict;

use super::visit::{Asked, Judgment, Visit};

/// Status text in logs.
const STATUS: &str = "error_open";

impl Edge {
    /// Lets the visitor pass, counts them and says why. Only a captcha solution that cannot be
    /// verified gets an answer, which tells the page that it failed: the origin cannot use it.
    pub(super) fn fail_open(
        &mut self,
        visit: &Visit,
        failure: Failure,
        asked: Asked,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        let judgment = Judgment::passing(STATUS.to_owned(), asked);
        self.fail_with(visit, failure, judgment, now, entropy)
    }

    /// The same with another status text, and with Protector's page if it gave one.
    pub(super) fn fail_with(
        &mut self,
        visit: &Visit,
        failure: Failure,
        mut judgment: Judgment,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        // Anybody can send a solution that fails, so it must not be counted as a visitor who
        // passed.
        let (message, decision) = match failure {
            _ if visit.is_verification() => ("solution unverified", Decision::SolutionUnverified),
            Failure::VerdictMissing => ("fail open", Decision::VerdictMissing),
            _ => ("fail open", Decision::FailedOpen),
        };
        self.journal
            .count(LogLevel::Warn, message, failure.as_str(), now.steady);
        match self.settings.mitigation_type {
            MitigationType::Mitigate if visit.is_verification() => {
                let answer = match judgment.page.take() {
                    Some(page) => Answer::page(200, page),
                    None if failure == Failure::BreakerOpen => {
                        let seconds = self.breaker.wait_ms(now.steady).div_ceil(1000);
                        Answer::empty(503).with("Retry-After", seconds.max(1).to_string())
                    }
                    None => Answer::empty(500),
                };
                return self.give(visit, &judgment, (decision, answer), now, entropy);
            }
            MitigationType::Inject => judgment.verdict = Some(Verdict::NOTHING),
            MitigationType::Mitigate | MitigationType::Ingest => {}
        }
        let asked = judgment.asked;
        let outcome = self.pass(visit, judgment, entropy);
        self.measure(decision, asked, now);
        outcome
    }
}
