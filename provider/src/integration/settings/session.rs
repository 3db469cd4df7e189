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
}

impl SessionModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Session {
        let Self {
            cookie_name,
            cookie_attributes,
            expiry_seconds,
            format,
            cookies_on_errors,
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
        } = session;
        SessionModel {
            cookie_name: cookie_name.as_str().into(),
            cookie_attributes: cookie_attributes.as_str().into(),
            expiry_seconds: i64::from(expiry_seconds).into(),
            format: format.as_str().into(),
            cookies_on_errors: (*cookies_on_errors).into(),
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
                "Layout of the session cookie: `V1` (default), signed, or `V3`, which is not and \
                 needs the secret `cookie_encryption_key`. Both are read.",
            );
        object
            .attribute("cookies_on_errors", |m| &mut m.cookies_on_errors)
            .default(defaults.cookies_on_errors)
            .describe(
                "Set cookies also on answers with a status of 400 and above, together with `Cache-Control: no-store`. Default `false`, because CloudFront may \
                 keep an error page and hand its cookie to other visitors.",
            );
    }
}
