//! Protector: what it is asked and how its answer is read (protocol section 7).

use crate::call::{Call, Reply};
use crate::captcha;
use crate::failure::Failure;
use crate::headers;
use crate::session::{CookieStatus, Session};
use crate::settings::{Captcha, Configuration};
use crate::verdict::Verdict;
use crate::visitor::Visitor;

/// Name under which the captcha cookie is forwarded, whatever the browser calls it.
const CAPTCHA_COOKIE: &str = "_mitatacaptcha";
/// Longest user agent that is sent on. Servers commonly refuse headers from 8 KB on.
const USER_AGENT_LIMIT: usize = 2048;
/// Longest tracking id that is sent on.
const TRACKING_ID_LIMIT: usize = 512;
/// Longest part of a verdict that is believed; normally it is one character.
const VERDICT_LIMIT: usize = 16;
/// Longest event id that goes on to the origin.
const EVENT_ID_LIMIT: usize = 256;
/// What a browser calls the solution of a captcha.
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const HTML: &str = "text/html; charset=UTF-8";
/// Longest `Content-Type` that goes on, either way.
const CONTENT_TYPE_LIMIT: usize = 256;
/// Longest answer that is read: CloudFront takes at most 1 MB of it.
const REPLY_LIMIT: u32 = 1_048_576;

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What about this visitor?
    Check,
    /// Is their captcha solved?
    CaptchaPost,
    /// Show them the captcha page.
    CaptchaPage,
}

/// The service as it is configured.
pub(crate) struct Protector {
    url: String,
    timeout_ms: u64,
    api_key: String,
    /// The customer's own captcha keys, sent only together.
    captcha_keys: Option<(String, String)>,
    captcha: Captcha,
}

/// What Protector is to be asked.
pub(crate) struct Question<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) visitor: &'a Visitor,
    pub(crate) session: &'a Session,
    /// Captcha token, decrypted.
    pub(crate) token: Option<&'a str>,
    pub(crate) header_fingerprint: &'a str,
    /// What is to be verified.
    pub(crate) solution: Option<Solution>,
}

/// A visitor's captcha solution.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Theirs, if it is one.
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// A verdict and what came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assessment {
    /// HTTP status: 200, or that of a verification.
    pub(crate) status: u16,
    pub(crate) verdict: Verdict,
    /// Whether all three verdict headers are there.
    pub(crate) is_complete: bool,
    /// New captcha cookie and its lifetime in seconds, as text.
    pub(crate) captcha_cookie: Option<(String, Option<String>)>,
    pub(crate) event_id: Option<String>,
    /// Where a monetised visitor pays.
    pub(crate) redirect_host: Option<String>,
    /// What came behind the headers, unless it did not come whole or cannot be read.
    pub(crate) body: Option<Vec<u8>>,
    /// Whether that is JSON.
    pub(crate) is_json: bool,
    /// `Content-Type` of a page for a browser.
    pub(crate) page_type: String,
    /// `Content-Type` as it came.
    pub(crate) content_type: String,
}

impl Protector {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let settings = &configuration.settings;
        Self {
            url: settings.protector.url.clone(),
            timeout_ms: u64::from(settings.protector.timeout_ms),
            api_key: configuration.secrets.api_key.clone().unwrap_or_default(),
            captcha_keys: settings
                .captcha
                .site_key
                .clone()
                .zip(configuration.secrets.captcha_secret_key.clone()),
            captcha: settings.captcha.clone(),
        }
    }

    /// The credential of every call to Netacea.
    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Milliseconds that asking about one visitor may take.
    pub(crate) fn timeout_ms(&self) -> u64 {
        self.timeout_ms
    }

    /// The call for one visitor. What they control is bounded and cleaned here, so that nothing
    /// they send can make the call fail and let them pass. `deadline` on the steady clock.
    pub(crate) fn call(&self, question: Question<'_>, deadline: u64) -> Call {
        Call {
            method: if question.purpose == Purpose::CaptchaPost {
                "POST"
            } else {
                "GET"
            },
            url: self.url(&question),
            headers: self.headers(&question),
            body: question.solution.map(|solution| solution.body),
            deadline,
            reply_limit: REPLY_LIMIT,
        }
    }

    fn url(&self, question: &Question<'_>) -> String {
        let path = match question.purpose {
            Purpose::Check => "/",
            Purpose::CaptchaPost => captcha::VERIFICATION_PATH,
            Purpose::CaptchaPage => "/captcha",
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("headerFP", question.header_fingerprint);
        if question.purpose == Purpose::CaptchaPage
            && let Some(id) = captcha::tracking_id(&question.visitor.query)
        {
            query.append_pair("trackingId", beginning(&id, TRACKING_ID_LIMIT));
        }
        format!("{}{path}?{}", self.url, query.finish())
    }

    fn headers(&self, question: &Question<'_>) -> Vec<(&'static str, String)> {
        let (visitor, session) = (question.visitor, question.session);
        let mut headers = vec![
            ("X-Netacea-API-Key", self.api_key.clone()),
            ("X-Netacea-Client-IP", printable(&visitor.ip, 64)),
            (
                "user-agent",
                printable(
                    visitor.user_agent.as_deref().unwrap_or_default(),
                    USER_AGENT_LIMIT,
                ),
            ),
        ];
        // Pages are handed on as they come, and nobody here could unpack one.
        headers.push(("Accept-Encoding", "identity".to_owned()));
        if question.purpose == Purpose::CaptchaPost {
            let solution = question.solution.as_ref();
            let content_type = solution.and_then(|solution| solution.content_type.as_deref());
            headers.push(("Content-Type", content_type.unwrap_or(FORM).to_owned()));
        } else {
            let token = question.token.filter(|token| captcha::is_token(token));
            headers.push((
                "cookie",
                token
                    .map(|token| format!("{CAPTCHA_COOKIE}={token}"))
                    .unwrap_or_default(),
            ));
            let content_type = captcha::content_type(&self.captcha, &visitor.accept);
            headers.push(("X-Netacea-Captcha-Content-Type", content_type.to_owned()));
        }
        if session.status != CookieStatus::New {
            headers.push(("X-Netacea-UserId", session.user_id.clone()));
        }
        if let Some((site_key, secret_key)) = &self.captcha_keys {
            headers.push(("X-Netacea-Captcha-Site-Key", site_key.clone()));
            headers.push(("X-Netacea-Captcha-Secret-Key", secret_key.clone()));
        }
        headers
    }
}

