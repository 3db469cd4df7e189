//! What can be said about a configuration without asking AWS. Values may be unknown.

use std::collections::BTreeMap;
use std::time::SystemTime;

use netacea_edge::settings::{Configuration, Settings as Record, Violation};
use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use super::model::IntegrationModel;
use super::runtime as lambda_runtime;
use super::secrets::Secrets;
use super::settings::{Reading, Settings};
use crate::aws::identifiers::is_account_id;
use crate::aws::tags::is_reserved;
use crate::aws::version::Version;

/// Seconds that Lambda gives the function unless `timeout` says otherwise.
pub(super) const DEFAULT_TIMEOUT: i64 = 5;

/// Milliseconds that should be left of Lambda's limit.
const SCANT_MS: u64 = 500;

/// The words that `on_destroy` knows.
pub(crate) const ON_DESTROY: [&str; 3] = ["best_effort", "delete", "retain"];

/// Rules that concern several attributes, and the edge function's own rules.
pub(crate) fn validate(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    secret_forms(config, diagnostics);
    record(config, diagnostics);
    limits(config, diagnostics);
    let runtime = config.runtime.known();
    diagnostics
        .extend(runtime.and_then(|runtime| lambda_runtime::warning(runtime, SystemTime::now())));
}

fn secret_forms(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    match (&config.secrets, &config.secrets_wo) {
        (Attr::Null, Attr::Null) => diagnostics.push(
            Diagnostic::error("The edge function needs its secrets")
                .detail(
                    "Set `secrets_wo` together with `secrets_wo_version` (Terraform 1.11 and \
                     later; the values stay out of the state), or `secrets`.",
                )
                .at(Path::root("secrets_wo")),
        ),
        (Attr::Known(_), Attr::Known(_)) => diagnostics.push(
            Diagnostic::error("Secrets are given twice")
                .detail(
                    "Keep either `secrets_wo` or `secrets`. With `secrets` the values are stored \
                     in the state.",
                )
                .at(Path::root("secrets_wo")),
        ),
        (_, Attr::Known(_)) if config.secrets_wo_version.is_null() => diagnostics.push(
            Diagnostic::error("`secrets_wo` needs `secrets_wo_version`")
                .detail(
                    "Terraform cannot see whether a write-only value changed. Set \
                     `secrets_wo_version = 1`, and raise it whenever the secrets change.",
                )
                .at(Path::root("secrets_wo_version")),
        ),
        (Attr::Known(_), Attr::Null) if !config.secrets_wo_version.is_null() => diagnostics.push(
            Diagnostic::error("`secrets_wo_version` belongs to `secrets_wo`")
                .detail(
                    "Changes of `secrets` are seen without a version number. Remove \
                     `secrets_wo_version`.",
                )
                .at(Path::root("secrets_wo_version")),
        ),
        _ => {}
    }
}

/// The rules of the record that the edge function reads, mapped to attribute paths.
fn record(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    let mut reading = Reading::default();
    let settings = Settings::read(&config.settings, &mut reading);
    let (form, secrets) = match &config.secrets_wo {
        Attr::Known(_) => ("secrets_wo", &config.secrets_wo),
        _ => ("secrets", &config.secrets),
    };
    let secrets_are_given = secrets.is_known();
    outlast(config, &settings, &reading, diagnostics);
    let secrets = Secrets::read(secrets, &mut reading);
    for Violation { field, message } in (Configuration { settings, secrets }).validate() {
        let of_secrets = field.first() == Some(&"secrets");
        if reading.is_unknown(&field) || (of_secrets && !secrets_are_given) {
            continue;
        }
        let path = field.iter().skip(1).fold(
            Path::root(if of_secrets {
                form
            } else {
                field.first().copied().unwrap_or("settings")
            }),
            |path, step| path.attribute(*step),
        );
        diagnostics.push(
            Diagnostic::error("The edge function cannot use this configuration")
                .detail(format!(
                    "`{}`: {message}.",
                    field.last().copied().unwrap_or_default()
                ))
                .at(path),
        );
    }
}

