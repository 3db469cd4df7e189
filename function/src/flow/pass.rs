//! Lets a request go on to the origin with what the origin, or our response event, is to know.

use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::handover;
use crate::outcome::{Edit, Outcome};
use crate::protector::Purpose;
use crate::session::CookieStatus;
use crate::settings::{IngestKind, MitigationType, Settings};
use crate::verdict::Verdict;

use super::log::INTEGRATION_TYPE;
use super::visit::{Judgement, Visit};

impl Edge {
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
        let is_told = |verdict: &&Verdict| match self.settings.mitigation_type {
            MitigationType::Inject => true,
            MitigationType::Mitigate => verdict.is_flagged(self.settings.policy()),
            MitigationType::Ingest => false,
        };
        if let Some(verdict) = judgement.verdict.as_ref().filter(is_told) {
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
            if let Some(id) = &judgement.event_id
                && self.settings.mitigation_type == MitigationType::Inject
            {
                set("x-netacea-event-id", id);
            }
        }
        if self.settings.ingest.kind == IngestKind::Origin {
            edits.extend(origin_facts(visit, &judgement, &self.settings));
        }
        if let Some(value) = self
            .handover
            .seal(&visit.summary(&judgement), &visit.binding, entropy)
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
fn origin_facts(visit: &Visit, judgement: &Judgement, settings: &Settings) -> [Edit; 4] {
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
