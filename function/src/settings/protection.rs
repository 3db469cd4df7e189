//! All settings together: the groups, and the keys at the top of the file that belong to none.

use crate::wire::{FROZEN_MS, THAW_MS};

use super::block::Block;
use super::bypass::Bypass;
use super::captcha::Captcha;
use super::choice::choice;
use super::client_ip::ClientIp;
use super::document::Document;
use super::ingest::Ingest;
use super::mitigation_type::MitigationType;
use super::protector::Protector;
use super::reader::ConfigurationFile;
use super::session::Session;
use super::validate::{Rules, Violation};

/// Everything about the protection that is not secret. `Default` is the documented default of each
/// field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What is done with a visitor. JSON key `mitigationType`.
    pub mitigation_type: MitigationType,
    /// Percent of visitors that MITIGATE stops if the verdict says so, 0 to 100; the others pass,
    /// but Protector is asked about them and they are logged. JSON key `mitigationPercent`.
    pub mitigation_percent: u32,
    /// Sends visitors that Protector calls monetised where they pay. JSON key `monetise`.
    pub monetise: bool,
    /// What happens to visitors that Protector calls flagged. JSON key `flagged`.
    pub flagged: Flagged,
    /// The service that judges visitors.
    pub protector: Protector,
    /// The session cookie.
    pub session: Session,
    /// The captcha cookie and page.
    pub captcha: Captcha,
    /// What a blocked visitor sees. JSON key `block`.
    pub block: Block,
    /// Where log entries go.
    pub ingest: Ingest,
    /// Takes the visitor's address from a header instead of from CloudFront. JSON key `clientIp`.
    pub client_ip: Option<ClientIp>,
    /// Requests that pass unjudged. JSON key `bypass`.
    pub bypass: Bypass,
    /// Origins whose pages may read generated answers, exactly as browsers send them. JSON key
    /// `corsOrigins`.
    pub cors_origins: Vec<String>,
    /// The least important level written to CloudWatch. JSON key `logLevel`.
    pub log_level: LogLevel,
    /// Writes metrics in CloudWatch's embedded metric format. JSON key `metrics`.
    pub metrics: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mitigation_type: MitigationType::default(),
            mitigation_percent: 100,
            monetise: false,
            flagged: Flagged::default(),
            protector: Protector::default(),
            session: Session::default(),
            captcha: Captcha::default(),
            block: Block::default(),
            ingest: Ingest::default(),
            client_ip: None,
            bypass: Bypass::default(),
            cors_origins: Vec::new(),
            log_level: LogLevel::default(),
            metrics: false,
        }
    }
}

/// A customer's decisions about verdicts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    /// Whether monetised visitors are sent where they pay; otherwise they count as unknown and
    /// pass.
    pub monetise: bool,
    /// What happens to flagged visitors.
    pub flagged: Flagged,
}

choice! {
    /// What happens to a flagged visitor (protocol section 8.3).
    Flagged {
        /// They pass, and the origin is told the verdict in request headers.
        #[default]
        Pass = "pass",
        /// They are blocked, as by Netacea's plugins of 2024.
        Block = "block",
    }
}

choice! {
    /// Importance of a line in CloudWatch, most important first.
    LogLevel {
        /// The protection is not working.
        Error = "error",
        /// A visitor passed without a verdict, or something was dropped.
        #[default]
        Warn = "warn",
        /// One line per decision that stops a visitor.
        Info = "info",
        /// Everything that helps to find an error.
        Debug = "debug",
    }
}

impl Settings {
    /// Seconds after which a session must be judged again: the configured number, or 3600 in INGEST
    /// and 60 otherwise.
    #[must_use]
    pub fn session_expiry_seconds(&self) -> u32 {
        self.session.effective_expiry_seconds(self.mitigation_type)
    }

    /// The customer's decisions about verdicts.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            monetise: self.monetise,
            flagged: self.flagged,
        }
    }

    /// The most milliseconds that an event may take: asking Protector, waiting for log entries, and
    /// what a thaw adds. If Lambda stops the function earlier, the visitor gets an error instead of
    /// passing.
    #[must_use]
    pub fn longest_event_ms(&self) -> u64 {
        u64::from(self.protector.timeout_ms)
            + u64::from(self.ingest.max_wait_ms)
            + FROZEN_MS
            + THAW_MS
    }

    /// The same document as [`Configuration::to_json`](super::Configuration::to_json), without any
    /// secret. Equal settings give equal bytes on every machine.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut document = Document::default();
        self.write(&mut document);
        document.to_json()
    }

    /// Checks every rule that needs no secret. Empty means valid.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        let mut rules = Rules::default();
        self.check(&mut rules);
        rules.violations
    }

    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        Self {
            mitigation_type: file.choice("mitigationType", defaults.mitigation_type),
            mitigation_percent: file.integer("mitigationPercent", defaults.mitigation_percent),
            monetise: file.flag("monetise", defaults.monetise),
            flagged: file.choice("flagged", defaults.flagged),
            protector: Protector::read(file),
            session: Session::read(file),
            captcha: Captcha::read(file),
            block: Block::read(file),
            ingest: Ingest::read(file),
            client_ip: ClientIp::read(file),
            bypass: Bypass::read(file),
            cors_origins: file.strings("corsOrigins"),
            log_level: file.choice("logLevel", defaults.log_level),
            metrics: file.flag("metrics", defaults.metrics),
        }
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
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
        } = self;
        document.put("mitigationType", mitigation_type.as_str());
        document.put("mitigationPercent", *mitigation_percent);
        document.put("monetise", *monetise);
        document.put("flagged", flagged.as_str());
        protector.write(document);
        session.write(*mitigation_type, document);
        captcha.write(document);
        block.write(document);
        ingest.write(document);
        if let Some(client_ip) = client_ip {
            client_ip.write(document);
        }
        bypass.write(document);
        document.put("corsOrigins", cors_origins);
        document.put("logLevel", log_level.as_str());
        document.put("metrics", *metrics);
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            mitigation_type,
            mitigation_percent,
            monetise: _,
            flagged: _,
            protector,
            session,
            captcha,
            block,
            ingest,
            client_ip,
            bypass,
            cors_origins,
            log_level: _,
            metrics: _,
        } = self;
        let field = "settings.mitigation_percent";
        rules.range(*mitigation_percent, 0, 100, field);
        let message = "must be 100 unless `mitigation_type` is `MITIGATE`, because no other mode acts on \
             visitors";
        let is_acting = *mitigation_type == MitigationType::Mitigate;
        rules.require(is_acting || *mitigation_percent == 100, field, message);
        protector.check(rules);
        session.check(*mitigation_type, rules);
        captcha.check(session, rules);
        block.check(rules);
        ingest.check(rules);
        if let Some(client_ip) = client_ip {
            client_ip.check(rules);
        }
        bypass.check(rules);
        rules.origins(cors_origins, "settings.cors_origins");
    }
}
