//! Refusals of AWS.

use hyper::body::Bytes;
use hyper::{Response, StatusCode};

use crate::Operation;

/// A refusal, as the service models of Lambda, CloudFront and STS have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Such as `PreconditionFailed`.
    pub code: &'static str,
    /// For people, but sometimes decisive: AWS uses one code for many things.
    pub message: String,
}

impl AwsError {
    /// `status` must be an HTTP status; anything else becomes 500.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message: message.into(),
        }
    }

    /// CloudFront's 400 for an association that it does not allow.
    pub fn association(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidLambdaFunctionAssociation", message)
    }

    /// Lambda's 409 for a function that it is working on.
    pub fn busy(arn: &str) -> Self {
        Self::new(
            409,
            "ResourceConflictException",
            format!(
                "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
            ),
        )
    }

    /// Lambda's 400 for a function that edge locations still have.
    pub fn replicated(arn: &str) -> Self {
        Self::new(
            400,
            "InvalidParameterValueException",
            format!(
                "Lambda was unable to delete {arn} because it is a replicated function. Please see our documentation for Deleting Lambda@Edge Functions and Replicas."
            ),
        )
    }

    /// The answer in the format of the service that `operation` belongs to: JSON for Lambda and
    /// CloudWatch Logs, XML for the others.
    pub(super) fn response(&self, operation: Operation) -> Response<Bytes> {
        let is_json = operation.is_lambda() || operation.is_logs();
        let body = if is_json {
            serde_json::json!({ "Type": "User", "Message": self.message }).to_string()
        } else {
            format!(
                "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>{}</Code>\
                 <Message>{}</Message></Error><RequestId>acceptance</RequestId></ErrorResponse>",
                self.code,
                self.message.replace('&', "&amp;").replace('<', "&lt;")
            )
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Ok(code) = self.code.parse() {
            headers.insert("x-amzn-errortype", code);
        }
        if is_json && let Ok(id) = "acceptance".parse() {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}
