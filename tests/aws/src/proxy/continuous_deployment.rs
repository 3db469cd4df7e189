//! Continuous deployment policies: the emulator keeps the element `Staging` of a distribution and
//! knows no policies. The proxy makes them and answers for them as CloudFront's API model says
//! (`CreateContinuousDeploymentPolicy`, `GetContinuousDeploymentPolicy`), with the limits of the
//! developer guide ("Quotas and other considerations for continuous deployment"). When an
//! `UpdateDistribution` attaches one, it refuses what CloudFront refuses, and shows the policy on
//! the staging distribution too: AWS does, as users of it report.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use roxmltree::{Document, Node};

use super::upstream::Upstream;
use crate::xml::{child, child_text, items};
use crate::{AwsError, Distribution, Operation};

/// CloudFront's answer to a call.
type Answer = std::result::Result<Response<Bytes>, AwsError>;

/// The policies of the account: id to `ContinuousDeploymentPolicyConfig`, as it was given.
#[derive(Debug, Default)]
pub(super) struct ContinuousDeployment(Mutex<BTreeMap<String, String>>);

impl ContinuousDeployment {
    /// The answer to a call about policies; `None` for any other call.
    pub(super) fn answer(
        &self,
        operation: Operation,
        upstream: &Upstream,
        request: &Request<Bytes>,
    ) -> Result<Option<Response<Bytes>>> {
        let answer = match operation {
            Operation::CreateContinuousDeploymentPolicy => self.create(upstream, request.body())?,
            Operation::GetContinuousDeploymentPolicy => {
                self.get(request.uri().path().rsplit('/').next().unwrap_or_default())
            }
            _ => return Ok(None),
        };
        Ok(Some(
            answer.unwrap_or_else(|refusal| refusal.response(operation)),
        ))
    }

    /// The policy that an `UpdateDistribution` attaches: its id, or CloudFront's refusal; `None` if
    /// the distribution keeps its policy, or has none.
    pub(super) fn attached(
        &self,
        upstream: &Upstream,
        request: &Request<Bytes>,
    ) -> Result<Option<std::result::Result<String, AwsError>>> {
        let text = String::from_utf8_lossy(request.body());
        let policy = policy(&text);
        let Some(distribution) = upstream.distribution(request.uri().path()) else {
            return Ok(None);
        };
        if policy.is_empty() || policy == self::policy(&distribution.configuration()?.xml) {
            return Ok(None);
        }
        Ok(Some(match self.refusal(&text, &policy) {
            Some(refusal) => Err(refusal),
            None => Ok(policy),
        }))
    }

    /// Shows an attached policy on its staging distribution, as CloudFront does.
    pub(super) fn show_on_staging(&self, upstream: &Upstream, policy: &str) -> Result<()> {
        let config = self.policies().get(policy).cloned().unwrap_or_default();
        for name in dns_names(&config)? {
            let staging = staging(upstream, &name)?.context("a staging distribution")?;
            staging.edit(|now| with_policy(&now.xml, policy))?;
        }
        Ok(())
    }

    fn refusal(&self, text: &str, policy: &str) -> Option<AwsError> {
        let document = Document::parse(text).ok()?;
        let root = document.root_element();
        if !self.policies().contains_key(policy) {
            return Some(no_such(policy));
        }
        let barred = child_text(root, "HttpVersion").is_some_and(|version| version.ends_with('3'))
            || child_text(root, "ConnectionMode") == Some("tenant-only");
        barred.then(|| {
            let message = "Continuous deployment is not supported for this distribution.";
            AwsError::new(400, "InvalidArgument", message)
        })
    }

    fn create(&self, upstream: &Upstream, body: &Bytes) -> Result<Answer> {
        let text = String::from_utf8_lossy(body);
        let Ok(document) = Document::parse(&text) else {
            return Ok(Err(AwsError::new(400, "MalformedXML", "not a document")));
        };
        let root = document.root_element();
        if let Some(refusal) = misconfigured(root) {
            return Ok(Err(refusal));
        }
        for name in dns_names(&text)? {
            if staging(upstream, &name)?.is_none() {
                let message = format!("{name} is not a staging distribution.");
                return Ok(Err(AwsError::new(400, "InvalidArgument", message)));
            }
        }
        let mut policies = self.policies();
        let id = format!("00000000-0000-4000-8000-{:012}", policies.len() + 1);
        policies.insert(id.clone(), text[root.range()].to_owned());
        let mut created = shown(&id, &policies[&id]);
        *created.status_mut() = StatusCode::CREATED;
        Ok(Ok(created))
    }

