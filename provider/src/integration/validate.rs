//! What can be said about a configuration as a whole without asking AWS: rules that concern several
//! attributes, and the edge function's own rules. Values may be unknown, and a rule that depends on
//! one is left to the apply. Single values are in `checks.rs`.

use std::time::SystemTime;

use netacea_edge::settings::{self as edge, Configuration, Violation};
use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use super::model::{DEFAULT_TIMEOUT, IntegrationModel};
use super::runtime_support;
use super::secrets::SecretsModel;
use super::settings::{Reading, SettingsModel};
use crate::aws::event_type::EventType;

/// Milliseconds that should be left of Lambda's limit.
const SCANT_MS: u64 = 500;

/// Rules that concern several attributes, and the edge function's own rules.
pub(crate) fn validate(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    secret_forms(config, diagnostics);
    edge_rules(config, diagnostics);
    limits(config, diagnostics);
    if let Some(runtime) = config.lambda.runtime.known() {
        diagnostics.extend(runtime_support::warning(runtime, SystemTime::now()));
    }
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

/// The rules of the configuration that the edge function reads, mapped to attribute paths.
fn edge_rules(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    let mut reading = Reading::default();
    let settings = SettingsModel::read(&config.settings, &mut reading);
    let (form, secrets) = match &config.secrets_wo {
        Attr::Known(_) => ("secrets_wo", &config.secrets_wo),
        _ => ("secrets", &config.secrets),
    };
    let secrets_are_given = secrets.is_known();
    outlast(config, &settings, &reading, diagnostics);
    kept_pages(config, &settings, &reading, diagnostics);
    let secrets = SecretsModel::read(secrets, &mut reading);
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
/// let them pass.
fn outlast(
    config: &IntegrationModel,
    settings: &edge::Settings,
    reading: &Reading,
    diagnostics: &mut Diagnostics,
) {
    let timeout = match config.lambda.timeout {
        Attr::Known(seconds) => seconds,
        Attr::Null => DEFAULT_TIMEOUT,
        Attr::Unknown => return,
    };
    let field = ["settings", "protector", "timeout_ms"];
    if reading.is_unknown(&field) || reading.is_unknown(&["settings", "ingest", "max_wait_ms"]) {
        return;
    }
    let needed = settings.longest_event_ms();
    let allowed = u64::try_from(timeout).map_or(0, |seconds| seconds * 1000);
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

/// CloudFront caches what an origin-request function answers, and gives a page of 200 to others.
fn kept_pages(
    config: &IntegrationModel,
    settings: &edge::Settings,
    reading: &Reading,
    diagnostics: &mut Diagnostics,
) {
    let field = ["settings", "captcha", "status"];
    let events = config
        .distribution
        .known()
        .and_then(|distribution| distribution.event_types());
    let is_at_origin = events.is_some_and(|events| events.contains(&EventType::OriginRequest));
    if settings.captcha.status != 200 || reading.is_unknown(&field) || !is_at_origin {
        return;
    }
    diagnostics.push(
        Diagnostic::error("The edge function cannot use this configuration")
            .detail(
                "`status`: 200 does not go together with the event `origin-request`. CloudFront \
                 caches what an origin-request function answers, so one visitor's captcha would be \
                 shown to others. Use 401, 403 or 429, or `viewer-request` in `events`.",
            )
            .at(field
                .iter()
                .skip(1)
                .fold(Path::root(field[0]), |path, step| path.attribute(*step))),
    );
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
    if let Some(memory) = config
        .lambda
        .memory_size
        .known()
        .filter(|memory| **memory > 128)
    {
        diagnostics.push(
            Diagnostic::warning("Not every account allows this much memory on viewer events")
                .detail(format!(
                    "With {memory} MB CloudFront may refuse the association. 128 MB works in \
                     every account."
                ))
                .at(Path::root("memory_size")),
        );
    }
    if let Some(timeout) = config
        .lambda
        .timeout
        .known()
        .filter(|timeout| **timeout > 5)
    {
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

#[cfg(test)]
mod tests {
    use super::super::lambda_attributes::LambdaAttributes;
    use super::super::settings::{CaptchaModel, ProtectorModel};
    use super::*;
    use crate::placement::Site;

    fn secrets() -> Attr<SecretsModel> {
        Attr::Known(SecretsModel {
            api_key: Attr::Known("key".to_owned().into()),
            secret_key: Attr::Known("secret".to_owned().into()),
            ..SecretsModel::default()
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
            lambda: LambdaAttributes {
                memory_size: 256.into(),
                ..LambdaAttributes::default()
            },
            ..IntegrationModel::default()
        };
        assert_eq!(complaints(&config), [("memory_size".to_owned(), false)]);
    }

    #[test]
    fn a_captcha_of_200_does_not_go_together_with_an_origin_request() {
        use EventType::{OriginRequest, ViewerRequest};
        let complaints = |status: i64, event: EventType| {
            let captcha = CaptchaModel {
                status: status.into(),
                ..CaptchaModel::default()
            };
            let site = Site {
                events: Attr::Known([event].into()),
                ..Site::default()
            };
            complaints(&IntegrationModel {
                secrets: secrets(),
                settings: Attr::Known(SettingsModel {
                    captcha: captcha.into(),
                    ..SettingsModel::default()
                }),
                distribution: Attr::Known(site),
                ..IntegrationModel::default()
            })
        };
        let error = error_at("settings.captcha.status");
        assert_eq!(complaints(200, OriginRequest), error);
        assert_eq!(complaints(200, ViewerRequest), []);
        assert_eq!(complaints(429, OriginRequest), []);
        assert_eq!(complaints(404, ViewerRequest), error);
    }

    #[test]
    fn the_function_lets_pass_before_lambda_stops_it() {
        let slow = |milliseconds: i64, timeout: Attr<i64>| {
            let protector = ProtectorModel {
                timeout_ms: milliseconds.into(),
                ..ProtectorModel::default()
            };
            complaints(&IntegrationModel {
                secrets: secrets(),
                settings: Attr::Known(SettingsModel {
                    protector: protector.into(),
                    ..SettingsModel::default()
                }),
                lambda: LambdaAttributes {
                    timeout,
                    ..LambdaAttributes::default()
                },
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
}
