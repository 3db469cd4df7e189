//! Writes the log entry of a request, in whatever event it ends.

use crate::edge::Edge;
use crate::handover::VisitSummary;
use crate::ingest::{Entry, Optional};
use crate::journal::Field;
use crate::metrics::{Decision, Metrics};
use crate::now::Now;
use crate::settings::LogLevel;
use crate::visitor::Visitor;

use super::visit::{Asked, Judgment, Visit};

pub(super) const INTEGRATION_TYPE: &str = "cloudfront";

impl Edge {
    /// Writes the metrics of one request, if the customer wants them.
    pub(super) fn measure(&mut self, decision: Decision, asked: Asked, now: Now) {
        if !self.settings.metrics {
            return;
        }
        let metrics = Metrics {
            now: now.wall,
            mode: self.settings.mitigation_type,
            decision,
            protector_latency: asked.latency,
            breaker: asked.breaker,
            ingest_dropped: self.outbox.queue.take_lost(),
            unusable_addresses: self.unusable_addresses.take(),
            omitted_states: self.omitted_states.take(),
        };
        self.journal.add(metrics.to_json());
    }

    /// For a request that the function answers: no response event follows.
    pub(super) fn log_answer(&mut self, visit: &Visit, judgment: &Judgment, status: u16, now: Now) {
        let state = visit.summary(judgment);
        self.log(&visit.visitor, &state, &status.to_string(), "0", None, now);
    }

    /// Queues one entry. `written_at_origin` is the request's id, if another member of an origin
    /// group may still answer.
    pub(super) fn log(
        &mut self,
        visitor: &Visitor,
        state: &VisitSummary,
        status: &str,
        bytes_sent: &str,
        written_at_origin: Option<&str>,
        now: Now,
    ) {
        if state.is_unlogged || !self.outbox.is_open() {
            return;
        }
        let fingerprint = Some(state.header_fingerprint.as_str()).filter(|text| !text.is_empty());
        let api_key = self
            .outbox
            .needs_api_key()
            .then(|| self.protector.api_key());
        let tally = self.outbox.queue.take_tally();
        let told = |count: u64| Some(count).filter(|count| *count > 0);
        let entry = Entry {
            now: now.wall,
            method: &visitor.method,
            target: &visitor.target(),
            protocol: Some(&visitor.protocol),
            ip: &visitor.ip,
            user_agent: visitor.user_agent.as_deref().unwrap_or("-"),
            status,
            request_time: Some("0"),
            bytes_sent,
            referer: visitor.referer.as_deref().unwrap_or_default(),
            session_cookie: &state.session_cookie,
            session_status: &state.session_status,
            protector_latency: state.protector_latency,
            protector_status: state.protector_status,
            integration_type: Some(INTEGRATION_TYPE),
            integration_version: Some(self.settings.ingest.reported_version()),
            protection_mode: Some(self.settings.mitigation_type.as_str()),
            host: Some(&visitor.host),
            forwarded_for: Some(&visitor.forwarded_for),
            instance_id: Some(&self.instance_id),
            cookie_status: Some(state.cookie_status.number()),
            optional: Optional {
                header_fingerprint: fingerprint,
                cookie_fingerprint: Some(state.cookie_fingerprint.as_str())
                    .filter(|text| !text.is_empty()),
                breaker: state.breaker.label(),
                dropped: told(tally.dropped),
                resent: told(tally.resent),
                written_at_origin,
                is_held_back: state.is_held_back,
            },
            header_hash: fingerprint,
            api_key,
        };
        let entry = entry.to_json(self.settings.ingest.log_version);
        let gone = self
            .outbox
            .queue
            .push(entry, tally, written_at_origin, now.steady);
        if gone > 0 {
            self.journal.write(
                LogLevel::Warn,
                "ingest queue full, oldest entries lost",
                &[("count", Field::Number(gone))],
            );
        }
    }
}
