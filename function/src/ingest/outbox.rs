//! Brings log entries from the queue to the service that the customer chose.

use crate::call::{Call, Reply};
use crate::entropy::Entropy;
use crate::now::Now;
use crate::settings::{Configuration, IngestKind};

use super::{Batching, Fate, Http, Kinesis, Queue, Receipt};

/// Everything between a log entry and the service that takes it.
pub(crate) struct Outbox {
    transport: Transport,
    pub(crate) queue: Queue,
}

enum Transport {
    Http(Http),
    Kinesis(Kinesis),
    /// Somebody else logs: the origin, or CloudFront (protocol section 2).
    None,
}

impl Outbox {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let ingest = &configuration.settings.ingest;
        let timeout_ms = configuration.settings.protector.timeout_ms;
        let (transport, batching) = match (ingest.kind, &ingest.kinesis) {
            (IngestKind::Http, _) => (
                Transport::Http(Http::new(configuration)),
                Batching::single(),
            ),
            (IngestKind::Kinesis, Some(stream)) => (
                Transport::Kinesis(Kinesis::new(stream, &configuration.secrets, timeout_ms)),
                Batching::of(stream),
            ),
            _ => (Transport::None, Batching::single()),
        };
        Self {
            transport,
            queue: Queue::new(ingest.queue_max_entries, batching),
        }
    }

    /// Whether entries are sent at all.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.transport, Transport::None)
    }

    /// Whether each entry must name the customer: a stream is shared, and nothing else in the call
    /// does.
    pub(crate) fn needs_api_key(&self) -> bool {
        matches!(self.transport, Transport::Kinesis(_))
    }

    /// The next call, if one may go now.
    pub(crate) fn next(&mut self, now: Now, entropy: &Entropy) -> Option<(u32, Call)> {
        let (id, records) = self.queue.take(now.steady)?;
        let call = match &self.transport {
            Transport::Http(http) => http.call(&records.first()?.first()?.entry, now.steady),
            Transport::Kinesis(kinesis) => {
                // Random and different, so that records spread over the shards.
                let random = u64::from_le_bytes(entropy.partition_key());
                let records = records.iter().zip(0..).map(|(record, index)| {
                    let entries = record.iter().map(|waiting| waiting.entry.as_str());
                    let key = random.wrapping_add(index).to_string();
                    (entries.collect(), key)
                });
                kinesis.put_records(records, now)
            }
            Transport::None => return None,
        };
        Some((id, call))
    }

    /// Notes the outcome of a call.
    pub(crate) fn settle(
        &mut self,
        id: u32,
        reply: &Reply<'_>,
        now: Now,
        entropy: &Entropy,
    ) -> Option<Fate> {
        let receipt = match &self.transport {
            Transport::Http(_) => Http::receipt(reply),
            Transport::Kinesis(_) => Kinesis::receipt(reply, self.queue.records_in(id)),
            Transport::None => Receipt::Arrived,
        };
        self.queue
            .settle(id, &receipt, now.steady, entropy.jitter())
    }
}
