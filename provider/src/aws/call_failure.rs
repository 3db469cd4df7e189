//! One call that AWS did not carry out, with AWS's code and message.

use std::fmt;

/// One call that AWS did not carry out.
#[derive(Debug)]
pub(crate) struct CallFailure {
    /// As IAM writes it: `lambda:CreateFunction`.
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    /// AWS's error code, when it answered.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
}

impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        match &self.code {
            Some(code) => write!(f, ": {code}: {}", self.message),
            None => write!(f, ": {}", self.message),
        }
    }
}
