//! Where log entries go, in which layout, and how long anything waits for them.

use super::choice::choice;
use super::document::Document;
use super::kinesis::Kinesis;
use super::reader::ConfigurationFile;
use super::validate::Rules;

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

choice! {
    /// How log entries leave the edge (protocol section 2).
    IngestKind {
        /// One HTTPS POST per entry.
        #[default]
        Http = "HTTP",
        /// Batches into a Kinesis stream owned by Netacea.
        Kinesis = "KINESIS",
        /// As request headers to the origin.
        Origin = "ORIGIN",
        /// Through the CDN's own log shipping: the function sends nothing.
        Native = "NATIVE",
    }
}

choice! {
    /// Layout of a log entry (protocol section 9).
    LogVersion {
        /// The layout every Netacea account understands.
        #[default]
        V1 = "V1",
        /// The newer layout, only when Netacea asks for it.
        V2 = "V2",
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

impl Ingest {
    /// The integration's version in log entries and in headers to the origin.
    #[must_use]
    pub fn reported_version(&self) -> &str {
        self.integration_version
            .as_deref()
            .unwrap_or(crate::VERSION)
    }

    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        let kinesis = Kinesis::read(file);
        // The vendor's template names a stream and no ingest type (protocol section 14).
        let implied = match kinesis {
            Some(_) => IngestKind::Kinesis,
            None => defaults.kind,
        };
        Self {
            kind: file.choice("ingestType", implied),
            url: file.url("ingestServiceUrl", defaults.url),
            log_version: file.choice("logVersion", defaults.log_version),
            max_wait_ms: file.integer("ingestMaxWaitMs", defaults.max_wait_ms),
            queue_max_entries: file.integer("ingestQueueMaxEntries", defaults.queue_max_entries),
            integration_version: file.optional_string("integrationVersion"),
            kinesis,
        }
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            kind,
            url,
            log_version,
            max_wait_ms,
            queue_max_entries,
            integration_version,
            kinesis,
        } = self;
        document.put("ingestType", kind.as_str());
        document.put("logVersion", log_version.as_str());
        document.put("ingestServiceUrl", url);
        if let Some(kinesis) = kinesis {
            kinesis.write(document);
        }
        document.put("ingestMaxWaitMs", *max_wait_ms);
        document.put("ingestQueueMaxEntries", *queue_max_entries);
        document.put("integrationVersion", integration_version);
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            // The secrets check what KINESIS needs.
            kind: _,
            url,
            log_version: _,
            max_wait_ms,
            queue_max_entries,
            integration_version,
            kinesis,
        } = self;
        rules.service_url(url, "settings.ingest.url");
        rules.range(*max_wait_ms, 0, 5000, "settings.ingest.max_wait_ms");
        let field = "settings.ingest.queue_max_entries";
        rules.range(*queue_max_entries, 1, 100_000, field);
        if let Some(version) = integration_version {
            let field = "settings.ingest.integration_version";
            rules.require(!version.is_empty(), field, "must not be empty");
            rules.header_value(version, field);
        }
        if let Some(kinesis) = kinesis {
            kinesis.check(rules);
        }
    }
}
