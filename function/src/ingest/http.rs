use crate::call::Call;
use crate::settings::Configuration;

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

    pub(crate) fn call(&self, entry: String, now: u64) -> Call {
        Call {
            method: "POST",
            url: self.url.clone(),
            headers: vec![
                ("X-Netacea-API-Key", self.api_key.clone()),
                ("content-type", "application/json".to_owned()),
            ],
            body: Some(entry.into_bytes()),
            deadline: now.saturating_add(self.timeout_ms),
            reply_limit: REPLY_LIMIT,
        }
    }
}
