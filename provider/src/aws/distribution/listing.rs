//! Distributions as CloudFront lists them: a hundred to a call, each with its behaviors and what
//! stands in their slots.
//!
//! A listing may be older than the last update of a distribution, and says less than its document:
//! it is for looking at many, never for writing one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use aws_sdk_cloudfront::types::{
    ConnectionMode, DistributionSummary, FunctionAssociations, GrpcConfig,
    LambdaFunctionAssociations,
};

use super::distributions::Distributions;
use crate::aws::behavior_name;
use crate::aws::document::Behavior;
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::retry::Deadline;
use crate::aws::slot::Association;

/// One distribution of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Such as `d111111abcdef8.cloudfront.net`.
    pub(crate) domain_name: String,
    /// The domain names of the visitors' side.
    pub(crate) aliases: BTreeSet<String>,
    /// Whether it serves visitors at all.
    pub(crate) enabled: bool,
    /// Whether it is the staging half of a continuous deployment.
    pub(crate) staging: bool,
    /// Whether it serves visitors through tenants only.
    pub(crate) tenant_only: bool,
    /// The default behavior first, then the others in their order of precedence. Of each, only what
    /// decides who may stand in its slots.
    pub(crate) behaviors: Vec<Behavior>,
}

impl Distributions {
    /// All distributions of the account for which `wanted` is true, in the order of their ids.
    ///
    /// # Errors
    ///
    /// CloudFront's refusal of `ListDistributions`, and what the deadline says.
    pub(crate) async fn list(
        &self,
        deadline: &Deadline,
        wanted: impl Fn(&Listed) -> bool,
    ) -> Result<Vec<Listed>, Error> {
        let mut found = Vec::new();
        let visited = self.visit_all("listing the distributions", deadline, |summary| {
            let listed = Listed::of(summary);
            if wanted(&listed) {
                found.push(listed);
            }
            ControlFlow::<()>::Continue(())
        });
        let _ = visited.await?;
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    /// Shows all distributions of the account to `visit`, a hundred to a call, until it breaks.
    pub(super) async fn visit_all<T>(
        &self,
        doing: &str,
        deadline: &Deadline,
        mut visit: impl FnMut(DistributionSummary) -> ControlFlow<T>,
    ) -> Result<ControlFlow<T>, Error> {
        const ACTION: &str = "cloudfront:ListDistributions";
        let cloudfront = &self.connection.clients().await?.cloudfront;
        let mut pages = cloudfront.list_distributions().into_paginator().send();
        while let Some(page) = deadline.run(doing, pages.next()).await? {
            let page = page.map_err(|error| Error::of_call(ACTION, "*", &error))?;
            let summaries = page.distribution_list.and_then(|list| list.items);
            for summary in summaries.unwrap_or_default() {
                if let found @ ControlFlow::Break(_) = visit(summary) {
                    return Ok(found);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Listed {
    fn of(summary: DistributionSummary) -> Listed {
        let behaviors = behaviors(&summary);
        let aliases = summary.aliases.and_then(|aliases| aliases.items);
        Listed {
            id: summary.id,
            arn: summary.arn,
            domain_name: summary.domain_name,
            aliases: aliases.unwrap_or_default().into_iter().collect(),
            enabled: summary.enabled,
            staging: summary.staging,
            tenant_only: summary.connection_mode == Some(ConnectionMode::TenantOnly),
            behaviors,
        }
    }
}

/// The behaviors of a listed distribution, the default one first.
pub(super) fn behaviors(summary: &DistributionSummary) -> Vec<Behavior> {
    let default = summary.default_cache_behavior.as_ref().map(|found| {
        behavior(
            behavior_name::DEFAULT,
            found.lambda_function_associations.as_ref(),
            found.function_associations.as_ref(),
            found.smooth_streaming,
            found.grpc_config.as_ref(),
        )
    });
    let others = summary.cache_behaviors.as_ref();
    let others = others.map(|others| others.items()).unwrap_or_default();
    let others = others.iter().map(|found| {
        behavior(
            behavior_name::of_pattern(&found.path_pattern),
            found.lambda_function_associations.as_ref(),
            found.function_associations.as_ref(),
            found.smooth_streaming,
            found.grpc_config.as_ref(),
        )
    });
    default.into_iter().chain(others).collect()
}

fn behavior(
    name: &str,
    lambda_functions: Option<&LambdaFunctionAssociations>,
    functions: Option<&FunctionAssociations>,
    smooth_streaming: Option<bool>,
    grpc: Option<&GrpcConfig>,
) -> Behavior {
    let lambda_functions = lambda_functions.map(LambdaFunctionAssociations::items);
    let lambda_functions = lambda_functions.unwrap_or_default().iter();
    let functions = functions.map(FunctionAssociations::items);
    let functions = functions.unwrap_or_default().iter();
    // An event type that a later CloudFront invents is none of ours to judge.
    let event = |event: &str| event.parse::<EventType>().ok();
    Behavior {
        name: name.to_owned(),
        associations: lambda_functions
            .filter_map(|held| {
                let association = Association {
                    lambda_arn: held.lambda_function_arn.clone(),
                    include_body: held.include_body.unwrap_or_default(),
                };
                Some((event(held.event_type.as_str())?, association))
            })
            .collect::<BTreeMap<_, _>>(),
        functions: functions
            .filter_map(|held| Some((event(held.event_type.as_str())?, held.function_arn.clone())))
            .collect(),
        smooth_streaming: smooth_streaming.unwrap_or_default(),
        grpc: grpc.is_some_and(|grpc| grpc.enabled),
        ..Behavior::default()
    }
}
