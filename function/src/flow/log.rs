//! Writes the log entry of a request, wherever it ends.

use crate::VERSION;
use crate::edge::Edge;
use crate::handover::State;
use crate::ingest::{Entry, Optional, time_local};
use crate::settings::LogLevel;
use crate::visitor::Visitor;

use super::visit::{Judgement, Visit};

const INTEGRATION_TYPE: &str = "cloudfront";

impl Edge {
    /// For a request that the function answers: no response event follows.
    pub(super) fn log_answer(
        &mut self,
        visit: &Visit,
        judgement: &Judgement,
        status: u16,
        now: u64,
    ) {
        let state = visit.state(judgement);
        self.log(&visit.visitor, &state, &status.to_string(), "0", now);
    }

    /// Queues one entry.
    pub(super) fn log(
        &mut self,
        visitor: &Visitor,
        state: &State,
        status: &str,
        bytes_sent: &str,
        now: u64,
    ) {
        let dropped = self.queue.take_dropped();
        let fingerprint = Some(state.header_fingerprint.as_str()).filter(|text| !text.is_empty());
        let entry = Entry {
            request: format!(
                "{} {} {}",
                visitor.method,
                visitor.target(),
                visitor.protocol
            ),
            time_local: time_local(now),
            real_ip: &visitor.ip,
            user_agent: visitor.user_agent.as_deref().unwrap_or("-"),
            status,
            request_time: Some("0"),
            bytes_sent: if bytes_sent.is_empty() {
                "0"
            } else {
                bytes_sent
            },
            referer: visitor
                .referer
                .as_deref()
                .filter(|referer| !referer.is_empty())
                .unwrap_or("-"),
            netacea_user_id_cookie: &state.session_cookie,
            netacea_mitigation_applied: &state.session_status,
            protector_latency_ms: state.protector_latency,
            protector_status: state.protector_status,
            integration_type: INTEGRATION_TYPE,
            integration_version: VERSION,
            protection_mode: self.settings.mitigation_type.as_str(),
            request_host: Some(&visitor.host),
            forwarded_for: Some(&visitor.forwarded_for),
            worker_instance_id: Some(&self.instance_id),
            netacea_user_id_cookie_status: Some(state.cookie_status.number()),
            optional: Optional {
                header_fingerprint: fingerprint,
                cookie_fingerprint: Some(state.cookie_fingerprint.as_str())
                    .filter(|text| !text.is_empty()),
                breaker: state.breaker.label(),
                dropped,
            },
            header_hash: fingerprint,
        };
        let gone = self.queue.push(entry.to_json());
        if gone > 0 {
            self.journal.write(
                LogLevel::Warn,
                "ingest queue full, oldest entries lost",
                &[("count", gone.into())],
            );
        }
    }
}
