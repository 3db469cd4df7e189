//! Every call in order of arrival, and its place in a run, which is the same in another run of the
//! same kind.

use std::collections::HashMap;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode};

use crate::Operation;

/// A recorded call.
#[derive(Clone, Debug)]
pub struct RecordedCall {
    /// The operation.
    pub operation: Operation,
    /// Path and query.
    pub path: String,
    /// The headers that the provider sent.
    pub headers: HeaderMap,
    /// The body that the provider sent.
    pub body: Bytes,
    /// The status of the answer; `None` while the call is under way, or if it never got an answer.
    pub status: Option<StatusCode>,
    /// How long it waited for its answer, on this side of the connection; zero until then.
    pub took: Duration,
}

/// A call's place in a run: the same in every run that does the same, no matter how often a call is
/// repeated while somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// The operation.
    pub operation: Operation,
    /// The number of this occurrence, from 1. Calls that directly follow the same call (operation,
    /// path and body) are not counted.
    pub occurrence: usize,
}

/// Every call in order of arrival.
#[derive(Debug, Default)]
pub(super) struct Recording {
    pub(super) calls: Vec<RecordedCall>,
    points: Vec<Point>,
    occurrences: HashMap<Operation, usize>,
}

impl Recording {
    /// Notes a call; returns its place in `calls` and in the run.
    pub(super) fn note(
        &mut self,
        operation: Operation,
        path: &str,
        request: &Request<Bytes>,
    ) -> (usize, Point) {
        let body = request.body();
        let repeats = |last: &&RecordedCall| {
            last.operation == operation && last.path == path && last.body == *body
        };
        let occurrence = self.occurrences.entry(operation).or_default();
        if self.calls.last().filter(repeats).is_none() {
            *occurrence += 1;
        }
        let point = Point {
            operation,
            occurrence: *occurrence,
        };
        self.calls.push(RecordedCall {
            operation,
            path: path.to_owned(),
            headers: request.headers().clone(),
            body: body.clone(),
            status: None,
            took: Duration::ZERO,
        });
        if self.points.last() != Some(&point) {
            self.points.push(point);
        }
        (self.calls.len() - 1, point)
    }

    /// The run so far.
    pub(super) fn points(&self) -> Vec<Point> {
        self.points.clone()
    }

    pub(super) fn has_succeeded(&self, operation: Operation) -> bool {
        let succeeded = |call: &RecordedCall| {
            call.operation == operation && call.status.is_some_and(|status| status.is_success())
        };
        self.calls.iter().any(succeeded)
    }

    pub(super) fn operations(&self) -> Vec<Operation> {
        self.calls.iter().map(|call| call.operation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_longer_makes_no_more_points() {
        let run = |polls: usize| {
            let mut recording = Recording::default();
            let request = Request::new(Bytes::new());
            recording.note(Operation::CreateFunction, "/f", &request);
            for _ in 0..polls {
                recording.note(Operation::GetFunctionConfiguration, "/f", &request);
            }
            recording.note(Operation::GetFunctionConfiguration, "/f?1", &request);
            recording.points()
        };
        assert_eq!(run(1), run(7));
        assert_eq!(run(1).len(), 3);
    }
}
