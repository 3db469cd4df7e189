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
