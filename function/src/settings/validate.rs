//! The rules of protocol sections 3 and 12, the same in the provider at plan time and in the
//! function at load.

use super::{Configuration, IngestKind, Kinesis, SessionFormat, Settings, Violation};
use crate::cookies;
use crate::headers;

pub(super) fn settings(settings: &Settings) -> Vec<Violation> {
    let mut rules = Rules::default();
    protector(settings, &mut rules);
    session(settings, &mut rules);
    captcha(settings, &mut rules);
    ingest(settings, &mut rules);
    if let Some(client_ip) = &settings.client_ip {
        let field = ["settings", "client_ip", "header"];
        rules.require(
            headers::is_name(&client_ip.header),
            &field,
            "must be a header name",
        );
        let field = ["settings", "client_ip", "trusted_proxy_hops"];
        rules.range(client_ip.trusted_proxy_hops, 1, 16, &field);
    }
    rules.violations
}

pub(super) fn configuration(configuration: &Configuration) -> Vec<Violation> {
    let mut rules = Rules {
        violations: settings(&configuration.settings),
    };
    let secrets = &configuration.secrets;
    rules.secret(&secrets.api_key, &["secrets", "api_key"], true);
    let secret_key = secrets.secret_key.as_deref().unwrap_or_default();
    let message = "is required in every mode: it signs the session cookie";
    rules.require(!secret_key.is_empty(), &["secrets", "secret_key"], message);
    rules.secret(
        &secrets.captcha_secret_key,
        &["secrets", "captcha_secret_key"],
        false,
    );
    let kinesis = configuration.settings.ingest.kind == IngestKind::Kinesis;
    rules.secret(
        &secrets.kinesis_access_key,
        &["secrets", "kinesis_access_key"],
        kinesis,
    );
    rules.secret(
        &secrets.kinesis_secret_key,
        &["secrets", "kinesis_secret_key"],
        kinesis,
    );
    if let Some(key) = &secrets.cookie_encryption_key {
        let field = ["secrets", "cookie_encryption_key"];
        rules.require(
            is_encryption_key(key),
            &field,
            "must be the base64url text of exactly 32 bytes",
        );
    }
    if configuration.settings.session.format == SessionFormat::V3
        && secrets.cookie_encryption_key.is_none()
    {
        let message = "format V3 is not signed, so it needs secrets.cookie_encryption_key";
        rules.require(false, &["settings", "session", "format"], message);
    }
    rules.violations
}

fn protector(settings: &Settings, rules: &mut Rules) {
    let protector = &settings.protector;
    rules.service_url(&protector.url, &["settings", "protector", "url"]);
    // One second stays for everything else within CloudFront's 30.
    rules.range(
        protector.timeout_ms,
        1,
        29_000,
        &["settings", "protector", "timeout_ms"],
    );
    let field = ["settings", "protector", "breaker", "consecutive_failures"];
    rules.range(protector.breaker.consecutive_failures, 1, 1000, &field);
    let field = ["settings", "protector", "breaker", "open_seconds"];
    rules.range(protector.breaker.open_seconds, 1, 3600, &field);
}

fn session(settings: &Settings, rules: &mut Rules) {
    let session = &settings.session;
    rules.cookie_name(
        &session.cookie_name,
        &["settings", "session", "cookie_name"],
    );
    rules.cookie_attributes(
        &session.cookie_attributes,
        &["settings", "session", "cookie_attributes"],
    );
    // A year; a longer one is a mistake in units.
    let field = ["settings", "session", "expiry_seconds"];
    rules.range(settings.session_expiry_seconds(), 0, 31_536_000, &field);
}

fn captcha(settings: &Settings, rules: &mut Rules) {
    let captcha = &settings.captcha;
    let field = ["settings", "captcha", "cookie_name"];
    rules.cookie_name(&captcha.cookie_name, &field);
    let message = "must differ from settings.session.cookie_name";
    rules.require(
        captcha.cookie_name != settings.session.cookie_name,
        &field,
        message,
    );
    rules.cookie_attributes(
        &captcha.cookie_attributes,
        &["settings", "captcha", "cookie_attributes"],
    );
    if let Some(path) = &captcha.path {
        let clean = path.starts_with('/')
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"?#\"\\<>".contains(&byte));
        let message = "must be a path: a leading slash, then printable ASCII without blanks, quotes, `?` and `#`";
        rules.require(clean, &["settings", "captcha", "path"], message);
    }
    if let Some(site_key) = &captcha.site_key {
        rules.header_value(site_key, &["settings", "captcha", "site_key"]);
    }
    if let Some(header) = &captcha.header {
        let field = ["settings", "captcha", "header", "name"];
        rules.require(
            headers::is_name(&header.name),
            &field,
            "must be a header name",
        );
        let message = "is a header that CloudFront does not let a function set";
        rules.require(!headers::is_reserved(&header.name), &field, message);
        let message = "is set by the function itself";
        rules.require(!headers::is_ours(&header.name), &field, message);
        rules.header_value(&header.value, &["settings", "captcha", "header", "value"]);
    }
}

