use super::{IngestKind, Kinesis, LogVersion};

/// Where log entries go (protocol section 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingest {
    /// JSON key `ingestType`. Absent in a file that names a Kinesis stream means `KINESIS`.
    pub kind: IngestKind,
    /// Base address of the HTTP service, https only, without a trailing slash. JSON key
    /// `ingestServiceUrl`.
    pub url: String,
    /// JSON key `logVersion`.
    pub log_version: LogVersion,
    /// Longest time in milliseconds, 0 to 5000, for which an answer waits for its log entry to
    /// arrive. JSON key `ingestMaxWaitMs`.
    pub max_wait_ms: u32,
    /// Entries kept while ingest does not answer, 1 to 100000; then the oldest are dropped and
    /// counted. JSON key `ingestQueueMaxEntries`.
    pub queue_max_entries: u32,
    /// Version of the integration in log entries; `None` = this crate's. JSON key
    /// `integrationVersion`.
    pub integration_version: Option<String>,
    /// Needed for `KINESIS`.
    pub kinesis: Option<Kinesis>,
}

impl Ingest {
    /// The integration's version as log entries and the origin are told.
    #[must_use]
    pub fn reported_version(&self) -> &str {
        self.integration_version
            .as_deref()
            .unwrap_or(crate::VERSION)
    }
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            kind: IngestKind::Http,
            url: "https://ingest.netacea.net".to_owned(),
            log_version: LogVersion::V1,
            max_wait_ms: 0,
            queue_max_entries: 1000,
            integration_version: None,
            kinesis: None,
        }
    }
}
