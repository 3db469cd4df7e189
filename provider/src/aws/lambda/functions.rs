//! [`Functions`]: the handle to Lambda, to which the files in this folder add their calls.

use std::sync::Arc;
use std::time::Duration;

use crate::aws::connection::Connection;

/// `file.export` of the package, see [`crate::bundle`].
pub(super) const HANDLER: &str = "index.handler";
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// Lambda functions of the session's account.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    pub(super) connection: Arc<Connection>,
}

impl Functions {
    pub(in crate::aws) fn new(connection: Arc<Connection>) -> Functions {
        Functions { connection }
    }

    /// AWS's time, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.connection.now()
    }
}

/// For calls that carry the package.
pub(super) fn upload_override() -> aws_sdk_lambda::config::Builder {
    let timeouts = aws_config::timeout::TimeoutConfig::builder()
        .operation_attempt_timeout(UPLOAD_TIMEOUT)
        .build();
    aws_sdk_lambda::config::Config::builder().timeout_config(timeouts)
}
