//! The service that judges visitors: where it is, and how long it may take.

use super::breaker::Breaker;
use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// The service that judges visitors (protocol section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protector {
    /// Base address, https only, without a trailing slash. JSON key `mitigationServiceUrl`.
    pub url: String,
    /// Milliseconds for the whole mitigation step, 1 to 29000. JSON key `timeout`.
    pub timeout_ms: u32,
    /// Protection against a dead Protector.
    pub breaker: Breaker,
}

impl Default for Protector {
    fn default() -> Self {
        Self {
            url: "https://mitigations.netacea.net".to_owned(),
            timeout_ms: 3000,
            breaker: Breaker::default(),
        }
    }
}

impl Protector {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        Self {
            url: file.url("mitigationServiceUrl", defaults.url),
            timeout_ms: timeout(file, defaults.timeout_ms),
            breaker: Breaker::read(file),
        }
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            url,
            timeout_ms,
            breaker,
        } = self;
        document.put("timeout", *timeout_ms);
        document.put("mitigationServiceUrl", url);
        breaker.write(document);
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            url,
            timeout_ms,
            breaker,
        } = self;
        rules.service_url(url, "settings.protector.url");
        // One second stays for everything else within CloudFront's 30.
        rules.range(*timeout_ms, 1, 29_000, "settings.protector.timeout_ms");
        breaker.check(rules);
    }
}

/// Zero and negative numbers mean the default (protocol section 3, `misc.json` `correct_timeout`).
fn timeout(file: &mut ConfigurationFile, default: u32) -> u32 {
    let timeout = file.read("timeout", "a number of milliseconds", |value| {
        match value.ceiling()? {
            number if number <= 0 => Some(default),
            // A fraction of a millisecond is dropped.
            number => u32::try_from(number).ok(),
        }
    });
    timeout.unwrap_or(default)
}
