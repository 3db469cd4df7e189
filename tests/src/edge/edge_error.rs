//! CloudFront's own answers in place of answers that it cannot use.

use crate::edge::{Headers, ResponseRecord};

/// CloudFront's own answer in place of a function's or an origin's.
pub(super) struct EdgeError {
    pub(super) status: u16,
    name: &'static str,
}

impl EdgeError {
    pub(super) const BAD_GATEWAY: Self = Self {
        status: 502,
        name: "Error",
    };
    pub(super) const EXECUTION: Self = Self {
        status: 503,
        name: "LambdaExecutionError",
    };
    pub(super) const GATEWAY_TIMEOUT: Self = Self {
        status: 504,
        name: "Error",
    };
    pub(super) const NOT_ALLOWED: Self = Self {
        status: 403,
        name: "Error",
    };
    pub(super) const VALIDATION: Self = Self {
        status: 502,
        name: "LambdaValidationError",
    };

    /// What happened, as a phrase.
    pub(super) fn told(&self) -> &'static str {
        match self.status {
            504 => "no answer in time",
            _ => "no answer",
        }
    }

    /// The answer that a viewer gets.
    pub(super) fn page(self) -> (ResponseRecord, Vec<u8>) {
        let mut headers = Headers::default();
        headers.append("X-Cache", &format!("{} from cloudfront", self.name));
        let record = ResponseRecord {
            headers,
            status: self.status.to_string(),
            status_description: String::new(),
            body: None,
            body_encoding: None,
        };
        (record, b"The request could not be satisfied.".to_vec())
    }
}
