//! `settings.ingest`: where log entries go.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::kinesis::KinesisModel;
use super::reading::{Reading, choice, natural};

/// The attribute `settings.ingest`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IngestModel {
    pub(crate) kind: Attr<String>,
    pub(crate) url: Attr<String>,
    pub(crate) log_version: Attr<String>,
    pub(crate) max_wait_ms: Attr<i64>,
    pub(crate) queue_max_entries: Attr<i64>,
    pub(crate) integration_version: Attr<String>,
    pub(crate) kinesis: Attr<KinesisModel>,
}

impl IngestModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Ingest {
        let Self {
            kind,
            url,
            log_version,
            max_wait_ms,
            queue_max_entries,
            integration_version,
            kinesis,
        } = self;
        let defaults = edge::Ingest::default();
        edge::Ingest {
            kind: reading.choice("type", kind, defaults.kind),
            url: reading.value("url", url, defaults.url),
            log_version: reading.choice("log_version", log_version, defaults.log_version),
            max_wait_ms: reading.number("max_wait_ms", max_wait_ms, defaults.max_wait_ms),
            queue_max_entries: reading.number(
                "queue_max_entries",
                queue_max_entries,
                defaults.queue_max_entries,
            ),
            integration_version: reading.optional("integration_version", integration_version),
            kinesis: reading.object("kinesis", kinesis, None, |kinesis, reading| {
                Some(kinesis.read(reading))
            }),
        }
    }

    pub(super) fn of(ingest: &edge::Ingest) -> IngestModel {
        let edge::Ingest {
            kind,
            url,
            log_version,
            max_wait_ms,
            queue_max_entries,
            integration_version,
            kinesis,
        } = ingest;
        IngestModel {
            kind: kind.as_str().into(),
            url: url.as_str().into(),
            log_version: log_version.as_str().into(),
            max_wait_ms: i64::from(*max_wait_ms).into(),
            queue_max_entries: i64::from(*queue_max_entries).into(),
            integration_version: integration_version.clone().into(),
            kinesis: kinesis.as_ref().map(KinesisModel::of).into(),
        }
    }
}

impl Model for IngestModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Ingest::default();
        object
            .attribute("type", |m| &mut m.kind)
            .default(defaults.kind.to_string())
            .check(choice::<edge::IngestKind>)
            .describe(
                "How log entries are sent: `HTTP` (default), one call to Netacea for each entry; \
                 `KINESIS`, in batches to a stream of Netacea's; `ORIGIN`, as request headers to \
                 the origin; `NATIVE`, through CloudFront's own logs.",
            );
        object
            .attribute("url", |m| &mut m.url)
            .default(defaults.url)
            .describe(
                "Address of Netacea's ingest service, https only. Default \
                 `https://ingest.netacea.net`.",
            );
        object
            .attribute("log_version", |m| &mut m.log_version)
            .default(defaults.log_version.to_string())
            .check(choice::<edge::LogVersion>)
            .describe("Layout of a log entry: `V1` (default), or `V2` if Netacea asks for it.");
        object
            .attribute("max_wait_ms", |m| &mut m.max_wait_ms)
            .default(i64::from(defaults.max_wait_ms))
            .check(natural)
            .describe(
                "Maximum time in milliseconds for which a response is held back until its log entry \
                 has arrived. Default 0.",
            );
        object
            .attribute("queue_max_entries", |m| &mut m.queue_max_entries)
            .default(i64::from(defaults.queue_max_entries))
            .check(natural)
            .describe(
                "How many log entries are kept while the ingest service does not answer. Beyond \
                 that, the oldest ones are dropped. Default 1000.",
            );
        object
            .attribute("integration_version", |m| &mut m.integration_version)
            .optional()
            .describe(
                "Integration version in log entries. Default: the edge function's own \
                 version.",
            );
        object
            .nested("kinesis", |m| &mut m.kinesis)
            .optional()
            .describe(
                "The stream for `KINESIS`; its credentials are the secrets `kinesis_access_key` \
                 and `kinesis_secret_key`.",
            );
    }
}
