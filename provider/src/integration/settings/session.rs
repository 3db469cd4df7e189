//! `settings.session`: the session cookie.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, choice, natural};

/// The attribute `settings.session`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SessionModel {
    pub(crate) cookie_name: Attr<String>,
    pub(crate) cookie_attributes: Attr<String>,
    pub(crate) expiry_seconds: Attr<i64>,
    pub(crate) format: Attr<String>,
    pub(crate) cookies_on_errors: Attr<bool>,
    pub(crate) private_on_set_cookie: Attr<bool>,
    pub(crate) header_budget_bytes: Attr<i64>,
}

impl SessionModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Session {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds,
            format,
            cookies_on_errors,
            private_on_set_cookie,
            header_budget_bytes,
        } = self;
        let defaults = edge::Session::default();
        edge::Session {
            cookie_name: reading.value("cookie_name", cookie_name, defaults.cookie_name),
            cookie_attributes: reading.value(
                "cookie_attributes",
                cookie_attributes,
                defaults.cookie_attributes,
            ),
            expiry_seconds: reading.optional_number("expiry_seconds", expiry_seconds),
            format: reading.choice("format", format, defaults.format),
            cookies_on_errors: reading.value(
                "cookies_on_errors",
                cookies_on_errors,
                defaults.cookies_on_errors,
            ),
            private_on_set_cookie: reading.value(
                "private_on_set_cookie",
                private_on_set_cookie,
                defaults.private_on_set_cookie,
            ),
            header_budget_bytes: reading.number(
                "header_budget_bytes",
                header_budget_bytes,
                defaults.header_budget_bytes,
            ),
        }
    }

    /// `expiry_seconds` is the lifetime in effect: the configured one or the mode's.
    pub(super) fn of(session: &edge::Session, expiry_seconds: u32) -> SessionModel {
        let edge::Session {
            cookie_name,
            cookie_attributes,
            expiry_seconds: _,
            format,
            cookies_on_errors,
            private_on_set_cookie,
            header_budget_bytes,
        } = session;
        SessionModel {
            cookie_name: cookie_name.as_str().into(),
            cookie_attributes: cookie_attributes.as_str().into(),
            expiry_seconds: i64::from(expiry_seconds).into(),
            format: format.as_str().into(),
            cookies_on_errors: (*cookies_on_errors).into(),
            private_on_set_cookie: (*private_on_set_cookie).into(),
            header_budget_bytes: i64::from(*header_budget_bytes).into(),
        }
    }
}

impl Model for SessionModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Session::default();
        object
            .attribute("cookie_name", |m| &mut m.cookie_name)
            .default(defaults.cookie_name)
            .describe("Name of the session cookie. Default `_mitata`.");
        object
            .attribute("cookie_attributes", |m| &mut m.cookie_attributes)
            .default(defaults.cookie_attributes)
            .describe(
                "Extra attributes of the session cookie, like `Secure; SameSite=Lax`. Default \
                 none.",
            );
        object
            .attribute("expiry_seconds", |m| &mut m.expiry_seconds)
            .optional_computed()
            .check(natural)
            .describe(
                "Seconds until a visitor is judged again. Default 60; 3600 when \
                 `mitigation_type` is `INGEST`.",
            );
        object
            .attribute("format", |m| &mut m.format)
            .default(defaults.format.to_string())
            .check(choice::<edge::SessionFormat>)
            .describe(
                "Layout of the session cookie: `V1` (default), which is signed, or `V3`, which is \
                 not signed and requires the secret `cookie_encryption_key`. Only this format is \
                 read, so a change starts new sessions.",
            );
        object
            .attribute("cookies_on_errors", |m| &mut m.cookies_on_errors)
            .default(defaults.cookies_on_errors)
            .describe(
                "Set cookies on responses with the status 404, 410, 414 or 501 too, together with \
                 `Cache-Control: no-store`. CloudFront caches other errors regardless of that \
                 header and would give their cookies to other visitors, so the function sets no \
                 cookies on them. Responses to methods that CloudFront does not cache always get \
                 cookies, whatever their status. Default `false`.",
            );
        object
            .attribute("private_on_set_cookie", |m| &mut m.private_on_set_cookie)
            .default(defaults.private_on_set_cookie)
            .describe(
                "Keep responses to which a cookie is added out of other shared caches, such as one \
                 in front of CloudFront. If `Cache-Control` has neither `private` nor `no-store`, \
                 the function removes `public` and `s-maxage` from it, adds `private` and keeps \
                 `max-age`. `CDN-Cache-Control` and `Surrogate-Control` are removed. CloudFront's \
                 own cache is not affected. Default `true`.",
            );
        object
            .attribute("header_budget_bytes", |m| &mut m.header_budget_bytes)
            .default(i64::from(defaults.header_budget_bytes))
            .check(natural)
            .describe(
                "Bytes of request headers that the origin accepts. When the request arrives, the \
                 function puts what it knows about the visit into an encrypted header of 1 to 4 \
                 KB, which it reads when the response arrives. If the headers would exceed the \
                 budget, the function shortens that header or leaves it out: the visitor passes, \
                 but the log entry has fewer fields, and without the header the visitor gets no \
                 cookie. Default 8000: S3 refuses more than 8192 bytes, API Gateway more than \
                 10240.",
            );
    }
}