impl Assessment {
    /// Whether it says nothing about what to do.
    pub(crate) fn is_silent(&self) -> bool {
        let Verdict {
            matched: _,
            mitigate,
            captcha,
        } = &self.verdict;
        mitigate.as_str().is_empty() && captcha.as_str().is_empty()
    }

    /// Success is 200, and for a verification also 4xx with a verdict. The headers decide: a body
    /// that did not come whole takes a verdict away from a verification only, whose answer it is.
    pub(crate) fn read(reply: &Reply<'_>, purpose: Purpose) -> Result<Self, Failure> {
        let (status, received, body) = match reply {
            Reply::Answered {
                status,
                headers,
                body,
            } => (*status, headers, Some(*body)),
            Reply::Cut {
                status, headers, ..
            } => (*status, headers, None),
            Reply::TimedOut
            | Reply::Unreachable
            | Reply::Broken
            | Reply::TooLarge
            | Reply::OutOfTime => (0, &Vec::new(), None),
        };
        let failure = reply.failure().unwrap_or(Failure::ProtectorStatus);
        let header = |name: &str| {
            received
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, value)| *value)
        };
        let verdict = ["x-netacea-match", "x-netacea-mitigate", "x-netacea-captcha"]
            .map(|name| header(name).filter(|text| is_verdict(text)));
        let is_complete = verdict.iter().all(Option::is_some);
        let [matched, mitigate, captcha] = verdict.map(Option::unwrap_or_default);
        let is_verification = purpose == Purpose::CaptchaPost;
        let is_answer =
            status == 200 || is_verification && is_complete && (400..500).contains(&status);
        if !is_answer || body.is_none() && (is_verification || !is_complete) {
            return Err(failure);
        }
        let content_type = header("content-type").filter(|text| is_content_type(text));
        let is_packed = header("content-encoding")
            .is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
        Ok(Self {
            status,
            verdict: Verdict {
                matched: matched.into(),
                mitigate: mitigate.into(),
                captcha: captcha.into(),
            },
            is_complete,
            captcha_cookie: header("x-netacea-mitatacaptcha-value")
                .filter(|value| captcha::is_token(value))
                .map(|value| {
                    let expiry = header("x-netacea-mitatacaptcha-expiry");
                    let expiry = expiry.filter(|expiry| is_number(expiry));
                    (value.to_owned(), expiry.map(str::to_owned))
                }),
            event_id: header("x-netacea-event-id")
                .filter(|id| id.len() <= EVENT_ID_LIMIT && headers::is_value(id))
                .map(str::to_owned),
            redirect_host: header("x-netacea-redirect-host")
                .filter(|host| is_host(host))
                .map(str::to_owned),
            body: body.filter(|_| !is_packed).map(<[u8]>::to_vec),
            is_json: content_type.is_some_and(is_json),
            page_type: page_type(content_type),
            content_type: content_type.unwrap_or(HTML).to_owned(),
        })
    }
}

/// What an HTTP header can carry, no longer than `limit` bytes: control characters go, others
/// become question marks.
fn printable(text: &str, limit: usize) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .map(|character| {
            if matches!(character, ' '..='~') {
                character
            } else {
                '?'
            }
        })
        .take(limit)
        .collect()
}

/// What goes on to the origin in a header and to the visitor in a cookie. Anything else counts as
/// missing.
fn is_verdict(text: &str) -> bool {
    text.len() <= VERDICT_LIMIT
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
}

/// One line that names a type.
pub(crate) fn is_content_type(text: &str) -> bool {
    !text.is_empty() && text.len() <= CONTENT_TYPE_LIMIT && headers::is_value(text)
}

/// Whatever the parameters say: JSON is always UTF-8.
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// The type of a page for a browser, with the charset that the page came with.
fn page_type(content_type: Option<&str>) -> String {
    let mut parameters = content_type.unwrap_or_default().split(';').skip(1);
    let charset = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"'))
    });
    match charset {
        Some(charset) if headers::is_name(charset) && !charset.eq_ignore_ascii_case("utf-8") => {
            ["text/html; charset=", charset].concat()
        }
        _ => HTML.to_owned(),
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn beginning(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}
