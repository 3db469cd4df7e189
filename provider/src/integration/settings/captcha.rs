//! `settings.captcha`: the captcha page, its cookie, and the header on captcha answers.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, natural};

/// The attribute `settings.captcha`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CaptchaModel {
    pub(crate) cookie_name: Attr<String>,
    pub(crate) cookie_attributes: Attr<String>,
    pub(crate) status: Attr<i64>,
    pub(crate) path: Attr<String>,
    pub(crate) strict_path: Attr<bool>,
    pub(crate) signal_path: Attr<String>,
    pub(crate) dynamic_content_type: Attr<bool>,
    pub(crate) site_key: Attr<String>,
    pub(crate) header: Attr<CaptchaHeaderModel>,
}

/// The attribute `settings.captcha.header`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CaptchaHeaderModel {
    pub(crate) name: Attr<String>,
    pub(crate) value: Attr<String>,
}

impl CaptchaModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Captcha {
        let Self {
            cookie_name,
            cookie_attributes,
            status,
            path,
            strict_path,
            signal_path,
            dynamic_content_type,
            site_key,
            header,
        } = self;
        let defaults = edge::Captcha::default();
        edge::Captcha {
            cookie_name: reading.value("cookie_name", cookie_name, defaults.cookie_name),
            cookie_attributes: reading.value(
                "cookie_attributes",
                cookie_attributes,
                defaults.cookie_attributes,
            ),
            status: reading.number("status", status, defaults.status),
            path: reading.optional("path", path),
            strict_path: reading.value("strict_path", strict_path, defaults.strict_path),
            signal_path: reading.optional("signal_path", signal_path),
            dynamic_content_type: reading.value(
                "dynamic_content_type",
                dynamic_content_type,
                defaults.dynamic_content_type,
            ),
            site_key: reading.optional("site_key", site_key),
            header: reading.object("header", header, None, |header, reading| {
                let CaptchaHeaderModel { name, value } = header;
                Some(edge::CaptchaHeader {
                    name: reading.value("name", name, String::new()),
                    value: reading.value("value", value, String::new()),
                })
            }),
        }
    }

    pub(super) fn of(captcha: &edge::Captcha) -> CaptchaModel {
        let edge::Captcha {
            cookie_name,
            cookie_attributes,
            status,
            path,
            strict_path,
            signal_path,
            dynamic_content_type,
            site_key,
            header,
        } = captcha;
        let header =
            header
                .as_ref()
                .map(|edge::CaptchaHeader { name, value }| CaptchaHeaderModel {
                    name: name.as_str().into(),
                    value: value.as_str().into(),
                });
        CaptchaModel {
            cookie_name: cookie_name.as_str().into(),
            cookie_attributes: cookie_attributes.as_str().into(),
            status: i64::from(*status).into(),
            path: path.clone().into(),
            strict_path: (*strict_path).into(),
            signal_path: signal_path.clone().into(),
            dynamic_content_type: (*dynamic_content_type).into(),
            site_key: site_key.clone().into(),
            header: header.into(),
        }
    }
}

impl Model for CaptchaModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Captcha::default();
        object
            .attribute("cookie_name", |m| &mut m.cookie_name)
            .default(defaults.cookie_name)
            .describe("Name of the captcha cookie. Default `_mitatacaptcha`.");
        object
            .attribute("cookie_attributes", |m| &mut m.cookie_attributes)
            .default(defaults.cookie_attributes)
            .describe("Extra attributes of the captcha cookie. Default none.");
        object
            .attribute("status", |m| &mut m.status)
            .default(i64::from(defaults.status))
            .check(natural)
            .describe(
                "HTTP status of captcha and checkpoint pages: 200, 401, 403 (default) or 429. 200 \
                 cannot be used with the event `origin-request`, because CloudFront would cache \
                 the page and show it to others.",
            );
        object
            .attribute("path", |m| &mut m.path)
            .optional()
            .describe("Path that shows the captcha page, like `/captcha`. Default: no such path.");
        object
            .attribute("strict_path", |m| &mut m.strict_path)
            .default(defaults.strict_path)
            .describe(
                "Show the captcha page only for `path` itself and paths below it. Default `false`: \
                 for every path that contains `path`, as in Netacea's own plugins.",
            );
        object
            .attribute("signal_path", |m| &mut m.signal_path)
            .optional()
            .describe(
                "Path to which Netacea's checkpoint page (a page that watches the browser instead \
                 of showing a captcha) sends its signals. In `MITIGATE`, the function logs them \
                 and responds with an empty page. Default: no such path.",
            );
        object
            .attribute("dynamic_content_type", |m| &mut m.dynamic_content_type)
            .default(defaults.dynamic_content_type)
            .describe(
                "Answer API clients with a captcha in JSON; requires `path`. Default \
                 `false`.",
            );
        object
            .attribute("site_key", |m| &mut m.site_key)
            .optional()
            .describe(
                "Site key of your own captcha account, used together with the secret \
                 `captcha_secret_key`.",
            );
        object
            .nested("header", |m| &mut m.header)
            .optional()
            .describe(
                "Extra header on responses with a captcha, so that other systems recognize them. \
                 Default: none.",
            );
    }
}

impl Model for CaptchaHeaderModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |m| &mut m.name)
            .required()
            .describe("Header name, like `x-captcha`.");
        object
            .attribute("value", |m| &mut m.value)
            .required()
            .describe("Header value, like `1`.");
    }
}
