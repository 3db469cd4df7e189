//! `settings`: the edge function's configuration without secrets, as a user writes it.
//!
//! The record itself, its defaults and its rules live in `netacea_edge::settings`; here it gets
//! attributes.

mod block;
mod bypass;
mod captcha;
mod client_ip;
mod ingest;
mod kinesis;
mod protector;
mod reading;
mod session;

use netacea_edge::settings as edge;
use tfplugin::{Attr, Diagnostic, Model, Object, Path};

use crate::hazards::Conduct;
use block::BlockModel;
use bypass::BypassModel;
pub(crate) use captcha::CaptchaModel;
use client_ip::ClientIpModel;
use ingest::IngestModel;
pub(crate) use protector::ProtectorModel;
use session::SessionModel;

pub(crate) use reading::{Reading, path_of};

/// The attribute `settings`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SettingsModel {
    pub(crate) mitigation_type: Attr<String>,
    pub(crate) mitigation_percent: Attr<i64>,
    pub(crate) monetise: Attr<bool>,
    pub(crate) flagged: Attr<String>,
    pub(crate) protector: Attr<ProtectorModel>,
    pub(crate) session: Attr<SessionModel>,
    pub(crate) captcha: Attr<CaptchaModel>,
    pub(crate) block: Attr<BlockModel>,
    pub(crate) ingest: Attr<IngestModel>,
    pub(crate) client_ip: Attr<ClientIpModel>,
    pub(crate) bypass: Attr<BypassModel>,
    pub(crate) cors_origins: Attr<Vec<String>>,
    pub(crate) log_level: Attr<String>,
    pub(crate) metrics: Attr<bool>,
}

impl SettingsModel {
    /// The record that the edge function reads. Null attributes take their defaults; so do unknown
    /// ones, which `reading` lists.
    pub(crate) fn read(settings: &Attr<SettingsModel>, reading: &mut Reading) -> edge::Settings {
        reading.object(
            "settings",
            settings,
            edge::Settings::default(),
            |settings, reading| {
                let Self {
                    mitigation_type,
                    mitigation_percent,
                    monetise,
                    flagged,
                    protector,
                    session,
                    captcha,
                    block,
                    ingest,
                    client_ip,
                    bypass,
                    cors_origins,
                    log_level,
                    metrics,
                } = settings;

                let defaults = edge::Settings::default();
                edge::Settings {
                    mitigation_type: reading.choice(
                        "mitigation_type",
                        mitigation_type,
                        defaults.mitigation_type,
                    ),
                    mitigation_percent: reading.number(
                        "mitigation_percent",
                        mitigation_percent,
                        defaults.mitigation_percent,
                    ),
                    monetise: reading.value("monetise", monetise, defaults.monetise),
                    flagged: reading.choice("flagged", flagged, defaults.flagged),
                    protector: reading.object(
                        "protector",
                        protector,
                        defaults.protector,
                        ProtectorModel::read,
                    ),
                    session: reading.object(
                        "session",
                        session,
                        defaults.session,
                        SessionModel::read,
                    ),
                    captcha: reading.object(
                        "captcha",
                        captcha,
                        defaults.captcha,
                        CaptchaModel::read,
                    ),
                    block: reading.object("block", block, defaults.block, BlockModel::read),
                    ingest: reading.object("ingest", ingest, defaults.ingest, IngestModel::read),
                    client_ip: reading.object(
                        "client_ip",
                        client_ip,
                        None,
                        |client_ip, reading| Some(ClientIpModel::read(client_ip, reading)),
                    ),
                    bypass: reading.object("bypass", bypass, defaults.bypass, BypassModel::read),
                    cors_origins: reading.value(
                        "cors_origins",
                        cors_origins,
                        defaults.cors_origins,
                    ),
                    log_level: reading.choice("log_level", log_level, defaults.log_level),
                    metrics: reading.value("metrics", metrics, defaults.metrics),
                }
            },
        )
    }

