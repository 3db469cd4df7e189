//! Protector's part: its answers about a visitor, by the kind that the lab's user gave them
//! (protocol sections 7 and 8).

use std::sync::Arc;

use acceptance::aws::answer;
use acceptance::netacea::Judge;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use hyper::{Method, Request, Response};
use serde_json::{Value, json};

use crate::browsers::Browsers;
use crate::captcha::Captchas;
use crate::visitor::Kind;

/// The seconds for which a solved captcha is valid.
const TOKEN_SECONDS: &str = "86400";

/// Answers as Protector does.
#[derive(Debug)]
pub(crate) struct LabJudge {
    pub(crate) browsers: Arc<Browsers>,
    pub(crate) captchas: Arc<Captchas>,
}

impl Judge for LabJudge {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/") => self.check(request),
            (&Method::POST, "/AtaVerifyCaptcha") => self.verify(request),
            (&Method::GET, "/captcha") => self.captcha_page(request),
            _ => answer(404, ""),
        }
    }
}

impl LabJudge {
    fn check(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let kind = self.kind(request);
        let verdict = kind.verdict();
        let [matched, mitigate, _] = verdict;
        let (passed, failed) = match kind {
            Kind::Captcha => ('2', '3'),
            Kind::Checkpoint => ('b', 'c'),
            Kind::Human | Kind::Bot | Kind::Flagged | Kind::Monetised => {
                return judged(verdict, "");
            }
        };
        let cookie = header(request, COOKIE.as_str());
        let token = cookie.strip_prefix("_mitatacaptcha=").unwrap_or_default();
        if self.captchas.is_earned(token) {
            return judged([matched, mitigate, passed], "");
        }
        let verdict = match token {
            "" => verdict,
            _ => [matched, mitigate, failed],
        };
        if kind == Kind::Checkpoint {
            return judged(verdict, Captchas::checkpoint_page(&fresh()));
        }
        let tracking_id = self.captchas.challenge(fresh());
        if header(request, "x-netacea-captcha-content-type") == "application/json" {
            let body = json!({ "trackingId": tracking_id }).to_string();
            return typed(judged(verdict, body), "application/json");
        }
        judged(
            verdict,
            self.captchas.page(&tracking_id).unwrap_or_default(),
        )
    }

    fn captcha_page(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let query = request.uri().query().unwrap_or_default();
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let asked = fields.find(|(name, _)| name == "trackingId");
        let page = asked.and_then(|(_, id)| self.captchas.page(&id));
        let page = page.or_else(|| self.captchas.page(&self.captchas.challenge(fresh())));
        judged(Kind::Captcha.verdict(), page.unwrap_or_default())
    }

    fn verify(&self, request: &Request<Bytes>) -> Response<Bytes> {
        if let Ok(step) = serde_json::from_slice::<Value>(request.body()) {
            return match step["step"].as_u64() {
                Some(1) => typed(
                    judged(['2', '1', '7'], json!({ "next": 2 }).to_string()),
                    "application/json",
                ),
                Some(2) => self.earned(judged(['2', '1', 'b'], "")),
                _ => judged(['2', '1', 'c'], ""),
            };
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(request.body())
            .into_owned()
            .collect();
        if self.captchas.solve(&fields) {
            return self.earned(judged(['2', '1', '2'], ""));
        }
        let tracking_id = self.captchas.challenge(fresh());
        let page = self.captchas.page(&tracking_id).unwrap_or_default();
        judged(['2', '1', '3'], page)
    }

    fn earned(&self, mut response: Response<Bytes>) -> Response<Bytes> {
        let token = fresh();
        if let Ok(value) = HeaderValue::from_str(&token) {
            let headers = response.headers_mut();
            headers.insert("x-netacea-mitatacaptcha-value", value);
            headers.insert(
                "x-netacea-mitatacaptcha-expiry",
                HeaderValue::from_static(TOKEN_SECONDS),
            );
        }
        self.captchas.earn(token);
        response
    }

    fn kind(&self, request: &Request<Bytes>) -> Kind {
        self.browsers
            .kind_at(header(request, "x-netacea-client-ip"))
    }
}

fn judged(verdict: [char; 3], body: impl Into<String>) -> Response<Bytes> {
    let mut response = answer(200, "").map(|_: Bytes| Bytes::from(body.into()));
    let names = ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"];
    for (name, character) in names.into_iter().zip(verdict) {
        if let Ok(value) = HeaderValue::from_str(&character.to_string()) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, value);
        }
    }
    typed(response, "text/html; charset=UTF-8")
}

fn typed(mut response: Response<Bytes>, media_type: &'static str) -> Response<Bytes> {
    let value = HeaderValue::from_static(media_type);
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// An id or a token. Nobody has a reason to guess one: anybody who reaches the lab can choose their
/// kind of visitor.
fn fresh() -> String {
    format!("{:032x}", fastrand::u128(..))
}
