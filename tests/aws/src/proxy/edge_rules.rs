//! CloudFront's rules for edge functions: which versions can be associated, and that an associated
//! version cannot be deleted.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anyhow::Result;
use hyper::Request;
use hyper::body::Bytes;
use roxmltree::{Document, Node};
use serde_json::Value;

use super::upstream::Upstream;
use crate::xml::{child, child_text, items};
use crate::{ACCOUNT, AwsError};

const EVENTS: [&str; 4] = [
    "viewer-request",
    "viewer-response",
    "origin-request",
    "origin-response",
];

/// CloudFront's refusal of this UpdateDistribution, if it breaks a rule.
pub(super) fn association_refusal(
    upstream: &Upstream,
    request: &Request<Bytes>,
) -> Result<Option<AwsError>> {
    let Some(distribution) = upstream.distribution(request.uri().path()) else {
        return Ok(None);
    };
    // The emulator itself refuses a distribution that does not exist, or an old version.
    let Ok(before) = distribution.configuration() else {
        return Ok(None);
    };
    let given = request.headers().get("if-match");
    if given.is_none_or(|etag| etag.as_bytes() != before.etag.as_bytes()) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(request.body());
    let document = match Document::parse(&text) {
        Ok(document) => document,
        Err(error) => {
            return Ok(Some(AwsError::new(400, "MalformedXML", error.to_string())));
        }
    };
    if let Some(refusal) = document.descendants().find_map(miscounted) {
        return Ok(Some(refusal));
    }
    let known = arns(&before.xml);
    for behavior in document.descendants().filter(is_behavior) {
        if let Some(refusal) = misplaced(behavior) {
            return Ok(Some(refusal));
        }
        for arn in associated(behavior) {
            let refusal = match arn_refusal(arn) {
                None if !known.contains(arn) => function_refusal(upstream, arn)?,
                refusal => refusal,
            };
            if refusal.is_some() {
                return Ok(refusal);
            }
        }
    }
    Ok(None)
}

/// Lambda's refusal to delete a function, or a version of it, that a distribution refers to.
/// CloudFront's listing has the behaviors of all distributions.
pub(super) fn deletion_refusal(
    upstream: &Upstream,
    request: &Request<Bytes>,
) -> Result<Option<AwsError>> {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let qualifier = request
        .uri()
        .query()
        .and_then(|query| query.strip_prefix("Qualifier="));
    let is_meant = |arn: &String| {
        let [.., function, version] = arn.split(':').collect::<Vec<_>>()[..] else {
            return false;
        };
        function == name && qualifier.is_none_or(|qualifier| qualifier == version)
    };
    let listing = upstream
        .client
        .get("cloudfront", "/2020-05-31/distribution")?;
    let held = arns(&String::from_utf8_lossy(listing.body()));
    Ok(held
        .into_iter()
        .find(is_meant)
        .map(|arn| AwsError::replicated(&arn)))
}

/// Every function that a configuration refers to.
fn arns(xml: &str) -> BTreeSet<String> {
    let Ok(document) = Document::parse(xml) else {
        return BTreeSet::new();
    };
    let behaviors = document.descendants().filter(is_behavior);
    behaviors.flat_map(associated).map(str::to_owned).collect()
}

fn is_behavior(node: &Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "DefaultCacheBehavior" | "CacheBehavior"
    )
}

fn associations<'a, 'i>(behavior: Node<'a, 'i>, list: &str) -> Vec<Node<'a, 'i>> {
    child(behavior, list).map(items).unwrap_or_default()
}

fn associated<'a>(behavior: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    associations(behavior, "LambdaFunctionAssociations")
        .into_iter()
        .filter_map(|entry| child_text(entry, "LambdaFunctionARN"))
}

