//! CloudFront's part of the account.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;

use super::aws::{World, response};
use super::estate::{BEHAVIORS, NAMES, function_of};
use super::judge::Operation;
use crate::aws::race_tests::view::View;

/// How long CloudFront says `InProgress` after an update, in requests for the status.
const POLLS: u32 = 2;
const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:stranger:3";

#[derive(Clone, Debug)]
pub(super) struct Distribution {
    pub(super) text: String,
    /// As it was before anybody began.
    pub(super) original: String,
    etag: usize,
    in_progress: u32,
}

/// How the association element of a behavior is written before anybody begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Before {
    Absent,
    Empty,
    /// A stranger has viewer-request.
    Stranger,
}

impl Distribution {
    pub(super) fn new(before: &[Before]) -> Distribution {
        let behavior = |index: usize, before: &Before| {
            let list = match before {
                Before::Absent => "",
                Before::Empty => {
                    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>"
                }
                Before::Stranger => &format!(
                    "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>{STRANGER}</LambdaFunctionARN>\
                     <EventType>viewer-request</EventType><IncludeBody>true</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
                ),
            };
            let (pattern, tag) = match index {
                0 => (String::new(), "DefaultCacheBehavior"),
                _ => (
                    format!("<PathPattern>{}</PathPattern>", BEHAVIORS[index]),
                    "CacheBehavior",
                ),
            };
            format!(
                "<{tag}>{pattern}<TargetOriginId>o</TargetOriginId>{list}<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations></{tag}>"
            )
        };
        let behaviors: Vec<String> = before
            .iter()
            .enumerate()
            .map(|(index, before)| behavior(index, before))
            .collect();
        let text = format!(
            "<?xml version=\"1.0\"?><DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>x</CallerReference>\
             <Origins><Quantity>0</Quantity></Origins>{}<CacheBehaviors><Quantity>{}</Quantity><Items>{}</Items></CacheBehaviors><Enabled>true</Enabled></DistributionConfig>",
            behaviors[0],
            behaviors.len() - 1,
            behaviors[1..].concat()
        );
        Distribution {
            original: text.clone(),
            text,
            etag: 1,
            in_progress: 0,
        }
    }

    pub(super) fn view(&self) -> View {
        View::of(&self.text)
    }

    /// Whether a version of this function stands in one of its slots.
    pub(super) fn has(&self, arn: &str) -> bool {
        self.text.contains(&format!(">{arn}:"))
    }
}

impl World {
    pub(super) fn cloudfront(
        &mut self,
        operation: Option<&Operation>,
        call: (&str, &[&str]),
        if_match: &str,
        body: &[u8],
    ) -> HttpResponse {
        let (method, [id, rest @ ..]) = call else {
            return self.list_distributions();
        };
        let Some(distribution) = self.distributions.get_mut(*id) else {
            return refusal(404, "NoSuchDistribution", "no");
        };
        match (method, rest) {
            ("GET", ["config"]) => {
                let mut read = response(200, distribution.text.clone());
                let etag = distribution.etag.to_string();
                read.headers_mut().insert("etag", etag);
                read
            }
            ("GET", []) => {
                distribution.in_progress = distribution.in_progress.saturating_sub(1);
                status(id, distribution)
            }
            ("PUT", ["config"]) => {
                if if_match != distribution.etag.to_string() {
                    return refusal(412, "PreconditionFailed", "no");
                }
                let new = String::from_utf8_lossy(body).into_owned();
                self.put(operation, id, new)
            }
            other => panic!("a request that nobody expects: {other:?}"),
        }
    }

    fn list_distributions(&self) -> HttpResponse {
        let summary = |(id, distribution): (&String, &Distribution)| {
            let (_, behaviors) = distribution
                .text
                .split_once("</Origins>")
                .expect("origins come before behaviors");
            let behaviors = behaviors.trim_end_matches("</DistributionConfig>");
            format!("<DistributionSummary><Id>{id}</Id>{behaviors}</DistributionSummary>")
        };
        let items: String = self.distributions.iter().map(summary).collect();
        let count = self.distributions.len();
        response(
            200,
            format!(
                "<DistributionList xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Marker></Marker><MaxItems>100</MaxItems>\
                 <IsTruncated>false</IsTruncated><Quantity>{count}</Quantity><Items>{items}</Items></DistributionList>"
            ),
        )
    }

    fn put(&mut self, operation: Option<&Operation>, id: &str, new: String) -> HttpResponse {
        let view = View::of(&new);
        for held in view.slots().values() {
            if let Some(reason) = self.cannot_stand(&held.arn) {
                let message = format!("The function {} {reason}", held.arn);
                return refusal(400, "InvalidLambdaFunctionAssociation", &message);
            }
        }
        let distribution = self.distributions.get_mut(id).expect("it was looked up");
        let before = distribution.view();
        distribution.text = new;
        distribution.etag += 1;
        distribution.in_progress = POLLS;
        let answer = status(id, distribution);
        self.judge.updated(operation, id, &before, &view);
        for name in NAMES {
            let stood = before
                .slots()
                .values()
                .any(|held| function_of(&held.arn) == Some(name));
            let stands = view
                .slots()
                .values()
                .any(|held| function_of(&held.arn) == Some(name));
            if stood && !stands {
                self.left.insert(name.to_owned(), Instant::now());
            }
        }
        answer
    }

    fn cannot_stand(&self, arn: &str) -> Option<&'static str> {
        let (function, version) = arn.rsplit_once(':')?;
        let function = self.functions.get(function_of(function)?);
        let version = version.parse().ok();
        match function.zip(version) {
            Some((function, version)) if function.published.contains_key(&version) => None,
            _ => Some("does not exist"),
        }
    }
}

fn status(id: &str, distribution: &Distribution) -> HttpResponse {
    let status = match distribution.in_progress {
        0 => "Deployed",
        _ => "InProgress",
    };
    let mut answer = response(
        200,
        format!(
            "<Distribution xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>{id}</Id><ARN>a</ARN><Status>{status}</Status>\
             <LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches>\
             <DomainName>d</DomainName></Distribution>"
        ),
    );
    let etag = distribution.etag.to_string();
    answer.headers_mut().insert("etag", etag);
    answer
}

pub(super) fn refusal(status: u16, code: &str, message: &str) -> HttpResponse {
    response(
        status,
        format!(
            "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}
