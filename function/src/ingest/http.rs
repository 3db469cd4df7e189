//! [`Http`]: sends log entries one by one to the HTTP service.

use crate::call::{Call, Reply};
use crate::settings::Configuration;

use super::Receipt;

/// Longest answer of the ingest service that is read; its content does not matter.
const REPLY_LIMIT: u32 = 65_536;

/// Sends entries one by one to the HTTP service (protocol section 9.3).
pub(crate) struct Http {
    url: String,
    api_key: String,
    timeout_ms: u64,
}

impl Http {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        Self {
            url: format!("{}/", configuration.settings.ingest.url),
            api_key: configuration.secrets.api_key.clone().unwrap_or_default(),
            timeout_ms: u64::from(configuration.settings.protector.timeout_ms),
        }
    }

    pub(crate) fn call(&self, entry: &str, now: u64) -> Call {
        Call {
            method: "POST",
            url: self.url.clone(),
            headers: vec![
                ("X-Netacea-API-Key", self.api_key.clone()),
                ("content-type", "application/json".to_owned()),
            ],
            body: Some(entry.as_bytes().to_vec()),
            deadline: now.saturating_add(self.timeout_ms),
            reply_limit: REPLY_LIMIT,
        }
    }

    /// A wrong API key does not concern the entry: it waits for the right one like for a service
    /// that is down.
    pub(crate) fn receipt(reply: &Reply<'_>) -> Receipt {
        match reply {
            Reply::Answered {
                status: 200..=299, ..
            } => Receipt::Arrived,
            Reply::Answered { status, .. }
                if *status < 500 && ![401, 403, 408, 429].contains(status) =>
            {
                Receipt::Refused
            }
            reply => Receipt::Failed {
                is_ambiguous: reply.is_ambiguous(),
            },
        }
    }
}
