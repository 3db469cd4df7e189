//! Lets a request go on to the origin, with what the origin or our response event needs to know.

use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::handover::{self, Binding, Sealed, VisitSummary, line_length};
use crate::journal::Field;
use crate::outcome::{Edit, Outcome};
use crate::protector::Purpose;
use crate::session::CookieStatus;
use crate::settings::{IngestKind, LogLevel, MitigationType, Settings};
use crate::verdict::Verdict;

use super::log::INTEGRATION_TYPE;
use super::visit::{Judgment, Visit};

impl Edge {
    /// Lets the request go on: removes the visitor's own `x-netacea-*` headers and adds ours.
    pub(super) fn pass(&mut self, visit: &Visit, judgment: Judgment, entropy: &Entropy) -> Outcome {
        let mut edits: Vec<Edit> = visit
            .spoofed
            .iter()
            .cloned()
            .map(|name| Edit::Remove { name })
            .collect();
        let is_told = |verdict: &&Verdict| match self.settings.mitigation_type {
            MitigationType::Inject => true,
            MitigationType::Mitigate => {
                !visit.is_held_back && verdict.is_flagged(self.settings.policy())
            }
            MitigationType::Ingest => false,
        };
        if let Some(verdict) = judgment.verdict.as_ref().filter(is_told) {
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
            if let Some(id) = &judgment.event_id
                && self.settings.mitigation_type == MitigationType::Inject
            {
                set("x-netacea-event-id", id);
            }
        }
        if self.settings.ingest.kind == IngestKind::Origin {
            edits.extend(origin_facts(visit, &judgment, &self.settings));
        }
        let state = visit.summary(&judgment);
        if let Some(value) = self.sealed(&state, &visit.binding, &edits, entropy) {
            edits.push(Edit::Set {
                name: handover::HEADER,
                value,
            });
        }
        Outcome::Pass(edits)
    }

    /// As much of the state as fits together with these edits; logs once what is left out.
    pub(super) fn sealed(
        &mut self,
        state: &VisitSummary,
        binding: &Binding,
        edits: &[Edit],
        entropy: &Entropy,
    ) -> Option<String> {
        let lengths = edits.iter().map(|edit| match edit {
            Edit::Set { name, value } | Edit::Append { name, value } => line_length(name, value),
            Edit::Remove { .. } => 0,
        });
        let budget = self.settings.session.header_budget_bytes as usize;
        let room = binding.room(lengths.sum(), budget);
        match self.handover.seal(state, binding, room, entropy) {
            Sealed::Whole(value) => Some(value),
            Sealed::Reduced {
                value,
                loses_captcha_cookie,
            } => {
                let what = if loses_captcha_cookie {
                    "facts for the log, captcha cookie"
                } else {
                    "facts for the log"
                };
                if self.reduced_states.count() {
                    let fields = [("omitted", Field::Text(what))];
                    let message = "sealed state too large";
                    self.journal.write(LogLevel::Warn, message, &fields);
                }
                Some(value)
            }
            Sealed::Omitted => {
                if self.omitted_states.count() {
                    let message = "no room for the sealed state next to a request's headers";
                    self.journal.write(LogLevel::Info, message, &[]);
                }
                None
            }
        }
    }
}

/// What the origin needs to log for us (protocol section 9.5), from the session as it will be after
/// this request.
fn origin_facts(visit: &Visit, judgment: &Judgment, settings: &Settings) -> [Edit; 4] {
    let session = &visit.session;
    let verdict = match judgment.session_cookie {
        Some(_) => judgment.verdict.as_ref(),
        None => session.verdict.as_ref(),
    };
    let is_known = judgment.session_cookie.is_some() || session.status != CookieStatus::New;
    let user_id = if is_known {
        session.user_id.as_str()
    } else {
        ""
    };
    let status = verdict.map(|verdict| verdict.status(settings.policy(), false));
    [
        ("x-netacea-integration-type", INTEGRATION_TYPE),
        (
            "x-netacea-integration-version",
            settings.ingest.reported_version(),
        ),
        ("x-netacea-userid", user_id),
        ("x-netacea-bc-type", &status.unwrap_or_default()),
    ]
    .map(|(name, value)| Edit::Set {
        name,
        value: value.to_owned(),
    })
}
