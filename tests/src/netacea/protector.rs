//! The Protector service: reputation check, captcha page, captcha verification (spec: Protector
//! API).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response};
use rustls::ServerConfig;

use crate::aws::{self, Calls, Effect, Fault, Faults, Times};
use crate::netacea::{API_KEY, reply};
use crate::server::{Reply, Server};

/// Match, mitigate and captcha: one character each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict(pub [char; 3]);

impl Verdict {
    /// Nothing known: passes.
    pub const CLEAN: Self = Self(['0', '0', '0']);
    /// A bot by its user agent: blocked.
    pub const BLOCKED: Self = Self(['1', '1', '0']);
    /// Suspicious: has to solve a captcha.
    pub const CAPTCHA: Self = Self(['2', '1', '1']);
    /// Suspicious: their browser has to pass a checkpoint.
    pub const CHECKPOINT: Self = Self(['2', '1', 'a']);
}

/// The checkpoint: its page, and what its script sends, in two steps.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint;

impl Checkpoint {
    /// The page that watches a suspicious visitor's browser.
    pub const PAGE: &str =
        "<!doctype html><title>One moment</title><script src=/checkpoint.js></script>";
    /// The body of the first POST.
    pub const FIRST_STEP: &str = r#"{"step":1}"#;
    /// The answer, which says how to continue.
    pub const NEXT: &str = r#"{"next":2}"#;
    /// The body of the POST that passes it.
    pub const SOLUTION: &str = r#"{"step":2}"#;
}

/// The captcha: its page, and its solution.
#[derive(Clone, Copy, Debug)]
pub struct Captcha;

impl Captcha {
    /// The page that a suspicious visitor gets.
    pub const PAGE: &str = "<!doctype html><title>One moment</title><form method=post action=/AtaVerifyCaptcha>\
        <label>Type the word: <input name=answer></label><input type=hidden name=trackingId value=t-1></form>";
    /// The body of the POST that solves it.
    pub const SOLUTION: &str = "answer=human&trackingId=t-1";
    /// The token that a solved captcha earns.
    pub const TOKEN: &str = "captcha-token-of-a-human";
}

/// Answers by script and records what it was asked.
#[derive(Debug)]
pub struct Protector {
    server: Server,
    state: Arc<Service>,
}

/// Answers calls in place of the script.
pub trait Judge: fmt::Debug + Send + Sync {
    /// The answer to a call with the right credential.
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes>;
}

#[derive(Debug)]
struct Service {
    script: Mutex<Script>,
    judge: Option<Box<dyn Judge>>,
    faults: Faults,
}

#[derive(Debug)]
struct Script {
    rules: Vec<Rule>,
    is_recording: bool,
    asked: usize,
    requests: Vec<Request<Bytes>>,
}

#[derive(Debug)]
struct Rule {
    header: &'static str,
    contains: String,
    verdict: Verdict,
}

impl Protector {
    pub(super) fn open(tls: Arc<ServerConfig>, judge: Option<Box<dyn Judge>>) -> Result<Self> {
        let script = Script {
            rules: Vec::new(),
            is_recording: true,
            asked: 0,
            requests: Vec::new(),
        };
        let state = Arc::new(Service {
            script: Mutex::new(script),
            judge,
            faults: Faults::default(),
        });
        let handler = {
            let state = state.clone();
            move |request| state.handle(request)
        };
        Ok(Self {
            server: Server::https(tls, handler)?,
            state,
        })
    }

    /// The value of `settings.protector.url`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.server.address().port())
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// Visitors whose user agent contains `text` get `verdict`. The newest rule that fits counts;
    /// without one the verdict is [`Verdict::CLEAN`].
    pub fn judge_user_agent(&self, text: &str, verdict: Verdict) {
        self.judge("user-agent", text, verdict);
    }

    /// Visitors from addresses that contain `text` get `verdict`.
    pub fn judge_client_ip(&self, text: &str, verdict: Verdict) {
        self.judge("x-netacea-client-ip", text, verdict);
    }