    /// What the function does with visitors, as far as the plan knows.
    pub(crate) fn conduct(settings: &Attr<SettingsModel>) -> Conduct {
        let mut reading = Reading::default();
        let record = SettingsModel::read(settings, &mut reading);
        let is_unknown = |field: &[&str]| reading.is_unknown(field);
        let conduct = Conduct::from(&record);
        let fields: [&[&str]; 4] = [
            &["settings", "block", "status"],
            &["settings", "captcha", "status"],
            &["settings", "captcha", "path"],
            &["settings", "captcha", "signal_path"],
        ];
        let is_open = is_unknown(&["settings", "mitigation_type"])
            || conduct != Conduct::Passing && fields.into_iter().any(is_unknown);
        if is_open { Conduct::Unknown } else { conduct }
    }

    /// The attribute that says the same as `settings`, with every default written out.
    pub(crate) fn of(settings: &edge::Settings) -> SettingsModel {
        let edge::Settings {
            mitigation_type,
            mitigation_percent,
            monetise,
            flagged,
            protector,
            session,
            captcha,
            block,
            ingest,
            client_ip,
            bypass,
            cors_origins,
            log_level,
            metrics,
        } = settings;
        SettingsModel {
            mitigation_type: mitigation_type.as_str().into(),
            mitigation_percent: i64::from(*mitigation_percent).into(),
            monetise: (*monetise).into(),
            flagged: flagged.as_str().into(),
            protector: ProtectorModel::of(protector).into(),
            session: SessionModel::of(session, settings.session_expiry_seconds()).into(),
            captcha: CaptchaModel::of(captcha).into(),
            block: BlockModel::of(block).into(),
            ingest: IngestModel::of(ingest).into(),
            client_ip: client_ip.as_ref().map(ClientIpModel::of).into(),
            bypass: BypassModel::of(bypass).into(),
            cors_origins: cors_origins.clone().into(),
            log_level: log_level.as_str().into(),
            metrics: (*metrics).into(),
        }
    }

    /// Unsets the session's lifetime, so that the mode decides about it.
    pub(crate) fn leave_lifetime_to_the_mode(&mut self) {
        if let Some(session) = self.session.known_mut() {
            session.expiry_seconds = Attr::Null;
        }
    }

    /// A warning, if visitors' sessions do not survive this change: only the configured format is
    /// read.
    pub(crate) fn new_sessions(
        prior: &Attr<SettingsModel>,
        planned: &Attr<SettingsModel>,
    ) -> Option<Diagnostic> {
        let format = |settings: &Attr<SettingsModel>| {
            let session = settings.known()?.session.known()?;
            session.format.known().cloned()
        };
        let (before, after) = (format(prior)?, format(planned)?);
        (before != after).then(|| {
            Diagnostic::warning("Every visitor starts a new session")
                .detail(format!(
                    "`format` changes from {before} to {after}, and the edge function reads only \
                     the format that it writes. It asks Netacea about every visitor again, and \
                     visitors who have solved a captcha may have to solve another. Apply this at \
                     a quiet time."
                ))
                .at(Path::root("settings")
                    .attribute("session")
                    .attribute("format"))
        })
    }

    /// Fills in the one default that depends on another attribute: the session's lifetime follows
    /// the mode.
    pub(crate) fn complete(planned: &mut Attr<SettingsModel>, configured: &Attr<SettingsModel>) {
        let set_by_user = configured
            .known()
            .and_then(|settings| settings.session.known())
            .is_some_and(|session| !session.expiry_seconds.is_null());
        let undecided = configured.is_unknown()
            || configured
                .known()
                .is_some_and(|settings| settings.session.is_unknown());
        let Some(settings) = planned.known_mut() else {
            return;
        };
        let mode_is_unknown = settings.mitigation_type.is_unknown();
        let mode = SettingsModel {
            mitigation_type: settings.mitigation_type.clone(),
            ..SettingsModel::default()
        };
        let Some(session) = settings.session.known_mut() else {
            return;
        };
        if set_by_user || undecided {
            return;
        }
        session.expiry_seconds = if mode_is_unknown {
            Attr::Unknown
        } else {
            let record = SettingsModel::read(&Attr::Known(mode), &mut Reading::default());
            i64::from(record.session_expiry_seconds()).into()
        };
    }
}

