//! Checks rules (protocol sections 3 and 12) and collects what breaks them: all of them in the
//! provider at plan time, those of the secrets also in the function at load. Each group states its
//! own rules; this file has the kinds of rules that several groups need.

use core::fmt;

use crate::cookies;
use crate::headers;

/// A rule that a configuration breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where, in the spelling of the Terraform resource, for example `["settings", "protector",
    /// "url"]`.
    pub field: Vec<&'static str>,
    /// What is wrong and what is expected. Never contains a secret.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.field.iter().enumerate() {
            f.write_str(if index > 0 { "." } else { "" })?;
            f.write_str(name)?;
        }
        f.write_str(if self.field.is_empty() { "" } else { ": " })?;
        f.write_str(&self.message)
    }
}

/// The broken rules. `field` is a path in the Terraform resource, like `settings.protector.url`.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) violations: Vec<Violation>,
}

impl Rules {
    pub(super) fn require(&mut self, holds: bool, field: &'static str, message: &str) {
        if !holds {
            self.violate(field, || message.to_owned());
        }
    }

    pub(super) fn range(&mut self, number: u32, least: u32, most: u32, field: &'static str) {
        if !(least..=most).contains(&number) {
            self.violate(field, || format!("must be {least} to {most}, not {number}"));
        }
    }

    /// Notes a broken rule. The function itself has no messages: they would slow down every cold
    /// start, and Terraform has shown them before.
    fn violate(&mut self, field: &'static str, message: impl FnOnce() -> String) {
        let violation = if cfg!(target_family = "wasm") {
            Violation {
                field: Vec::new(),
                message: "the configuration breaks a rule; `terraform validate` shows which one"
                    .to_owned(),
            }
        } else {
            Violation {
                field: field.split('.').collect(),
                message: message(),
            }
        };
        self.violations.push(violation);
    }

    pub(super) fn service_url(&mut self, url: &str, field: &'static str) {
        let message = "must be an https address such as `https://host.example`: no user, query, fragment or trailing slash";
        self.require(is_service_url(url), field, message);
    }

    pub(super) fn cookie_name(&mut self, name: &str, field: &'static str) {
        let message = "must be a cookie name: letters, digits and `!#$%&'*+-.^_`|~`";
        self.require(headers::is_name(name), field, message);
    }

    pub(super) fn cookie_attributes(&mut self, attributes: &str, field: &'static str) {
        let message = "must be cookie attributes such as `Secure; SameSite=Lax`: printable ASCII without commas";
        self.require(cookies::are_attributes(attributes), field, message);
    }

    /// Checks that browsers accept the cookies of session and captcha, with their attributes as
    /// they will be written.
    pub(super) fn browsers_take_cookies(&mut self, names: [&str; 2], attributes: [&str; 2]) {
        let (session, captcha) = cookies::with_shared_domain(attributes[0], attributes[1]);
        let fields = [
            "settings.session.cookie_attributes",
            "settings.captcha.cookie_attributes",
        ];
        for ((name, attributes), field) in names.into_iter().zip([session, captcha]).zip(fields) {
            if let Some(refusal) = cookies::refusal(name, &attributes) {
                self.require(false, field, refusal);
            }
        }
    }

    pub(super) fn require_each(
        &mut self,
        text: &str,
        holds: bool,
        field: &'static str,
        fault: &str,
    ) {
        if !holds {
            self.violate(field, || format!("`{text}` {fault}"));
        }
    }

    pub(super) fn at_most(&mut self, list: &[String], most: usize, field: &'static str) {
        let length = list.len();
        if length > most {
            self.violate(field, || {
                format!("must have at most {most} elements, not {length}")
            });
        }
    }

    pub(super) fn origins(&mut self, origins: &[String], field: &'static str) {
        self.at_most(origins, 50, field);
        for origin in origins {
            self.require_each(origin, is_origin(origin), field, "is not an origin as browsers send it, like `https://app.example.com`: scheme, host in lower case and no default port");
        }
    }

    pub(super) fn header_name(&mut self, name: &str, field: &'static str) {
        self.require(headers::is_name(name), field, "must be a header name");
    }

    pub(super) fn header_value(&mut self, value: &str, field: &'static str) {
        let message = "must be printable ASCII without line breaks";
        self.require(headers::is_value(value), field, message);
    }
}

/// `https://host[:port][/path]`. Anything a URL parser could read in two ways is refused.
fn is_service_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let named = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|address| address.parse::<core::net::Ipv6Addr>().is_ok());
    let port = port.is_none_or(|port| {
        port.parse::<u16>().is_ok_and(|number| number > 0) && !port.starts_with('+')
    });
    (named || literal) && port && !path.ends_with('/') && is_path(path)
}

/// Whether a browser would send this as `Origin`: scheme, host and a port that is not the scheme's
/// own.
fn is_origin(origin: &str) -> bool {
    let (rest, own_port) = match (
        origin.strip_prefix("https://"),
        origin.strip_prefix("http://"),
    ) {
        (Some(rest), _) => (rest, ":443"),
        (_, Some(rest)) => (rest, ":80"),
        _ => return false,
    };
    let is_lower = origin.bytes().all(|byte| !byte.is_ascii_uppercase());
    is_lower
        && !rest.contains('/')
        && !rest.ends_with(own_port)
        && is_service_url(&format!("https://{rest}"))
}

/// Printable ASCII without blanks, quotes, `?` and `#`.
pub(super) fn is_path(path: &str) -> bool {
    path.bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"?#\"\\<>".contains(&byte))
}

#[cfg(test)]
mod tests;