    /// From now on every call has this effect, and no earlier one: calls that hang are released. An
    /// effect that makes Protector unreachable also cuts open connections.
    pub fn suffer(&self, effect: Effect) {
        let is_unreachable = matches!(effect, Effect::Unreachable { .. });
        self.server.close_door(is_unreachable);
        self.state
            .faults
            .replace(Fault::on(Calls::ALL, effect, Times::Every));
    }

    /// Recovers: answers every call at once.
    pub fn recover(&self) {
        self.suffer(Effect::Delay(Duration::ZERO));
    }

    /// From now on counts requests and keeps none of them: for very many.
    pub fn stop_recording(&self) {
        self.state.script().is_recording = false;
    }

    /// Every recorded request so far, also those that were not answered.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.state.script().requests.clone()
    }

    /// How often it was called: requests, and connections that it refused.
    pub fn attempts(&self) -> usize {
        self.state.script().asked + self.server.knocks()
    }

    fn judge(&self, header: &'static str, text: &str, verdict: Verdict) {
        self.state.script().rules.insert(
            0,
            Rule {
                header,
                contains: text.to_owned(),
                verdict,
            },
        );
    }
}

impl Drop for Protector {
    fn drop(&mut self) {
        self.suffer(Effect::DOWN);
    }
}

impl Service {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        {
            let mut script = self.script();
            script.asked += 1;
            if script.is_recording {
                script.requests.push(request.clone());
            }
        }
        let effect = self.faults.next(None, |_| false);
        let reply = effect.and_then(|effect| reply(&effect, &self.faults));
        reply.unwrap_or_else(|| Reply::Response(self.answer(&request)))
    }

    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        if header(request, "x-netacea-api-key") != API_KEY {
            return aws::answer(403, "");
        }
        match &self.judge {
            Some(judge) => judge.answer(request),
            None => self.script().answer(request),
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/") => self.check(request),
            (&Method::POST, "/AtaVerifyCaptcha") => verify(request),
            (&Method::GET, "/captcha") => judged(Verdict::CAPTCHA, Captcha::PAGE),
            _ => aws::answer(404, ""),
        }
    }

    fn check(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let fits = |rule: &&Rule| header(request, rule.header).contains(&rule.contains);
        let Verdict([matched, mitigate, captcha]) = self
            .rules
            .iter()
            .find(fits)
            .map_or(Verdict::CLEAN, |rule| rule.verdict);
        if captcha == '0' {
            return judged(Verdict([matched, mitigate, captcha]), "");
        }
        if captcha == 'a' {
            return judged(Verdict([matched, mitigate, captcha]), Checkpoint::PAGE);
        }
        if header(request, "cookie") == format!("_mitatacaptcha={}", Captcha::TOKEN) {
            return judged(Verdict([matched, mitigate, '2']), "");
        }
        judged(Verdict([matched, mitigate, captcha]), Captcha::PAGE)
    }
}

fn verify(request: &Request<Bytes>) -> Response<Bytes> {
    let body = core::str::from_utf8(request.body()).unwrap_or_default();
    let (captcha, answer) = match body {
        Captcha::SOLUTION => ('2', ""),
        Checkpoint::FIRST_STEP => ('7', Checkpoint::NEXT),
        Checkpoint::SOLUTION => ('b', ""),
        _ => ('3', Captcha::PAGE),
    };
    let mut response = judged(Verdict(['2', '1', captcha]), answer);
    if !['2', 'b'].contains(&captcha) {
        return response;
    }
    response.headers_mut().insert(
        "x-netacea-mitatacaptcha-value",
        HeaderValue::from_static(Captcha::TOKEN),
    );
    response.headers_mut().insert(
        "x-netacea-mitatacaptcha-expiry",
        HeaderValue::from_static("86400"),
    );
    response
}

fn judged(Verdict(characters): Verdict, body: &'static str) -> Response<Bytes> {
    let mut response = aws::answer(200, body);
    for (name, character) in ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"]
        .into_iter()
        .zip(characters)
    {
        if let Ok(value) = HeaderValue::from_str(&character.to_string()) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response.headers_mut().insert(
        "content-type",
        HeaderValue::from_static("text/html; charset=UTF-8"),
    );
    response
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    request
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
