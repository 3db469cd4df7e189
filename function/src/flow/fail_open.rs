//! The one place where a visitor who cannot be judged is let through (protocol section 11).

use crate::answer::Answer;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::failure::Failure;
use crate::journal::Field;
use crate::metrics::Decision;
use crate::now::Now;
use crate::outcome::Outcome;
use crate::protector::Purpose;
use crate::settings::{LogLevel, MitigationType};
use crate::verdict::Verdict;

use super::visit::{Asked, Judgement, Visit};

/// Status text in logs.
const STATUS: &str = "error_open";

impl Edge {
    /// Lets the visitor pass, counts them and says why. Only a captcha solution that cannot be
    /// verified is answered: it is of no use to the origin, so the page learns that it failed.
    pub(super) fn fail_open(
        &mut self,
        visit: &Visit,
        failure: Failure,
        asked: Asked,
        now: Now,
        entropy: &Entropy,
    ) -> Outcome {
        self.failed_open += 1;
        self.journal.write(
            LogLevel::Warn,
            "fail open",
            &[
                ("reason", Field::Text(&failure.to_string())),
                ("count", Field::Number(self.failed_open)),
            ],
        );
        self.measure(Decision::FailedOpen, asked, now);
        let mut judgement = Judgement::passing(STATUS.to_owned(), asked);
        match self.settings.mitigation_type {
            MitigationType::Mitigate if visit.purpose == Some(Purpose::CaptchaPost) => {
                let answer = Answer::failed();
                self.log_answer(visit, &judgement, answer.status, now);
                return Outcome::Answer(answer);
            }
            MitigationType::Inject => judgement.verdict = Some(Verdict::NOTHING),
            MitigationType::Mitigate | MitigationType::Ingest => {}
        }
        self.pass(visit, judgement, entropy)
    }
}
