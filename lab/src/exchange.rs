//! One request and its answer, as the console shows them.

use std::time::Duration;

use acceptance::edge::{EventType, Invocation, OutgoingCall, Step, StepKind, ViewerResponse};
use serde::Serialize;
use serde_json::Value;

use crate::cookies::{self, CookieNames};

/// The most characters of a header or cookie that are shown.
const MOST_CHARACTERS: usize = 512;

/// The result of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// Went on to the origin or the cache.
    Passed,
    /// The same, and the origin was told of the verdict.
    Flagged,
    /// The same, because Netacea could not be asked.
    FailedOpen,
    Blocked,
    /// A captcha page, or its form in JSON.
    Captcha,
    CaptchaSolved,
    CaptchaFailed,
    /// A checkpoint page.
    Checkpoint,
    /// A step of the checkpoint's script.
    CheckpointStep,
    CheckpointPassed,
    /// A solution that could not be verified.
    Unverified,
    Monetised,
    /// CloudFront's own page: a method that it does not allow, or a function that failed.
    Refused,
}

/// The data of the event `exchange`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    /// RFC 3339, when the request arrived.
    pub(crate) at: String,
    pub(crate) browser: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) status: u16,
    pub(crate) ms: f64,
    pub(crate) behavior: String,
    pub(crate) decision: Decision,
    pub(crate) spans: Vec<Span>,
    pub(crate) cookies: Vec<Cookie>,
    /// Headers that the function added to the request or the answer; cookies are in `cookies`.
    pub(crate) headers_added: Vec<(String, String)>,
    pub(crate) headers_removed: Vec<String>,
}

/// A part of the request's way. Times are milliseconds after its arrival.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    start_ms: f64,
    ms: f64,
    detail: String,
    failure: Option<String>,
}

/// A cookie that came or went.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    /// `received` or `set`.
    direction: &'static str,
    value: String,
    /// Its content, if it is Netacea's.
    decoded: Value,
}

/// The parts of the request that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Path and query.
    pub(crate) target: &'a str,
    /// The `Cookie` headers as the edge got them.
    pub(crate) cookies: &'a [String],
}

impl Exchange {
    /// Makes the exchange from an answer. `protector` is Protector's host.
    pub(crate) fn of(
        asked: Asked<'_>,
        answer: &ViewerResponse,
        names: &CookieNames,
        protector: &str,
    ) -> Self {
        let received = asked
            .cookies
            .iter()
            .flat_map(|header| cookies::pairs(header));
        let received = received.map(|(name, value)| Cookie::of(name, value, "received", names));
        let received: Vec<Cookie> = received.collect();
        let decision = decision(asked, answer, &received, names, protector);
        let set = answer.values("set-cookie").into_iter();
        let set = set.filter_map(|line| line.split(';').next()?.split_once('='));
        let set = set.map(|(name, value)| Cookie::of(name, value, "set", names));
        let steps = &answer.steps;
        let added = steps.iter().flat_map(|step| &step.added);
        let added = added.filter(|(name, _)| !name.eq_ignore_ascii_case("set-cookie"));
        let removed = steps.iter().flat_map(|step| &step.removed);
        Self {
            id: 0,
            at: String::new(),
            browser: String::new(),
            method: asked.method.to_owned(),
            target: cut(asked.target),
            status: answer.status,
            ms: 0.0,
            behavior: answer.behavior.clone(),
            decision,
            spans: steps
                .iter()
                .flat_map(|step| spans(step, protector))
                .collect(),
            headers_added: added
                .map(|(name, value)| (name.clone(), cut(value)))
                .collect(),
            headers_removed: removed.cloned().collect(),
            cookies: received.into_iter().chain(set).collect(),
        }
    }

    /// How often Protector was called.
    pub(crate) fn protector_calls(&self) -> usize {
        let spans = self.spans.iter();
        spans.filter(|span| span.name == "protector").count()
    }
}

impl Cookie {
    fn of(name: &str, value: &str, direction: &'static str, names: &CookieNames) -> Self {
        Self {
            name: cut(name.trim()),
            direction,
            value: cut(value),
            decoded: names.decode(name.trim(), value),
        }
    }
}

/// A step, and the calls to Protector in it.
fn spans(step: &Step, protector: &str) -> Vec<Span> {
    let (name, detail) = match &step.kind {
        StepKind::Function(invocation) => (invocation.event.name(), told(invocation)),
        StepKind::Cache => ("cache", "answered from the cache".to_owned()),
        StepKind::Origin(0) => ("origin", String::new()),
        StepKind::Origin(status) => ("origin", format!("status {status}")),
    };
    let mut spans = vec![Span {
        name,
        start_ms: milliseconds(step.began),
        ms: milliseconds(step.took),
        detail,
        failure: step.failure.clone(),
    }];
    let StepKind::Function(invocation) = &step.kind else {
        return spans;
    };
    // An instance that had to be loaded got its event later.
    let handed_over = step.began + step.took.saturating_sub(invocation.duration);
    for call in calls_of(invocation, protector) {
        let is_open = call.status.is_none() && call.failure.is_none();
        let took = if is_open {
            invocation.handler.saturating_sub(call.began)
        } else {
            call.took
        };
        spans.push(Span {
            name: "protector",
            start_ms: milliseconds(handed_over + call.began),
            ms: milliseconds(took),
            detail: told_of_call(call),
            failure: match &call.failure {
                None if is_open => Some("no answer before the deadline".to_owned()),
                failure => failure.clone(),
            },
        });
    }
    spans
}

