//! The object `breaker`: when to stop calling a Protector that does not answer.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// When to stop asking a Protector that does not answer. JSON key `breaker`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row that open the breaker, 1 to 1000. JSON key `consecutiveFailures`.
    pub consecutive_failures: u32,
    /// Seconds for which visitors pass unasked before one request tries again, 1 to 3600. JSON key
    /// `openSeconds`.
    pub open_seconds: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            consecutive_failures: 2,
            open_seconds: 10,
        }
    }
}

impl Breaker {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        file.section("breaker", |file| Self {
            consecutive_failures: file
                .integer("consecutiveFailures", defaults.consecutive_failures),
            open_seconds: file.integer("openSeconds", defaults.open_seconds),
        })
    }

    pub(super) fn write(&self, document: &mut Document<'_>) {
        let Self {
            consecutive_failures,
            open_seconds,
        } = self;
        document.section("breaker", |document| {
            document.put("consecutiveFailures", *consecutive_failures);
            document.put("openSeconds", *open_seconds);
        });
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            consecutive_failures,
            open_seconds,
        } = self;
        let field = "settings.protector.breaker.consecutive_failures";
        rules.range(*consecutive_failures, 1, 1000, field);
        let field = "settings.protector.breaker.open_seconds";
        rules.range(*open_seconds, 1, 3600, field);
    }
}
