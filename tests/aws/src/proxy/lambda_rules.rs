//! Lambda's rules for changing a function, which the emulator does not know: no change while an
//! earlier one is in progress, and a version is published only from what the caller has seen.

use anyhow::Result;
use hyper::Request;
use hyper::body::Bytes;
use serde_json::Value;

use super::upstream::Upstream;
use crate::{AwsError, Operation};

/// Lambda's refusal of this call, if it breaks a rule.
pub(super) fn refusal(
    upstream: &Upstream,
    operation: Operation,
    request: &Request<Bytes>,
) -> Result<Option<AwsError>> {
    if !matches!(
        operation,
        Operation::UpdateFunctionCode
            | Operation::UpdateFunctionConfiguration
            | Operation::PublishVersion
    ) {
        return Ok(None);
    }
    let name = request.uri().path().split('/').nth(3).unwrap_or_default();
    let path = format!("/2015-03-31/functions/{name}/configuration");
    // The emulator itself refuses a function that does not exist.
    let Ok(answer) = upstream.client.get("lambda", &path) else {
        return Ok(None);
    };
    let latest: Value = serde_json::from_slice(answer.body())?;
    if latest["LastUpdateStatus"] == "InProgress" || latest["State"] == "Pending" {
        let arn = latest["FunctionArn"].as_str().unwrap_or(name);
        return Ok(Some(AwsError::busy(arn)));
    }
    if operation != Operation::PublishVersion {
        return Ok(None);
    }
    let wanted: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let differs = |field: &str| !wanted[field].is_null() && wanted[field] != latest[field];
    Ok(if differs("RevisionId") {
        Some(AwsError::new(
            412,
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
        ))
    } else if differs("CodeSha256") {
        let message = format!(
            "CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the CodeSHA256 in $LATEST.",
            wanted["CodeSha256"].as_str().unwrap_or_default(),
            latest["CodeSha256"].as_str().unwrap_or_default()
        );
        Some(AwsError::new(
            400,
            "InvalidParameterValueException",
            message,
        ))
    } else {
        None
    })
}