/// A function that Lambda stops is an error page to the visitor, where the function itself would
/// let him pass.
fn outlast(
    config: &IntegrationModel,
    settings: &Record,
    reading: &Reading,
    diagnostics: &mut Diagnostics,
) {
    let timeout = match config.timeout {
        Attr::Known(seconds) => seconds,
        Attr::Null => DEFAULT_TIMEOUT,
        Attr::Unknown => return,
    };
    let field = ["settings", "protector", "timeout_ms"];
    if reading.is_unknown(&field) || reading.is_unknown(&["settings", "ingest", "max_wait_ms"]) {
        return;
    }
    let needed = settings.longest_event_ms();
    let allowed = u64::try_from(timeout).unwrap_or_default() * 1000;
    let path = field
        .iter()
        .skip(1)
        .fold(Path::root(field[0]), |path, step| path.attribute(*step));
    if needed <= allowed && needed + SCANT_MS > allowed {
        diagnostics.push(
            Diagnostic::warning("The edge function may run close to Lambda's limit")
                .detail(format!(
                    "`protector.timeout_ms`, `ingest.max_wait_ms` and a reserve make {needed} ms, \
                     `timeout` allows {timeout} seconds: little is left for a slow start. When Lambda \
                     stops the function, the visitor gets an error page. Lower the former or raise \
                     `timeout`."
                ))
                .at(path.clone()),
        );
    }
    if needed > allowed {
        diagnostics.push(
            Diagnostic::error("Lambda would stop the edge function before it lets a visitor pass")
                .detail(format!(
                    "`protector.timeout_ms`, `ingest.max_wait_ms` and a reserve make {needed} ms, \
                     `timeout` allows {timeout} seconds. Lower the former or raise `timeout`."
                ))
                .at(path),
        );
    }
}

/// AWS's own pages disagree about the limits of viewer events: warn, never refuse.
fn limits(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    let on_viewer_events = match config
        .distribution
        .known()
        .map(|distribution| distribution.event_types())
    {
        Some(Some(events)) => events.into_iter().any(|event| event.is_viewer()),
        Some(None) => false,
        None => true,
    };
    if !on_viewer_events {
        return;
    }
    if let Some(memory) = config.memory_size.known().filter(|memory| **memory > 128) {
        diagnostics.push(
            Diagnostic::warning("Not every account allows this much memory on viewer events")
                .detail(format!(
                    "With {memory} MB CloudFront may refuse the association. 128 MB works in \
                     every account."
                ))
                .at(Path::root("memory_size")),
        );
    }
    if let Some(timeout) = config.timeout.known().filter(|timeout| **timeout > 5) {
        diagnostics.push(
            Diagnostic::warning("Not every account allows such a long timeout on viewer events")
                .detail(format!(
                    "With {timeout} seconds CloudFront may refuse the association. 5 seconds \
                     work in every account."
                ))
                .at(Path::root("timeout")),
        );
    }
}

pub(super) fn function_name(name: &str) -> Result<(), String> {
    let characters = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if (1..=64).contains(&name.len()) && characters {
        Ok(())
    } else {
        Err(format!(
            "`{name}` cannot be the name of a Lambda function. Use 1 to 64 letters, digits, \
             hyphens and underscores."
        ))
    }
}

pub(super) fn role_arn(arn: &str) -> Result<(), String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", "aws", "iam", "", account, role]
            if is_account_id(account)
                && role
                    .strip_prefix("role/")
                    .is_some_and(|name| !name.is_empty()) =>
        {
            Ok(())
        }
        ["arn", partition, "iam", ..] if *partition != "aws" => Err(format!(
            "`{arn}` lies in partition {partition}. Lambda@Edge exists in partition aws only."
        )),
        _ => Err(format!(
            "`{arn}` is not the ARN of an IAM role. It looks like \
             \"arn:aws:iam::123456789012:role/netacea-edge\"; usually it is the attribute `arn` \
             of an `aws_iam_role`."
        )),
    }
}

pub(super) fn description(text: &str) -> Result<(), String> {
    match text.chars().count() {
        0 => Err("An empty description is the same as none. Leave the attribute out.".to_owned()),
        1..=256 => Ok(()),
        count => Err(format!("Lambda allows 256 characters; these are {count}.")),
    }
}

