//! The arguments of `netacea_edge_smoke_test`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use tfplugin::{Attr, Model, Object, StringValue};

/// How often a site is asked unless the configuration says so.
pub(super) const DEFAULT_REQUESTS: i64 = 3;
const MOST_REQUESTS: i64 = 20;
/// `settings.session.cookie_name` of an integration that sets none.
pub(super) const DEFAULT_COOKIE_NAME: &str = "_mitata";
/// Whoever reads the site's log should know who asked.
pub(super) const USER_AGENT: &str = concat!("netacea-edge-smoke-test/", env!("CARGO_PKG_VERSION"));

/// What is asked, and what is expected.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SmokeTestModel {
    pub(crate) url: Attr<String>,
    pub(crate) requests: Attr<i64>,
    pub(crate) expect: Attr<Expectation>,
    pub(crate) cookie_name: Attr<String>,
    pub(crate) user_agent: Attr<String>,
    pub(crate) headers: Attr<BTreeMap<String, String>>,
}

/// What the answers should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    Protected,
    Unprotected,
}

/// A string that is not an expectation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an expectation. Use \"protected\" or \"unprotected\", or remove `expect`")]
pub(crate) struct UnknownExpectation(String);

impl FromStr for Expectation {
    type Err = UnknownExpectation;

    fn from_str(text: &str) -> Result<Self, UnknownExpectation> {
        match text {
            "protected" => Ok(Expectation::Protected),
            "unprotected" => Ok(Expectation::Unprotected),
            other => Err(UnknownExpectation(other.to_owned())),
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expectation::Protected => "protected",
            Expectation::Unprotected => "unprotected",
        })
    }
}

impl StringValue for Expectation {}

impl Model for SmokeTestModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("url", |m| &mut m.url)
            .required()
            .check(url)
            .describe(
                "URL to request, like `https://shop.example.com/checkout`. Use a page of a \
                 protected behavior. The action does not follow redirects.",
            );
        object
            .attribute("requests", |m| &mut m.requests)
            .optional()
            .check(requests)
            .describe("Number of requests, 1 to 20, one after the other. Default 3.");
        object
            .attribute("expect", |m| &mut m.expect)
            .optional()
            .describe(
                "`protected`: fail unless the function answered every time. `unprotected`: fail \
                 if it answered at all. If not set, the action only reports.",
            );
        object
            .attribute("cookie_name", |m| &mut m.cookie_name)
            .optional()
            .describe(
                "`settings.session.cookie_name` of the integration, if it sets one. Default \
                 `_mitata`.",
            );
        object
            .attribute("user_agent", |m| &mut m.user_agent)
            .optional()
            .describe(
                "`User-Agent` of the requests. Default `netacea-edge-smoke-test/` and the version \
                 of the provider. Netacea may judge it like any visitor; a block or a captcha \
                 counts as an answer from the function.",
            );
        object
            .attribute("headers", |m| &mut m.headers)
            .optional()
            .check(headers)
            .describe(
                "Additional request headers, such as the one by which a continuous deployment \
                 policy sends requests to the staging distribution: `{ aws-cf-cd-netacea = \
                 \"canary\" }`.",
            );
    }
}

fn url(url: &str) -> Result<(), String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => Ok(()),
        _ => Err(format!(
            "`{url}` is not the URL of a page. Write it with its scheme, like \
             \"https://shop.example.com/checkout\"."
        )),
    }
}

/// The action's own headers have arguments of their own, and `Host` follows from the URL.
fn headers(headers: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in headers {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(format!("`{name}` is not the name of a header."));
        }
        if ["accept", "host", "user-agent"].contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "The action sets `{name}` itself. Set the host in `url` and the `User-Agent` in \
                 `user_agent`, and remove the header here."
            ));
        }
        if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(format!(
                "The value of `{name}` has a character that a header cannot contain. Use \
                 printable ASCII."
            ));
        }
    }
    Ok(())
}

fn requests(count: &i64) -> Result<(), String> {
    if (1..=MOST_REQUESTS).contains(count) {
        Ok(())
    } else {
        Err(format!(
            "{count} requests are not possible. Use a number from 1 to {MOST_REQUESTS}."
        ))
    }
}

#[cfg(test)]
mod tests {
    use netacea_edge::settings::Settings;

    use super::*;

    #[test]
    fn the_default_cookie_is_that_of_the_edge_function() {
        assert_eq!(Settings::default().session.cookie_name, DEFAULT_COOKIE_NAME);
    }

    #[test]
    fn only_urls_of_sites_are_asked() {
        for good in ["https://shop.example.com", "http://127.0.0.1:8080/a?b=c"] {
            assert!(url(good).is_ok(), "{good}");
        }
        for wrong in [
            "",
            "shop.example.com",
            "ftp://shop.example.com",
            "https://",
            "https:///a",
        ] {
            assert!(url(wrong).is_err(), "{wrong} was accepted");
        }
        assert!(requests(&0).is_err() && requests(&20).is_ok() && requests(&21).is_err());
    }
}
