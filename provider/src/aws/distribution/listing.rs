//! Distributions as CloudFront lists them: a hundred to a call, each with its behaviors and the
//! associations in their slots.
//!
//! A listing may be older than the last update of a distribution, and says less than its document.
//! It is for searches over many distributions, never for an update.

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

/// The name of the operation in the log while an account is listed.
pub(crate) const LISTING: &str = "listing the distributions";

/// One distribution of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Such as `d111111abcdef8.cloudfront.net`.
    pub(crate) domain_name: String,
    /// The domain names that visitors use.
    pub(crate) aliases: BTreeSet<String>,
    /// Whether it serves visitors at all.
    pub(crate) enabled: bool,
    /// Whether it is the staging half of a continuous deployment.
    pub(crate) staging: bool,
    /// Whether it serves visitors through tenants only.
    pub(crate) tenant_only: bool,
    /// The default behavior first, then the others in their order of precedence. Each has only what
    /// decides which functions its slots can hold.
    pub(crate) behaviors: Vec<Behavior>,
}

/// The distributions of the account, a hundred to a call.
#[derive(Debug)]
pub(crate) struct Pages<'a> {
    distributions: &'a Distributions,
    doing: &'a str,
    deadline: &'a Deadline,
    next: Next,
}

/// Where a listing continues.
#[derive(Debug)]
enum Next {
    First,
    After(String),
    End,
}

impl Distributions {
    /// All distributions of the account, in the order in which CloudFront lists them.
    pub(crate) fn pages<'a>(&'a self, doing: &'a str, deadline: &'a Deadline) -> Pages<'a> {
        Pages {
            distributions: self,
            doing,
            deadline,
            next: Next::First,
        }
    }

    /// All distributions of the account, in the order of their ids.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`].
    pub(crate) async fn list(&self, deadline: &Deadline) -> Result<Vec<Listed>, Error> {
        let mut pages = self.pages(LISTING, deadline);
        let mut found = Vec::new();
        while let Some(page) = pages.next().await? {
            found.extend(page);
        }
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    /// Shows all distributions of the account to `visit`, until it breaks.
    pub(super) async fn visit_all<T>(
        &self,
        doing: &str,
        deadline: &Deadline,
        mut visit: impl FnMut(DistributionSummary) -> ControlFlow<T>,
    ) -> Result<ControlFlow<T>, Error> {
        let mut pages = self.pages(doing, deadline);
        while let Some(page) = pages.next_summaries().await? {
            for summary in page {
                if let found @ ControlFlow::Break(_) = visit(summary) {
                    return Ok(found);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Pages<'_> {
    /// The next hundred; `None` after the last.
    ///
    /// # Errors
    ///
    /// CloudFront refuses `ListDistributions`, or the deadline is over.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Listed>>, Error> {
        let page = self.next_summaries().await?;
        Ok(page.map(|summaries| summaries.into_iter().map(Listed::of).collect()))
    }

    async fn next_summaries(&mut self) -> Result<Option<Vec<DistributionSummary>>, Error> {
        const ACTION: &str = "cloudfront:ListDistributions";
        let marker = match std::mem::replace(&mut self.next, Next::End) {
            Next::First => None,
            Next::After(marker) => Some(marker),
            Next::End => return Ok(None),
        };
        let cloudfront = &self.distributions.connection.clients().await?.cloudfront;
        let request = cloudfront.list_distributions().set_marker(marker);
        let answer = self.deadline.run(self.doing, request.send()).await?;
        let answer = answer.map_err(|error| Error::of_call(ACTION, "*", &error))?;
        let Some(list) = answer.distribution_list else {
            return Ok(Some(Vec::new()));
        };
        if let Some(marker) = list.next_marker.filter(|marker| !marker.is_empty()) {
            self.next = Next::After(marker);
        }
        Ok(Some(list.items.unwrap_or_default()))
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
    // A newer event type than this release knows is left out.
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