pub(super) fn runtime(runtime: &str) -> Result<(), String> {
    let version = runtime
        .strip_prefix("nodejs")
        .and_then(|rest| rest.strip_suffix(".x"));
    if version.is_some_and(|version| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
    }) {
        Ok(())
    } else {
        Err(format!(
            "`{runtime}` is not a Node.js runtime of Lambda. The edge function needs one of \
             them, like \"nodejs24.x\"."
        ))
    }
}

pub(super) fn memory_size(megabytes: &i64) -> Result<(), String> {
    match megabytes {
        128..=10240 => Ok(()),
        _ => Err(format!(
            "Lambda functions have 128 to 10240 MB of memory, not {megabytes}."
        )),
    }
}

pub(super) fn timeout(seconds: &i64) -> Result<(), String> {
    match seconds {
        1..=30 => Ok(()),
        _ => Err(format!(
            "CloudFront stops a function after 30 seconds at the latest. Choose 1 to 30 seconds, \
             not {seconds}."
        )),
    }
}

pub(super) fn log_format(format: &str) -> Result<(), String> {
    match format {
        "Text" | "JSON" => Ok(()),
        _ => Err(format!(
            "`{format}` is not a log format of Lambda. Choose `Text` or `JSON`."
        )),
    }
}

pub(super) fn log_group(name: &str) -> Result<(), String> {
    let characters = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte));
    if (1..=512).contains(&name.len()) && characters && !name.starts_with("aws/") {
        Ok(())
    } else {
        Err(format!(
            "`{name}` cannot be the name of a log group. Use 1 to 512 letters, digits and `.`, `_`, `-`, `/`, `#`, \
             without `aws/` at the beginning."
        ))
    }
}

pub(super) fn retained_versions(count: &i64) -> Result<(), String> {
    match count {
        0..=1000 => Ok(()),
        _ => Err(format!(
            "{count} versions cannot be kept. Choose 0 (keep all) to 1000."
        )),
    }
}

pub(super) fn pinned_version(version: &str) -> Result<(), String> {
    version.parse::<Version>().map(drop).map_err(|error| {
        format!("{error}. Give `pinned_version` a number that the attribute `version` has shown.")
    })
}

pub(super) fn tags(tags: &BTreeMap<String, String>) -> Result<(), String> {
    if let Some(key) = tags.keys().find(|key| is_reserved(key)) {
        return Err(format!(
            "The tag `{key}` is reserved: with `netacea:` begin the tags in which the provider \
             records ownership. Rename it."
        ));
    }
    if let Some(key) = tags.keys().find(|key| key.starts_with("aws:")) {
        return Err(format!(
            "AWS keeps tags that begin with `aws:` for itself. Rename `{key}`."
        ));
    }
    match tags.iter().find(|(key, value)| {
        key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256
    }) {
        Some((key, _)) => Err(format!(
            "Tag keys have 1 to 128 characters and values at most 256. Shorten the tag `{key}`."
        )),
        None => Ok(()),
    }
}