fn calls_of<'a>(
    invocation: &'a Invocation,
    protector: &'a str,
) -> impl Iterator<Item = &'a OutgoingCall> {
    let calls = invocation.calls.iter();
    calls.filter(move |call| {
        let host = call.host.split(':').next();
        host == Some(protector) && !(call.method == "POST" && call.path == "/")
    })
}

fn told(invocation: &Invocation) -> String {
    if invocation.cold {
        format!("instance {}, cold start", invocation.instance)
    } else {
        format!("instance {}", invocation.instance)
    }
}

fn told_of_call(call: &OutgoingCall) -> String {
    let path = call.path.split('?').next().unwrap_or_default();
    let mut told = format!("{} {path}", call.method);
    if let Some(status) = call.status {
        told.push_str(&format!(", status {status}"));
    }
    if let Some(verdict) = verdict_of(call) {
        told.push_str(&format!(", verdict {verdict}"));
    }
    told
}

/// Match, mitigate and captcha of an answer.
fn verdict_of(call: &OutgoingCall) -> Option<String> {
    let part = |name: &str| call.headers.get(&format!("x-netacea-{name}"));
    Some(
        [part("match")?, part("mitigate")?, part("captcha")?]
            .map(String::as_str)
            .concat(),
    )
}

/// The result of a request, judged from the outside. Only the log entry says for sure whether it
/// passed because Netacea could not be asked.
fn decision(
    asked: Asked<'_>,
    answer: &ViewerResponse,
    received: &[Cookie],
    names: &CookieNames,
    protector: &str,
) -> Decision {
    let steps = &answer.steps;
    let first = steps.iter().find(|step| {
        let event = step.kind.event();
        matches!(
            event,
            Some(EventType::ViewerRequest | EventType::OriginRequest)
        )
    });
    if steps
        .iter()
        .any(|step| step.failure.is_some() && step.kind.event().is_some())
        || (steps.is_empty() && answer.status >= 400)
    {
        return Decision::Refused;
    }
    let went_on = steps
        .iter()
        .any(|step| matches!(step.kind, StepKind::Cache | StepKind::Origin(_)));
    let calls: Vec<&OutgoingCall> = first
        .into_iter()
        .filter_map(|step| match &step.kind {
            StepKind::Function(invocation) => Some(calls_of(invocation, protector)),
            _ => None,
        })
        .flatten()
        .collect();
    let called = calls.iter().rev().find_map(|call| verdict_of(call));
    if went_on {
        let failed = !calls.is_empty() && calls.iter().all(|call| call.status != Some(200));
        let is_flagged = steps
            .iter()
            .flat_map(|step| &step.added)
            .any(|(name, value)| name.eq_ignore_ascii_case("x-netacea-mitigate") && value == "4");
        return if failed {
            Decision::FailedOpen
        } else if is_flagged {
            Decision::Flagged
        } else {
            Decision::Passed
        };
    }
    let path = asked.target.split('?').next().unwrap_or_default();
    let is_verification = asked.method == "POST" && path == "/AtaVerifyCaptcha";
    let session = received.iter().find(|cookie| cookie.name == names.session);
    let session = session.and_then(|cookie| cookies::verdict(&cookie.decoded));
    let code = called.or(session.map(|(code, _)| code)).unwrap_or_default();
    let mut code = code.chars().skip(1);
    let (mitigate, captcha) = (code.next().unwrap_or('0'), code.next().unwrap_or('0'));
    match (mitigate, captcha) {
        _ if is_verification && answer.status >= 500 => Decision::Unverified,
        (_, '2') if is_verification => Decision::CaptchaSolved,
        (_, '3') if is_verification => Decision::CaptchaFailed,
        (_, '7') => Decision::CheckpointStep,
        (_, 'b') if is_verification => Decision::CheckpointPassed,
        ('5', _) if [303, 402].contains(&answer.status) => Decision::Monetised,
        (_, '1' | '3' | '5') => Decision::Captcha,
        (_, 'a' | 'e') => Decision::Checkpoint,
        (_, 'c') if !is_verification => Decision::Checkpoint,
        _ => Decision::Blocked,
    }
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}

fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut kept: String = characters.by_ref().take(MOST_CHARACTERS).collect();
    if characters.next().is_some() {
        kept.push('…');
    }
    kept
}