/// Refuses a list whose `Quantity` is wrong.
fn miscounted(list: Node<'_, '_>) -> Option<AwsError> {
    let quantity: usize = child_text(list, "Quantity")?.parse().ok()?;
    let entries = child(list, "Items");
    let count = entries.map_or(0, |items| items.children().filter(Node::is_element).count());
    if entries.is_some() && count == 0 {
        let message = "Unexpected list element termination";
        return Some(AwsError::new(400, "MalformedInput", message));
    }
    (count != quantity).then(|| {
        let message = "The value of Quantity and the size of Items don't match.";
        AwsError::new(400, "InconsistentQuantities", message)
    })
}

/// Refuses events that cannot be together in one behavior.
fn misplaced(behavior: Node<'_, '_>) -> Option<AwsError> {
    let mut seen = BTreeSet::new();
    for entry in associations(behavior, "LambdaFunctionAssociations") {
        let event = child_text(entry, "EventType").unwrap_or_default();
        let includes_body = child_text(entry, "IncludeBody") == Some("true");
        if !EVENTS.contains(&event) {
            return Some(AwsError::new(
                400,
                "MalformedXML",
                format!(
                    "1 validation error detected: Value '{event}' at 'eventType' failed to satisfy constraint: Member must satisfy value set: {EVENTS:?}"
                ),
            ));
        }
        if !seen.insert(event) {
            return Some(AwsError::association(format!(
                "The event type of a function association must be unique in the cache behavior. Event type {event} cannot be associated with two functions."
            )));
        }
        if includes_body && !event.ends_with("-request") {
            return Some(AwsError::association(format!(
                "IncludeBody is not supported for event type {event}."
            )));
        }
    }
    let is_viewer = |event: &&str| event.starts_with("viewer-");
    let has_function = !associations(behavior, "FunctionAssociations").is_empty();
    (has_function && seen.iter().any(is_viewer)).then(|| {
        AwsError::association(
            "A cache behavior cannot have CloudFront Functions and Lambda@Edge functions on viewer events.",
        )
    })
}

/// Refuses anything but a numbered version in us-east-1 of the distribution's own account.
fn arn_refusal(arn: &str) -> Option<AwsError> {
    let refused = |why: &str| Some(AwsError::association(format!("{why} ARN: {arn}")));
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        [
            "arn",
            "aws",
            "lambda",
            region,
            account,
            "function",
            _,
            version,
        ] => {
            if version.parse::<u64>().is_err() {
                refused(
                    "The function ARN must reference a specific function version. (The ARN must end with the version number.)",
                )
            } else if region != "us-east-1" {
                refused("The function must be in region 'us-east-1'.")
            } else if account != ACCOUNT {
                refused("The function must be in the same account as the distribution.")
            } else {
                None
            }
        }
        ["arn", "aws", "lambda", _, _, "function", _] => refused(
            "The function ARN must reference a specific function version. (The ARN must end with the version number.)",
        ),
        _ => refused("The function ARN is not valid."),
    }
}

/// Refuses a version that Lambda@Edge does not allow.
fn function_refusal(upstream: &Upstream, arn: &str) -> Result<Option<AwsError>> {
    let [.., name, version] = arn.split(':').collect::<Vec<_>>()[..] else {
        return Ok(None);
    };
    let path = format!("/2015-03-31/functions/{name}/configuration?Qualifier={version}");
    let Ok(answer) = upstream.client.get("lambda", &path) else {
        return Ok(Some(AwsError::association(format!(
            "Lambda@Edge cannot retrieve the specified Lambda function. Function: {arn}"
        ))));
    };
    let configuration: Value = serde_json::from_slice(answer.body())?;
    let state = configuration["State"].as_str().unwrap_or("Active");
    let has = |list: &Value| list.as_object().is_some_and(|map| !map.is_empty());
    let why = if state != "Active" {
        format!(
            "The function must be in an Active state. The current state for function {arn} is {state}"
        )
    } else if has(&configuration["Environment"]["Variables"]) {
        format!("The function cannot have environment variables. Function: {arn}")
    } else if configuration["Layers"]
        .as_array()
        .is_some_and(|layers| !layers.is_empty())
    {
        format!("The function cannot have layers. Function: {arn}")
    } else {
        return Ok(None);
    };
    Ok(Some(AwsError::association(why)))
}
