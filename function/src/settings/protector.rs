use super::Breaker;

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
