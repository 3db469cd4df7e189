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
/// Longest captcha token that is sent on; a longer one is none of Netacea's.
const TOKEN_LIMIT: usize = 4096;
/// Longest tracking id that is sent on.
const TRACKING_ID_LIMIT: usize = 512;
/// Longest part of a verdict that is believed; normally it is one character.
const VERDICT_LIMIT: usize = 16;
/// Longest event id that goes on to the origin.
const EVENT_ID_LIMIT: usize = 256;
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
    /// The visitor's captcha solution.
    pub(crate) body: Option<Vec<u8>>,
}

/// A verdict and what came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assessment {
    pub(crate) verdict: Verdict,
    /// Whether all three verdict headers are there.
    pub(crate) is_complete: bool,
    /// New captcha cookie and its lifetime in seconds, as text.
    pub(crate) captcha_cookie: Option<(String, Option<String>)>,
    pub(crate) event_id: Option<String>,
    /// Where a monetised visitor pays.
    pub(crate) redirect_host: Option<String>,
    pub(crate) is_json: bool,
    pub(crate) body: String,
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

    /// The call for one visitor. What they control is bounded and cleaned here, so that nothing
    /// they send can make the call fail and let them pass. `now` in milliseconds.
    pub(crate) fn call(&self, question: Question<'_>, now: u64) -> Call {
        Call {
            method: if question.purpose == Purpose::CaptchaPost {
                "POST"
            } else {
                "GET"
            },
            url: self.url(&question),
            headers: self.headers(&question),
            body: question.body,
            deadline: now.saturating_add(self.timeout_ms),
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
        if question.purpose == Purpose::CaptchaPost {
            headers.push((
                "Content-Type",
                "application/x-www-form-urlencoded; charset=UTF-8".to_owned(),
            ));
        } else {
            let token = question.token.filter(|token| is_token(token));
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
    /// Only 200 is success.
    pub(crate) fn read(reply: &Reply<'_>) -> Result<Self, Failure> {
        let (received, body) = match reply {
            Reply::Answered {
                status: 200,
                headers,
                body,
            } => (headers, body),
            Reply::Answered { status, .. } => return Err(Failure::ProtectorStatus(*status)),
            reply => return Err(reply.failure().unwrap_or(Failure::ProtectorBroken)),
        };
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
        Ok(Self {
            verdict: Verdict {
                matched: matched.into(),
                mitigate: mitigate.into(),
                captcha: captcha.into(),
            },
            is_complete,
            captcha_cookie: header("x-netacea-mitatacaptcha-value")
                .filter(|value| headers::is_value(value))
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
            is_json: header("content-type")
                .is_some_and(|text| text.eq_ignore_ascii_case("application/json")),
            body: String::from_utf8_lossy(body).into_owned(),
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

/// Half a token would be another one, so what cannot be sent whole is not sent.
pub(crate) fn is_token(token: &str) -> bool {
    token.len() <= TOKEN_LIMIT
        && token
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b';')
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
