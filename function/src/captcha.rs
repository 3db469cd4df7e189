//! The captcha page and its JSON form (protocol sections 7.1 to 7.3).

use crate::json::{self, Object, Value};
use crate::settings::{Captcha, MitigationType, Settings};
use crate::visitor::Visitor;

/// Path to which captcha pages post their solution.
pub const VERIFICATION_PATH: &str = "/AtaVerifyCaptcha";

/// The longest captcha token in bytes; Netacea does not make longer ones.
const TOKEN_LIMIT: usize = 4096;
const TRACKING_ID: &str = "trackingId";

/// The content type in which this visitor would get a captcha.
pub fn content_type(captcha: &Captcha, accept: &str) -> &'static str {
    let accept = accept.to_ascii_lowercase();
    let wants_json = accept.contains("application/json")
        && !accept.contains("text/html")
        && !accept.contains("application/html");
    if captcha.dynamic_content_type && captcha.path.is_some() && wants_json {
        "application/json"
    } else {
        "text/html"
    }
}

/// Whether this is a request for the captcha page. The path need only contain the configured one,
/// as in the vendor's plugins, unless the customer wants it strict.
pub(crate) fn is_page_request(captcha: &Captcha, visitor: &Visitor) -> bool {
    let is_captcha_path = |path: &str| {
        let below = visitor.path.strip_prefix(path);
        if captcha.strict_path {
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        } else {
            visitor.path.contains(path)
        }
    };
    captcha.path.as_deref().is_some_and(is_captcha_path)
        && ["GET", "HEAD"]
            .iter()
            .any(|method| visitor.method.eq_ignore_ascii_case(method))
        && visitor.query.contains(TRACKING_ID)
}

/// Whether this is a solution to verify.
pub(crate) fn is_verification(visitor: &Visitor) -> bool {
    visitor.path == VERIFICATION_PATH && visitor.method.eq_ignore_ascii_case("POST")
}

/// Whether this is a signal of a checkpoint page, which nobody is asked about. Where the origin
/// serves the page, the origin gets the signals too.
pub(crate) fn is_signal(settings: &Settings, visitor: &Visitor) -> bool {
    settings.mitigation_type == MitigationType::Mitigate
        && settings.captcha.signal_path.as_deref() == Some(&visitor.path)
}

/// Whether this can be a captcha token, on its way to the browser and back: it must not contain
/// more than a cookie's value, and half a token would be another token.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= TOKEN_LIMIT
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b';')
}

/// The decoded `trackingId` of a query.
pub fn tracking_id(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == TRACKING_ID)
        .map(|(_, value)| value.into_owned())
}

/// Turns Protector's JSON into the one that an API client gets: where to show the captcha. `None`
/// when it cannot be done.
pub fn json_page(captcha: &Captcha, host: &str, body: &[u8]) -> Option<String> {
    let path = captcha.path.as_deref()?;
    if body.is_empty() {
        return Some(String::new());
    }
    let value = json::parse(body).ok()?;
    // As JavaScript would: `null` has no members at all.
    if value == Value::Null {
        return None;
    }
    // A path of one character cannot carry the page (`e2e.json`, group json-captcha).
    let Some(id) = value.member(TRACKING_ID).filter(|_| path.len() > 1) else {
        return Some(String::new());
    };
    // As JavaScript prints them. Protector sends strings; what it would print of the rest is of no
    // use.
    let id = match id {
        Value::Text(text) => text.clone(),
        Value::Null => "null".to_owned(),
        Value::Flag(is_true) => if *is_true { "true" } else { "false" }.to_owned(),
        Value::Number(_) => id.as_integer()?.to_string(),
        Value::List(_) | Value::Object(_) => return None,
    };
    let relative = format!("{path}?{TRACKING_ID}={id}");
    let mut page = Object::new();
    page.text("captchaRelativeURL", &relative);
    page.text("captchaAbsoluteURL", &format!("https://{host}{relative}"));
    Some(page.finish())
}
