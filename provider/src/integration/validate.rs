//! Checks of a whole configuration without calls to AWS: rules that concern several attributes, and
//! the edge function's own rules. Values may be unknown, and a rule that depends on one is left to
//! the apply. Single values are in `checks.rs`.

use std::time::SystemTime;

use netacea_edge::settings::{self as edge, Configuration, Violation};
use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use super::model::IntegrationModel;
use super::secrets::SecretsModel;
use super::settings::{Reading, SettingsModel, path_of};
use super::{limits, runtime_support};
use crate::aws::event_type::EventType;
use crate::placement;

/// Rules that concern several attributes, and the edge function's own rules.
pub(crate) fn validate(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    secret_forms(config, diagnostics);
    edge_rules(config, diagnostics);
    limits::on_viewer_events(config, diagnostics);
    let events = (config.distribution.known()).and_then(|site| site.events.known());
    let path = Path::root("distribution").attribute("events");
    diagnostics.extend(events.and_then(|events| placement::unseen_answers(events, path)));
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
            Diagnostic::error("Secrets are set twice")
                .detail(
                    "Keep either `secrets_wo` or `secrets`. With `secrets`, the values are stored \
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
            Diagnostic::error("`secrets_wo_version` is only for `secrets_wo`")
                .detail(
                    "Terraform sees changes of `secrets` without a version number. Remove \
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
    limits::outlast(config, &settings, &reading, diagnostics);
    kept_pages(config, &settings, &reading, diagnostics);
    if settings.client_ip.is_some() && !settings.bypass.ip_ranges.is_empty() {
        diagnostics.push(
            Diagnostic::warning("Visitors who bypass the proxy can choose their address")
                .detail(
                    "With `client_ip`, the address that is compared with `bypass.ip_ranges` comes \
                     from a header. A visitor who knows the distribution's own domain name can \
                     send that header with an address from these ranges and is never judged. Use \
                     a web ACL or a secret header to admit only the proxy, or remove the ranges.",
                )
                .at(Path::root("settings")
                    .attribute("bypass")
                    .attribute("ip_ranges")),
        );
    }
    let secrets = SecretsModel::read(secrets, &mut reading);
    for Violation { field, message } in (Configuration { settings, secrets }).validate() {
        let of_secrets = field.first() == Some(&"secrets");
        if reading.is_unknown(&field) || (of_secrets && !secrets_are_given) {
            continue;
        }
        let mut path = field.clone();
        if let Some(root) = path.first_mut()
            && of_secrets
        {
            *root = form;
        }
        diagnostics.push(
            Diagnostic::error("The edge function cannot use this configuration")
                .detail(format!(
                    "`{}`: {message}.",
                    field.last().copied().unwrap_or_default()
                ))
                .at(path_of(&path)),
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
                "`status`: 200 cannot be used with the event `origin-request`, because CloudFront \
                 caches what a function answers there and would show one visitor's captcha to \
                 others. Use `viewer-request` in `events`. Otherwise use 401, 403 or 429, and set \
                 the distribution's error caching minimum for that status to 0.",
            )
            .at(path_of(&field)),
    );
}

#[cfg(test)]
mod tests {
    use super::super::settings::CaptchaModel;
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

    fn with_settings(settings: edge::Settings) -> IntegrationModel {
        IntegrationModel {
            secrets: secrets(),
            settings: Attr::Known(SettingsModel::of(&settings)),
            ..IntegrationModel::default()
        }
    }

    #[test]
    fn ranges_of_an_address_that_a_header_tells_are_a_warning() {
        let bypass = edge::Bypass {
            ip_ranges: vec!["203.0.113.0/24".to_owned()],
            ..edge::Bypass::default()
        };
        for (client_ip, bypass, is_warned) in [
            (Some(edge::ClientIp::default()), bypass.clone(), true),
            (None, bypass, false),
            (
                Some(edge::ClientIp::default()),
                edge::Bypass::default(),
                false,
            ),
        ] {
            let config = with_settings(edge::Settings {
                client_ip,
                bypass,
                ..edge::Settings::default()
            });
            let expected = [("settings.bypass.ip_ranges".to_owned(), false)];
            assert_eq!(complaints(&config), expected[..usize::from(is_warned)]);
        }
    }

    #[test]
    fn rules_about_who_passes_are_at_their_attributes() {
        let list = |text: &str| vec![text.to_owned()];
        let bypass = |change: fn(&mut edge::Bypass, Vec<String>), text: &str| {
            let mut settings = edge::Settings::default();
            change(&mut settings.bypass, list(text));
            settings
        };
        let paths = |text| bypass(|bypass, list| bypass.paths = list, text);
        let methods = |text| bypass(|bypass, list| bypass.methods = list, text);
        let ranges = |text| bypass(|bypass, list| bypass.ip_ranges = list, text);
        let origins = |text| edge::Settings {
            cors_origins: list(text),
            ..edge::Settings::default()
        };
        let share = |mitigation_type, mitigation_percent| edge::Settings {
            mitigation_type,
            mitigation_percent,
            ..edge::Settings::default()
        };
        let cookie = |cookie_name: &str, cookie_attributes: &str| edge::Settings {
            session: edge::Session {
                cookie_name: cookie_name.to_owned(),
                cookie_attributes: cookie_attributes.to_owned(),
                ..edge::Session::default()
            },
            ..edge::Settings::default()
        };
        let of_captcha = |cookie_name: &str, session_attributes: &str| edge::Settings {
            captcha: edge::Captcha {
                cookie_name: cookie_name.to_owned(),
                cookie_attributes: "Secure".to_owned(),
                ..edge::Captcha::default()
            },
            ..cookie("_mitata", session_attributes)
        };
        let (attributes, captcha) = (
            "settings.session.cookie_attributes",
            "settings.captcha.cookie_attributes",
        );
        for (settings, path) in [
            (paths("/static/*"), ""),
            (paths("*.js"), ""),
            (paths("/a//b"), "settings.bypass.paths"),
            (paths("/a/../*"), "settings.bypass.paths"),
            (paths("/a%2F*"), "settings.bypass.paths"),
            (paths("/a b"), "settings.bypass.paths"),
            (paths(""), "settings.bypass.paths"),
            (methods("OPTIONS"), ""),
            (methods("GET, HEAD"), "settings.bypass.methods"),
            (ranges("2001:db8::/32"), ""),
            (ranges("203.0.113.9"), "settings.bypass.ip_ranges"),
            (ranges("203.0.113.0/33"), "settings.bypass.ip_ranges"),
            (origins("https://app.example.com"), ""),
            (origins("http://localhost:3000"), ""),
            (origins("https://app.example.com/"), "settings.cors_origins"),
            (
                origins("https://app.example.com:443"),
                "settings.cors_origins",
            ),
            (origins("https://App.example.com"), "settings.cors_origins"),
            (origins("*"), "settings.cors_origins"),
            (origins("null"), "settings.cors_origins"),
            (share(edge::MitigationType::Mitigate, 0), ""),
            (
                share(edge::MitigationType::Mitigate, 101),
                "settings.mitigation_percent",
            ),
            (
                share(edge::MitigationType::Inject, 50),
                "settings.mitigation_percent",
            ),
            (share(edge::MitigationType::Ingest, 100), ""),
            (cookie("__Host-a", "Secure; Path=/"), ""),
            (cookie("__Host-a", "Secure; Path=/a"), attributes),
            (cookie("__Host-a", "Secure; Domain=a.example"), attributes),
            (cookie("__host-a", ""), attributes),
            (cookie("__Secure-a", "SameSite=Lax"), attributes),
            (cookie("a", "SameSite=None"), attributes),
            (cookie("a", "samesite = none ; secure"), ""),
            (cookie("a", "Partitioned"), attributes),
            (of_captcha("__Host-b", "Secure"), ""),
            (of_captcha("__Host-b", "Domain=a.example"), captcha),
        ] {
            let expected = if path.is_empty() {
                vec![]
            } else {
                error_at(path)
            };
            assert_eq!(
                complaints(&with_settings(settings.clone())),
                expected,
                "{settings:?}"
            );
        }
        let mut many = ranges("203.0.113.0/24");
        many.bypass.ip_ranges = vec!["203.0.113.0/24".to_owned(); 201];
        let expected = error_at("settings.bypass.ip_ranges");
        assert_eq!(complaints(&with_settings(many)), expected);
    }

    #[test]
    fn a_captcha_of_200_does_not_go_together_with_an_origin_request() {
        use EventType::{OriginRequest, ViewerRequest, ViewerResponse};
        let complaints = |status: i64, event: EventType| {
            let captcha = CaptchaModel {
                status: status.into(),
                ..CaptchaModel::default()
            };
            let site = Site {
                events: Attr::Known([event, ViewerResponse].into()),
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
}
