//! A call that a function makes, as its process sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// One call over HTTPS that began while an event was handled. It may go on after the answer: then
/// it has neither an end nor a status here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OutgoingCall {
    /// The method.
    pub method: String,
    /// The host that is called, as the function names it, with its port unless that is the usual
    /// one.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// When it began, counted from the beginning of the event.
    #[serde(deserialize_with = "milliseconds")]
    pub began: Duration,
    /// How long it took until its answer began, or until it failed.
    #[serde(deserialize_with = "milliseconds")]
    pub took: Duration,
    /// The status; `None` without an answer.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// The headers of the answer whose names begin with `x-netacea-`.
    pub headers: BTreeMap<String, String>,
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let milliseconds = f64::deserialize(deserializer)?;
    Ok(Duration::from_secs_f64((milliseconds / 1000.0).max(0.0)))
}
