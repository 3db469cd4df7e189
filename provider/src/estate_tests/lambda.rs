//! Lambda's part of the account.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::aws::{World, response};
use super::judge::Operation;
use crate::aws::tags::Tags;
use crate::bundle;

const REPLICATED: &str = "Lambda was unable to delete it because it is a replicated function. \
                          Please see our documentation for Deleting Lambda@Edge Functions and Replicas.";

#[derive(Clone, Debug)]
pub(super) struct Function {
    /// What a version freezes.
    latest: Configuration,
    revision: String,
    /// Lambda works on it until then.
    busy: Option<(Instant, &'static str)>,
    /// Number to what it froze.
    pub(super) published: BTreeMap<u64, Configuration>,
    pub(super) tags: Tags,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Configuration {
    role: String,
    runtime: String,
    handler: String,
    description: String,
    pub(super) memory_size: i64,
    timeout: i64,
    log_format: String,
    log_group: String,
    code_sha256: String,
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

impl Configuration {
    fn of(name: &str, body: &Value, code_sha256: String) -> Configuration {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let logging = |key: &str| body["LoggingConfig"][key].as_str().map(str::to_owned);
        Configuration {
            role: text("Role"),
            runtime: text("Runtime"),
            handler: text("Handler"),
            description: text("Description"),
            memory_size: body["MemorySize"].as_i64().unwrap_or(128),
            timeout: body["Timeout"].as_i64().unwrap_or(3),
            log_format: logging("LogFormat").unwrap_or_else(|| "Text".to_owned()),
            log_group: logging("LogGroup").unwrap_or_else(|| format!("/aws/lambda/{name}")),
            code_sha256,
        }
    }

    fn described(&self, name: &str, version: Option<u64>) -> Value {
        let suffix = version.map_or_else(String::new, |version| format!(":{version}"));
        json!({
            "FunctionName": name,
            "FunctionArn": format!("{}{suffix}", arn(name)),
            "Version": version.map_or_else(|| "$LATEST".to_owned(), |version| version.to_string()),
            "Role": self.role, "Runtime": self.runtime, "Handler": self.handler, "Description": self.description,
            "MemorySize": self.memory_size, "Timeout": self.timeout, "CodeSize": 1, "CodeSha256": self.code_sha256,
            "Architectures": ["x86_64"],
            "LoggingConfig": { "LogFormat": self.log_format, "LogGroup": self.log_group },
            "State": "Active", "LastUpdateStatus": "Successful",
        })
    }
}

impl Function {
    /// One that somebody else made and placed, with the version of the stranger in `cloudfront.rs`.
    pub(super) fn of_a_stranger() -> Function {
        let given = json!({ "Role": "r", "Runtime": "nodejs22.x", "Handler": "index.handler" });
        let latest = Configuration::of("stranger", &given, "c2hh".to_owned());
        Function {
            published: BTreeMap::from([(3, latest.clone())]),
            latest,
            revision: "s1".to_owned(),
            busy: None,
            tags: Tags::new(),
        }
    }

    fn described(&self, name: &str) -> Value {
        let mut described = self.latest.described(name, None);
        described["RevisionId"] = json!(self.revision);
        match self.busy {
            Some((until, "State")) if Instant::now() < until => {
                described["State"] = json!("Pending");
            }
            Some((until, _)) if Instant::now() < until => {
                described["LastUpdateStatus"] = json!("InProgress");
            }
            _ => {}
        }
        described
    }

    fn is_busy(&self) -> bool {
        self.busy.is_some_and(|(until, _)| Instant::now() < until)
    }
}

impl World {
    pub(super) fn lambda(
        &mut self,
        operation: Option<&Operation>,
        call: (&str, &[&str]),
        query: &str,
        body: &[u8],
    ) -> HttpResponse {
        let qualifier = query.strip_prefix("Qualifier=").map(str::to_owned);
        let given: Value = serde_json::from_slice(body).unwrap_or_default();
        match call {
            ("POST", []) => self.create_function(operation, &given),
            (_, [name, ..]) if !self.functions.contains_key(*name) => gone(name),
            ("GET", [name, "configuration"]) => self.configuration(name, qualifier.as_deref()),
            ("GET", [name, "versions"]) => self.list_versions(name),
            ("PUT", [name, part @ ("code" | "configuration")]) => {
                self.update_function(operation, name, part, &given)
            }
            ("POST", [name, "versions"]) => self.publish_version(operation, name, &given),
            ("DELETE", [name]) => self.delete_function(operation, name, qualifier.as_deref()),
            other => panic!("a request that nobody expects: {other:?}"),
        }
    }

    fn create_function(&mut self, operation: Option<&Operation>, given: &Value) -> HttpResponse {
        let name = given["FunctionName"].as_str().expect("a name").to_owned();
        if self.functions.contains_key(&name) {
            let message = format!("Function already exist: {name}");
            return refusal(409, "ResourceConflictException", &message);
        }
        let tags = serde_json::from_value(given["Tags"].clone()).unwrap_or_default();
        let function = Function {
            latest: Configuration::of(&name, given, code_sha256(&given["Code"])),
            revision: self.revision(),
            busy: Some((soon(), "State")),
            published: BTreeMap::new(),
            tags,
        };
        let described = function.described(&name);
        self.judge.created(operation, &name);
        self.functions.insert(name, function);
        response(201, described.to_string())
    }

    fn configuration(&self, name: &str, qualifier: Option<&str>) -> HttpResponse {
        let function = &self.functions[name];
        let Some(version) = qualifier.filter(|qualifier| *qualifier != "$LATEST") else {
            return response(200, function.described(name).to_string());
        };
        let version = version.parse().ok();
        let found = version.and_then(|version| function.published.get_key_value(&version));
        match found {
            Some((version, frozen)) => {
                response(200, frozen.described(name, Some(*version)).to_string())
            }
            None => gone(name),
        }
    }

    fn list_versions(&self, name: &str) -> HttpResponse {
        let function = &self.functions[name];
        let published = function
            .published
            .iter()
            .map(|(version, frozen)| frozen.described(name, Some(*version)));
        let versions: Vec<Value> = [function.described(name)]
            .into_iter()
            .chain(published)
            .collect();
        response(200, json!({ "Versions": versions }).to_string())
    }

    fn update_function(
        &mut self,
        operation: Option<&Operation>,
        name: &str,
        part: &str,
        given: &Value,
    ) -> HttpResponse {
        if let Some(refused) = self.in_the_way(name, given) {
            return refused;
        }
        let revision = self.revision();
        let function = self.functions.get_mut(name).expect("it was looked up");
        if part == "code" {
            function.latest.code_sha256 = code_sha256(given);
        } else {
            let code_sha256 = function.latest.code_sha256.clone();
            function.latest = Configuration::of(name, given, code_sha256);
        }
        function.revision = revision;
        function.busy = Some((soon(), "LastUpdateStatus"));
        let described = function.described(name);
        self.judge.wrote(operation, name);
        response(200, described.to_string())
    }

    fn publish_version(
        &mut self,
        operation: Option<&Operation>,
        name: &str,
        given: &Value,
    ) -> HttpResponse {
        if let Some(refused) = self.in_the_way(name, given) {
            return refused;
        }
        let revision = self.revision();
        let function = self.functions.get_mut(name).expect("it was looked up");
        let code = given["CodeSha256"].as_str();
        if code.is_some_and(|code| code != function.latest.code_sha256) {
            let message = "CodeSHA256 is different from current CodeSHA256";
            return refusal(400, "InvalidParameterValueException", message);
        }
        let newest = function.published.last_key_value();
        let unchanged = newest.filter(|(_, frozen)| **frozen == function.latest);
        let version = match unchanged {
            Some((version, _)) => *version,
            None => {
                let number = self.versions.entry(name.to_owned()).or_default();
                *number += 1;
                function.published.insert(*number, function.latest.clone());
                function.revision = revision;
                *number
            }
        };
        let described = function.latest.described(name, Some(version));
        self.judge.wrote(operation, name);
        response(201, described.to_string())
    }

    fn in_the_way(&self, name: &str, given: &Value) -> Option<HttpResponse> {
        let function = &self.functions[name];
        if function.is_busy() {
            let message = "The operation cannot be performed at this time. An update is in progress for resource: x";
            return Some(refusal(409, "ResourceConflictException", message));
        }
        let revision = given["RevisionId"].as_str();
        if revision.is_some_and(|revision| revision != function.revision) {
            let message = "The Revision Id provided does not match the latest Revision Id.";
            return Some(refusal(412, "PreconditionFailedException", message));
        }
        None
    }

    fn delete_function(
        &mut self,
        operation: Option<&Operation>,
        name: &str,
        qualifier: Option<&str>,
    ) -> HttpResponse {
        let all = qualifier.is_none();
        let of = arn(name);
        let stands = |version: Option<&str>| {
            self.distributions
                .values()
                .any(|distribution| match version {
                    Some(version) => distribution.text.contains(&format!(">{of}:{version}<")),
                    None => distribution.has(&of),
                })
        };
        let lingers = self
            .left
            .get(name)
            .is_some_and(|left| all && left.elapsed() < self.linger);
        if stands(qualifier) || lingers {
            return refusal(400, "InvalidParameterValueException", REPLICATED);
        }
        match qualifier {
            Some(version) => {
                let function = self.functions.get_mut(name).expect("it was looked up");
                let number = version.parse().expect("a version");
                function.published.remove(&number);
            }
            None => {
                self.functions.remove(name);
                self.judge.deleted(operation, name);
            }
        }
        response(204, "")
    }

    pub(super) fn tags(
        &mut self,
        operation: Option<&Operation>,
        method: &str,
        arn: &str,
        query: &str,
        body: &[u8],
    ) -> HttpResponse {
        let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
        let Some(function) = self.functions.get_mut(&name) else {
            return gone(&name);
        };
        match method {
            "GET" => response(200, json!({ "Tags": function.tags }).to_string()),
            "POST" => {
                let given: Value = serde_json::from_slice(body).expect("a JSON document");
                let given: Tags = serde_json::from_value(given["Tags"].clone()).expect("tags");
                self.judge.tagged(operation, &name, &given);
                function.tags.extend(given);
                response(204, "")
            }
            "DELETE" => {
                for part in query.split('&') {
                    if let Some(key) = part.strip_prefix("tagKeys=") {
                        function
                            .tags
                            .remove(&key.replace("%2F", "/").replace("%20", " "));
                    }
                }
                response(204, "")
            }
            other => panic!("a request that nobody expects: {other} of tags"),
        }
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(fastrand::u64(0..3000))
}

fn code_sha256(code: &Value) -> String {
    let zip = code["ZipFile"].as_str().expect("a package");
    bundle::code_sha256(&BASE64_STANDARD.decode(zip).expect("base64"))
}

fn gone(name: &str) -> HttpResponse {
    let message = format!("Function not found: {}", arn(name));
    refusal(404, "ResourceNotFoundException", &message)
}

pub(super) fn refusal(status: u16, code: &str, message: &str) -> HttpResponse {
    let mut refused = response(status, json!({ "Message": message }).to_string());
    refused
        .headers_mut()
        .insert("x-amzn-errortype", code.to_owned());
    refused
}