    fn get(&self, id: &str) -> Answer {
        let policies = self.policies();
        let config = policies.get(id).ok_or_else(|| no_such(id))?;
        Ok(shown(id, config))
    }

    fn policies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shown(id: &str, config: &str) -> Response<Bytes> {
    let body = format!(
        "<ContinuousDeploymentPolicy xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>{id}</Id>\
         <LastModifiedTime>2026-11-28T12:00:00Z</LastModifiedTime>{config}</ContinuousDeploymentPolicy>"
    );
    let mut response = Response::new(Bytes::from(body));
    if let Ok(etag) = "E1POLICY".parse() {
        response.headers_mut().insert("etag", etag);
    }
    response
}

fn no_such(id: &str) -> AwsError {
    let message = format!("The continuous deployment policy {id} doesn't exist.");
    AwsError::new(404, "NoSuchContinuousDeploymentPolicy", message)
}

/// Refuses what the API model and the guide do not allow in a `ContinuousDeploymentPolicyConfig`.
fn misconfigured(config: Node<'_, '_>) -> Option<AwsError> {
    let refused = |message: &str| Some(AwsError::new(400, "InvalidArgument", message));
    if !matches!(child_text(config, "Enabled"), Some("true" | "false")) {
        return refused("Enabled is required.");
    }
    if child(config, "StagingDistributionDnsNames").is_none_or(|names| items(names).len() != 1) {
        return refused("One staging distribution is required.");
    }
    let traffic = child(config, "TrafficConfig")?;
    match child_text(traffic, "Type") {
        Some("SingleWeight") => {
            let weight = child(traffic, "SingleWeightConfig");
            let weight = weight.and_then(|weight| child_text(weight, "Weight"));
            let weight = weight.and_then(|weight| weight.parse::<f64>().ok());
            match weight {
                Some(weight) if (0.0..=0.15).contains(&weight) => None,
                _ => refused("Weight must be between 0 and 0.15."),
            }
        }
        Some("SingleHeader") => {
            let header = child(traffic, "SingleHeaderConfig");
            let name = header.and_then(|header| child_text(header, "Header"));
            match name {
                Some(name) if name.starts_with("aws-cf-cd-") => None,
                _ => refused("Header must begin with aws-cf-cd-."),
            }
        }
        _ => refused("Type must be SingleWeight or SingleHeader."),
    }
}

/// The policy's id in the configuration of a distribution; empty if it has none.
fn policy(xml: &str) -> String {
    let document = Document::parse(xml).ok();
    let id = document
        .as_ref()
        .and_then(|document| child_text(document.root_element(), "ContinuousDeploymentPolicyId"));
    id.unwrap_or_default().to_owned()
}

/// The configuration with this policy.
fn with_policy(xml: &str, policy: &str) -> Result<String> {
    let document = Document::parse(xml)?;
    let root = document.root_element();
    let element = child(root, "ContinuousDeploymentPolicyId").context("an element")?;
    let name = "ContinuousDeploymentPolicyId";
    let mut xml = xml.to_owned();
    xml.replace_range(element.range(), &format!("<{name}>{policy}</{name}>"));
    Ok(xml)
}

/// The domain names in a `ContinuousDeploymentPolicyConfig`.
fn dns_names(config: &str) -> Result<Vec<String>> {
    let document = Document::parse(config)?;
    let names = child(document.root_element(), "StagingDistributionDnsNames");
    let names = names.map(items).unwrap_or_default();
    let names = names.iter().filter_map(|name| name.text());
    Ok(names.map(str::to_owned).collect())
}

/// The staging distribution with this domain name. The emulator's listing does not say which
/// distributions are staging ones, but their configurations do.
fn staging(upstream: &Upstream, name: &str) -> Result<Option<Distribution>> {
    let listing = upstream
        .client
        .get("cloudfront", "/2020-05-31/distribution")?;
    let listing = String::from_utf8_lossy(listing.body()).into_owned();
    let document = Document::parse(&listing)?;
    let summaries = items(document.root_element());
    let named = summaries
        .into_iter()
        .find(|summary| child_text(*summary, "DomainName") == Some(name));
    let Some(id) = named.and_then(|summary| child_text(summary, "Id")) else {
        return Ok(None);
    };
    let distribution = Distribution::existing(upstream.client.clone(), id);
    let xml = distribution.configuration()?.xml;
    let configuration = Document::parse(&xml)?;
    let is_staging = child_text(configuration.root_element(), "Staging") == Some("true");
    Ok(is_staging.then_some(distribution))
}