pub(super) fn on_destroy(word: &str) -> Result<(), String> {
    if ON_DESTROY.contains(&word) {
        Ok(())
    } else {
        Err(format!(
            "`{word}` is not possible here. Choose among {}.",
            ON_DESTROY.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::settings::Protector;

    fn secrets() -> Attr<Secrets> {
        Attr::Known(Secrets {
            api_key: Attr::Known("key".to_owned().into()),
            secret_key: Attr::Known("secret".to_owned().into()),
            ..Secrets::default()
        })
    }

    fn complaints(config: &IntegrationModel) -> Vec<(String, bool)> {
        let mut diagnostics = Diagnostics::new();
        validate(config, &mut diagnostics);
        diagnostics
            .iter()
            .map(|diagnostic| {
                (
                    diagnostic.path().map(Path::to_string).unwrap_or_default(),
                    diagnostic.is_error(),
                )
            })
            .collect()
    }

    fn error_at(path: &str) -> Vec<(String, bool)> {
        vec![(path.to_owned(), true)]
    }

    #[test]
    fn exactly_one_form_of_secrets_is_accepted() {
        let none = IntegrationModel::default();
        let both = IntegrationModel {
            secrets: secrets(),
            secrets_wo: secrets(),
            secrets_wo_version: 1.into(),
            ..IntegrationModel::default()
        };
        let one = IntegrationModel {
            secrets: secrets(),
            ..IntegrationModel::default()
        };
        assert_eq!(complaints(&none), error_at("secrets_wo"));
        assert_eq!(complaints(&both), error_at("secrets_wo"));
        assert_eq!(complaints(&one), []);
    }

    #[test]
    fn write_only_secrets_need_a_version() {
        let without = IntegrationModel {
            secrets_wo: secrets(),
            ..IntegrationModel::default()
        };
        let with = IntegrationModel {
            secrets_wo_version: Attr::Unknown,
            ..without.clone()
        };
        assert_eq!(complaints(&without), error_at("secrets_wo_version"));
        assert_eq!(complaints(&with), []);
    }

    #[test]
    fn secrets_that_are_not_known_yet_are_not_judged() {
        let config = IntegrationModel {
            secrets: Attr::Unknown,
            ..IntegrationModel::default()
        };
        assert_eq!(complaints(&config), []);
    }

    #[test]
    fn much_memory_on_viewer_events_is_a_warning() {
        let config = IntegrationModel {
            secrets: secrets(),
            memory_size: 256.into(),
            ..IntegrationModel::default()
        };
        assert_eq!(complaints(&config), [("memory_size".to_owned(), false)]);
    }

    #[test]
    fn the_function_lets_pass_before_lambda_stops_it() {
        let slow = |milliseconds: i64, timeout: Attr<i64>| {
            let protector = Protector {
                timeout_ms: milliseconds.into(),
                ..Protector::default()
            };
            complaints(&IntegrationModel {
                secrets: secrets(),
                settings: Attr::Known(Settings {
                    protector: protector.into(),
                    ..Settings::default()
                }),
                timeout,
                ..IntegrationModel::default()
            })
        };
        let warning = vec![("settings.protector.timeout_ms".to_owned(), false)];
        assert_eq!(slow(3250, Attr::Null), []);
        assert_eq!(slow(3251, Attr::Null), warning);
        assert_eq!(slow(3750, Attr::Null), warning);
        let error = error_at("settings.protector.timeout_ms");
        assert_eq!(slow(3751, Attr::Null), error);
        assert_eq!(slow(3751, Attr::Unknown), []);
        assert_eq!(slow(1751, 3.into()), error);
    }

    #[test]
    fn only_arns_of_roles_pass_as_roles() {
        assert!(role_arn("arn:aws:iam::123456789012:role/path/netacea").is_ok());
        for wrong in [
            "netacea-edge",
            "arn:aws:iam::123456789012:user/me",
            "arn:aws:iam::1234:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws-cn:iam::123456789012:role/x",
            "arn:aws:sts::123456789012:assumed-role/x/y",
        ] {
            assert!(role_arn(wrong).is_err(), "{wrong} was accepted");
        }
    }

    #[test]
    fn only_numbers_of_published_versions_can_be_pinned() {
        assert!(pinned_version("7").is_ok());
        assert!(pinned_version("$LATEST").unwrap_err().contains("$LATEST"));
        assert!(pinned_version("live").is_err());
    }

    #[test]
    fn reserved_tags_are_refused() {
        let tag = |key: &str| tags(&[(key.to_owned(), "x".to_owned())].into());
        assert!(tag("team").is_ok());
        assert!(tag("netacea:lifecycle").is_err());
        assert!(tag("aws:x").is_err());
    }

    #[test]
    fn only_names_of_log_groups_pass() {
        assert!(log_group("/shop/edge#1").is_ok());
        for wrong in ["", "aws/shop", "shop edge", "shop:edge"] {
            assert!(log_group(wrong).is_err(), "{wrong}");
        }
        assert!(log_format("JSON").is_ok());
        assert!(log_format("json").is_err());
    }

    #[test]
    fn only_node_runtimes_pass() {
        assert!(runtime("nodejs24.x").is_ok());
        assert!(runtime("python3.14").is_err());
        assert!(runtime("nodejs.x").is_err());
    }
}