impl Model for SettingsModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Settings::default();
        object
            .attribute("mitigation_type", |m| &mut m.mitigation_type)
            .default(defaults.mitigation_type.to_string())
            .check(reading::choice::<edge::MitigationType>)
            .describe(
                "`INGEST` (default) only logs. `MITIGATE` asks Netacea about each visitor and \
                 blocks or challenges bots. `INJECT` also asks, but only tells the origin in \
                 request headers; the origin acts.",
            );
        object
            .attribute("mitigation_percent", |m| &mut m.mitigation_percent)
            .default(i64::from(defaults.mitigation_percent))
            .check(reading::natural)
            .describe(
                "Percentage of visitors that the function acts upon, from 0 to 100. Default 100. \
                 Only with `mitigation_type` `MITIGATE`. For the other visitors, it still asks \
                 Netacea and logs the verdict (the log entry has the field `optional.heldBack`), \
                 but lets them pass. Each visitor (by address, or by /64 for IPv6) stays in the \
                 same group until `secret_key` changes: a visitor who is included at 10 is also \
                 included at 20. Captcha solutions are verified for everybody.",
            );
        object
            .attribute("monetise", |m| &mut m.monetise)
            .default(defaults.monetise)
            .describe(
                "Whether visitors that Netacea calls monetised are redirected, with status 303, to \
                 the host that Netacea names. If it names no host, they get status 402. Default \
                 `false`: they pass.",
            );
        object
            .attribute("flagged", |m| &mut m.flagged)
            .default(defaults.flagged.to_string())
            .check(reading::choice::<edge::Flagged>)
            .describe(
                "What happens to visitors that Netacea calls flagged. `pass` (default): they \
                 pass, and the function tells the origin in the request headers \
                 `x-netacea-match`, `x-netacea-mitigate` and `x-netacea-captcha`. `block`: they \
                 are blocked, as in version 0.1 of this provider.",
            );
        object
            .nested("protector", |m| &mut m.protector)
            .default_object()
            .describe("The Netacea service that judges visitors.");
        object
            .nested("session", |m| &mut m.session)
            .default_object()
            .describe("The session cookie.");
        object
            .nested("captcha", |m| &mut m.captcha)
            .default_object()
            .describe("The captcha page and its cookie.");
        object
            .nested("block", |m| &mut m.block)
            .default_object()
            .describe("What a blocked visitor sees.");
        object
            .nested("ingest", |m| &mut m.ingest)
            .default_object()
            .describe("Where log entries go.");
        object
            .nested("client_ip", |m| &mut m.client_ip)
            .optional()
            .describe(
                "Where to find the visitor's address if there is another proxy in front of \
                 CloudFront. Default: the address that CloudFront saw.",
            );
        object
            .nested("bypass", |m| &mut m.bypass)
            .default_object()
            .describe(
                "Requests that pass without a call to Netacea. A request passes if any of the \
                 lists matches it. The function still removes headers that only Netacea may send, \
                 and it checks whether a request belongs to a captcha before it looks at these \
                 lists.",
            );
        object
            .attribute("cors_origins", |m| &mut m.cors_origins)
            .default(defaults.cors_origins)
            .describe(
                "Web origins (sites) whose scripts may read the function's own responses, such as \
                 a captcha for an API. Write them exactly as browsers send them, like \
                 `https://app.example.com`. The responses get `Access-Control-Allow-Origin`, \
                 `Access-Control-Allow-Credentials` and `Vary`. Preflight requests always pass to \
                 the origin. Default none.",
            );
        object
            .attribute("log_level", |m| &mut m.log_level)
            .default(defaults.log_level.to_string())
            .check(reading::choice::<edge::LogLevel>)
            .describe(
                "Lowest level that is written to CloudWatch: `error`, `warn` (default), `info` or \
                 `debug`.",
            );
        object
            .attribute("metrics", |m| &mut m.metrics)
            .default(defaults.metrics)
            .describe(
                "Write one line for each request in CloudWatch's embedded metric format, in the \
                 namespace `Netacea/Edge`: decisions by kind, latency of Netacea's verdict \
                 service, state of the circuit breaker, lost log entries. Default `false`.",
            );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_the_way_through_the_attribute() {
        let record = edge::Settings {
            mitigation_type: edge::MitigationType::Mitigate,
            session: edge::Session {
                expiry_seconds: Some(90),
                ..edge::Session::default()
            },
            client_ip: Some(edge::ClientIp {
                header: "x-real-ip".to_owned(),
                trusted_proxy_hops: 2,
            }),
            ingest: edge::Ingest {
                kind: edge::IngestKind::Kinesis,
                log_version: edge::LogVersion::V2,
                integration_version: Some("7.0.17".to_owned()),
                kinesis: Some(edge::Kinesis {
                    stream_name: "netacea".to_owned(),
                    region: "eu-west-2".to_owned(),
                    batch_size: 7,
                    max_age_seconds: 3,
                    ramp_up: false,
                }),
                ..edge::Ingest::default()
            },
            captcha: edge::Captcha {
                strict_path: true,
                status: 429,
                ..edge::Captcha::default()
            },
            block: edge::Block {
                status: 404,
                body: Some("<h1>Not here</h1>".to_owned()),
                content_type: Some("text/html".to_owned()),
            },
            monetise: true,
            mitigation_percent: 10,
            bypass: edge::Bypass {
                paths: vec!["/static/*".to_owned()],
                methods: vec!["OPTIONS".to_owned()],
                ip_ranges: vec!["203.0.113.0/24".to_owned()],
                log: false,
            },
            cors_origins: vec!["https://app.example.com".to_owned()],
            flagged: edge::Flagged::Block,
            metrics: true,
            log_level: edge::LogLevel::Debug,
            ..edge::Settings::default()
        };
        let mut reading = Reading::default();
        assert_eq!(
            SettingsModel::read(&SettingsModel::of(&record).into(), &mut reading),
            record
        );
        assert!(reading.is_complete());
    }

    #[test]
    fn an_unknown_attribute_is_reported_with_its_path() {
        let mut settings = SettingsModel::of(&edge::Settings::default());
        let protector = ProtectorModel {
            url: Attr::Unknown,
            ..settings.protector.clone().into_known().expect("default")
        };
        settings.protector = protector.into();
        let mut reading = Reading::default();
        SettingsModel::read(&settings.into(), &mut reading);
        assert!(!reading.is_complete());
        assert!(reading.is_unknown(&["settings", "protector", "url"]));
        assert!(!reading.is_unknown(&["settings", "protector", "timeout_ms"]));
    }

    #[test]
    fn the_sessions_lifetime_follows_the_mode() {
        for (mode, seconds) in [("INGEST", 3600), ("MITIGATE", 60)] {
            let configured = SettingsModel {
                mitigation_type: mode.into(),
                ..SettingsModel::default()
            };
            let mut planned = Attr::Known(SettingsModel {
                session: SessionModel::default().into(),
                ..configured.clone()
            });
            SettingsModel::complete(&mut planned, &configured.into());
            let session = planned
                .known()
                .and_then(|settings| settings.session.known())
                .expect("known");
            assert_eq!(session.expiry_seconds, Attr::Known(seconds), "{mode}");
        }
    }

    #[test]
    fn a_changed_format_of_sessions_is_said() {
        let settings = |format: &str| {
            let session = SessionModel {
                format: format.into(),
                ..SessionModel::default()
            };
            Attr::Known(SettingsModel {
                session: session.into(),
                ..SettingsModel::default()
            })
        };
        let warning = SettingsModel::new_sessions(&settings("V1"), &settings("V3"));
        let path = warning.as_ref().and_then(Diagnostic::path);
        assert_eq!(
            path.map(Path::to_string).as_deref(),
            Some("settings.session.format")
        );
        for prior in [settings("V3"), Attr::Null] {
            assert!(SettingsModel::new_sessions(&prior, &settings("V3")).is_none());
        }
    }

    #[test]
    fn a_configured_lifetime_is_left_alone() {
        let session = SessionModel {
            expiry_seconds: 5.into(),
            ..SessionModel::default()
        };
        let configured = Attr::Known(SettingsModel {
            session: session.into(),
            ..SettingsModel::default()
        });
        let mut planned = configured.clone();
        SettingsModel::complete(&mut planned, &configured);
        assert_eq!(planned, configured);
    }
}