fn ingest(settings: &Settings, rules: &mut Rules) {
    let ingest = &settings.ingest;
    rules.service_url(&ingest.url, &["settings", "ingest", "url"]);
    rules.range(
        ingest.max_wait_ms,
        0,
        5000,
        &["settings", "ingest", "max_wait_ms"],
    );
    rules.range(
        ingest.queue_max_entries,
        1,
        100_000,
        &["settings", "ingest", "queue_max_entries"],
    );
    if let Some(version) = &ingest.integration_version {
        let field = ["settings", "ingest", "integration_version"];
        rules.require(!version.is_empty(), &field, "must not be empty");
        rules.header_value(version, &field);
    }
    match &ingest.kinesis {
        Some(stream) => kinesis(stream, rules),
        None => {
            let message = "is needed for ingest type KINESIS";
            rules.require(
                ingest.kind != IngestKind::Kinesis,
                &["settings", "ingest", "kinesis"],
                message,
            );
        }
    }
}

fn kinesis(kinesis: &Kinesis, rules: &mut Rules) {
    let name = &kinesis.stream_name;
    let legal = (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let message = "must be 1 to 128 letters, digits, `_`, `.` and `-`";
    rules.require(
        legal,
        &["settings", "ingest", "kinesis", "stream_name"],
        message,
    );
    let region = &kinesis.region;
    let legal = region.contains('-')
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    rules.require(
        legal,
        &["settings", "ingest", "kinesis", "region"],
        "must be a region name such as `eu-west-1`",
    );
    rules.range(
        kinesis.batch_size,
        1,
        500,
        &["settings", "ingest", "kinesis", "batch_size"],
    );
    rules.range(
        kinesis.max_age_seconds,
        1,
        10,
        &["settings", "ingest", "kinesis", "max_age_seconds"],
    );
}

/// Both base64 alphabets are accepted, with and without padding (protocol section 6).
fn is_encryption_key(text: &str) -> bool {
    crate::session::encryption_key(text).is_some()
}

#[derive(Default)]
struct Rules {
    violations: Vec<Violation>,
}

impl Rules {
    fn require(&mut self, holds: bool, field: &[&'static str], message: &str) {
        if !holds {
            self.violate(field, || message.to_owned());
        }
    }

    fn range(&mut self, number: u32, least: u32, most: u32, field: &[&'static str]) {
        if !(least..=most).contains(&number) {
            self.violate(field, || format!("must be {least} to {most}, not {number}"));
        }
    }

    /// The function itself only refuses: where and why would be a part of every cold start, and
    /// Terraform has said it before.
    fn violate(&mut self, field: &[&'static str], message: impl FnOnce() -> String) {
        let violation = if cfg!(target_family = "wasm") {
            Violation {
                field: Vec::new(),
                message: "the configuration breaks a rule; `terraform validate` tells which"
                    .to_owned(),
            }
        } else {
            Violation {
                field: field.to_vec(),
                message: message(),
            }
        };
        self.violations.push(violation);
    }

    fn service_url(&mut self, url: &str, field: &[&'static str]) {
        let message = "must be an https address such as `https://host.example`: no user, query, fragment or trailing slash";
        self.require(is_service_url(url), field, message);
    }

    fn cookie_name(&mut self, name: &str, field: &[&'static str]) {
        let message = "must be a cookie name: letters, digits and `!#$%&'*+-.^_`|~`";
        self.require(headers::is_name(name), field, message);
    }

    fn cookie_attributes(&mut self, attributes: &str, field: &[&'static str]) {
        let message = "must be cookie attributes such as `Secure; SameSite=Lax`: printable ASCII without commas";
        self.require(cookies::are_attributes(attributes), field, message);
    }

    fn header_value(&mut self, value: &str, field: &[&'static str]) {
        self.require(
            headers::is_value(value),
            field,
            "must be printable ASCII without line breaks",
        );
    }

    /// Secrets travel in headers, so what cannot be there is refused, without showing it.
    fn secret(&mut self, secret: &Option<String>, field: &[&'static str], required: bool) {
        match secret {
            None => self.require(!required, field, "is required"),
            Some(secret) => {
                self.require(!secret.is_empty(), field, "must not be empty");
                self.header_value(secret, field);
            }
        }
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
    let path = !path.ends_with('/')
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#\"\\<>".contains(&byte));
    (named || literal) && port && path
}

#[cfg(test)]
mod tests;
