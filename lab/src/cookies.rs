//! Cookies in headers, and the content of Netacea's (protocol sections 5 and 6).

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::package::EdgePackage;

/// Between the fields of a V1 session cookie.
const DELIMITER: &str = "_/@#/";

/// The names of Netacea's cookies toward the browser.
#[derive(Clone, Debug)]
pub(crate) struct CookieNames {
    pub(crate) session: String,
    pub(crate) captcha: String,
}

impl CookieNames {
    /// The names in the package's configuration.
    pub(crate) fn of(package: &EdgePackage) -> Self {
        let name = |key, default: &str| package.text(key).unwrap_or(default).to_owned();
        Self {
            session: name("netaceaCookieName", "_mitata"),
            captcha: name("netaceaCaptchaCookieName", "_mitatacaptcha"),
        }
    }

    /// Whether a cookie is one of them.
    pub(crate) fn include(&self, name: &str) -> bool {
        name == self.session || name == self.captcha
    }

    /// The content of a cookie; `null` for cookies that are not Netacea's.
    pub(crate) fn decode(&self, name: &str, value: &str) -> Value {
        if !self.include(name) {
            return Value::Null;
        }
        if value.starts_with("eyJ") && value.split('.').count() == 5 {
            return json!({ "kind": self.kind(name), "encrypted": true });
        }
        if name == self.captcha {
            return json!({ "kind": self.kind(name), "token": value });
        }
        session(value).unwrap_or_else(|| json!({ "kind": "session", "readable": false }))
    }

    fn kind(&self, name: &str) -> &'static str {
        if name == self.session {
            "session"
        } else {
            "captcha"
        }
    }
}

/// Name and value of each cookie in a `Cookie` header.
pub(crate) fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let cookies = header.split(';').map(str::trim);
    cookies.filter_map(|cookie| cookie.split_once('='))
}

/// The verdict in a session cookie, and whether it still counts.
pub(crate) fn verdict(decoded: &Value) -> Option<(String, bool)> {
    let code = decoded["verdict"].as_str()?.to_owned();
    Some((code, decoded["expired"] == false))
}

fn session(value: &str) -> Option<Value> {
    if let Some(session) = session_v1(value) {
        return Some(session);
    }
    let fields: Vec<_> = form_urlencoded::parse(value.as_bytes()).collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.to_string())
    };
    let verdict = format!("{}{}{}", field("mat")?, field("mit")?, field("cap")?);
    let expiry = field("ist")?.parse::<i64>().ok()? + field("grp")?.parse::<i64>().ok()?;
    Some(told("V3", &field("uid")?, expiry, &verdict))
}

fn session_v1(value: &str) -> Option<Value> {
    let mut fields = value.rsplitn(5, DELIMITER);
    let verdict = fields.next()?;
    let _address = fields.next()?;
    let user = fields.next()?;
    let expiry = fields.next()?.parse().ok()?;
    let _signature = fields.next()?;
    (verdict.len() == 3).then(|| told("V1", user, expiry, verdict))
}

fn told(format: &str, user: &str, expiry: i64, verdict: &str) -> Value {
    let expires = OffsetDateTime::from_unix_timestamp(expiry).ok();
    let is_expired = expires.is_none_or(|expires| expires < OffsetDateTime::now_utc());
    json!({
        "kind": "session",
        "format": format,
        "user": user,
        "verdict": verdict,
        "expires": expires.and_then(|expires| expires.format(&Rfc3339).ok()),
        "expired": is_expired,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> CookieNames {
        CookieNames {
            session: "_mitata".to_owned(),
            captcha: "_mitatacaptcha".to_owned(),
        }
    }

    #[test]
    fn sessions_of_both_formats_are_read() {
        let v1 = names().decode("_mitata", "c2ln_/@#/1_/@#/cuser_/@#/aGFzaA==_/@#/21a");
        assert_eq!(
            (&v1["verdict"], &v1["user"]),
            (&json!("21a"), &json!("cuser"))
        );
        assert_eq!(verdict(&v1), Some(("21a".to_owned(), false)));
        let v3 = "uid=cuser&ist=4000000000&grp=60&mat=0&mit=0&cap=0";
        let v3 = names().decode("_mitata", v3);
        assert_eq!(verdict(&v3), Some(("000".to_owned(), true)));
    }

    #[test]
    fn what_cannot_be_read_is_told_as_that() {
        let names = names();
        assert_eq!(names.decode("basket", "1"), Value::Null);
        let token = names.decode("_mitata", "eyJhbGciOiJkaXIifQ..a.b.c");
        assert_eq!(token["encrypted"], true);
        assert_eq!(names.decode("_mitata", "garbage")["readable"], false);
        let captcha = names.decode("_mitatacaptcha", "t");
        assert_eq!(captcha["token"], "t");
    }

    #[test]
    fn cookies_of_one_header_are_told_apart() {
        let found: Vec<_> = pairs("a=1; b=2=3;c").collect();
        assert_eq!(found, [("a", "1"), ("b", "2=3")]);
    }
}
