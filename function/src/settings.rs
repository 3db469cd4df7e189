//! The configuration record: what a customer sets, how it is checked, and how it is written to and
//! read from `NetaceaConfig.json`.
//!
//! One type serves both ends. The Terraform provider fills it from a resource, validates it at plan
//! time and writes it into the zip; the edge function reads the same file at load and validates it
//! with the same rules. The key names are those of Netacea's own `NetaceaConfig.json` (protocol
//! section 3), so a file of the vendor's plugin can be read as it is.

mod breaker;
mod captcha;
mod captcha_header;
mod choice;
mod client_ip;
mod configuration;
mod document;
mod error;
mod ingest;
mod ingest_kind;
mod kinesis;
mod log_level;
mod log_version;
mod mitigation_type;
mod protector;
mod reader;
mod secrets;
mod session;
mod session_format;
mod validate;
mod violation;
mod warning;

pub use breaker::Breaker;
pub use captcha::Captcha;
pub use captcha_header::CaptchaHeader;
pub use choice::UnknownChoice;
pub use client_ip::ClientIp;
pub use configuration::Configuration;
pub use error::SettingsError;
pub use ingest::Ingest;
pub use ingest_kind::IngestKind;
pub use kinesis::Kinesis;
pub use log_level::LogLevel;
pub use log_version::LogVersion;
pub use mitigation_type::MitigationType;
pub use protector::Protector;
pub use secrets::Secrets;
pub use session::Session;
pub use session_format::SessionFormat;
pub use violation::Violation;
pub use warning::Warning;

/// Everything about the protection that is not secret. `Default` is the documented default of each
/// field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What is done with a visitor. JSON key `mitigationType`.
    pub mitigation_type: MitigationType,
    /// Sends visitors whom Protector calls monetised where they pay. JSON key `monetise`.
    pub monetise: bool,
    /// The service that judges visitors.
    pub protector: Protector,
    /// The session cookie.
    pub session: Session,
    /// The captcha cookie and page.
    pub captcha: Captcha,
    /// Where log entries go.
    pub ingest: Ingest,
    /// Takes the visitor's address from a header instead of from CloudFront. JSON key `clientIp`.
    pub client_ip: Option<ClientIp>,
    /// The least important level written to CloudWatch. JSON key `logLevel`.
    pub log_level: LogLevel,
    /// Writes metrics in CloudWatch's embedded metric format. JSON key `metrics`.
    pub metrics: bool,
}

impl Settings {
    /// Seconds after which a session must be judged again: the configured number, or 3600 in INGEST
    /// and 60 otherwise.
    #[must_use]
    pub fn session_expiry_seconds(&self) -> u32 {
        self.session
            .expiry_seconds
            .unwrap_or(match self.mitigation_type {
                MitigationType::Ingest => 3600,
                MitigationType::Mitigate | MitigationType::Inject => 60,
            })
    }

    /// Milliseconds that an event may take: asking Protector, waiting for log entries, and what a
    /// thaw adds. A function that Lambda stops before is an error to the visitor instead of a pass.
    #[must_use]
    pub fn longest_event_ms(&self) -> u64 {
        // `FROZEN` and `THAW` in host/https.mjs.
        const THAW_MS: u64 = 1250;
        u64::from(self.protector.timeout_ms) + u64::from(self.ingest.max_wait_ms) + THAW_MS
    }

    /// The same document as [`Configuration::to_json`], without any secret. Equal settings give
    /// equal bytes on every machine.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        document::write(self, None)
    }

    /// Checks every rule that needs no secret. Empty means valid.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        validate::settings(self)
    }
}
