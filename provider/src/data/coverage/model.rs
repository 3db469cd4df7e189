//! The attributes of `netacea_cloudfront_coverage`.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::{is_alias, is_distribution_id};

/// What is asked for, and what is found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CoverageModel {
    pub(crate) distribution_ids: Attr<BTreeSet<String>>,
    pub(crate) aliases: Attr<BTreeSet<String>>,
    pub(crate) include_disabled: Attr<bool>,
    pub(crate) distributions: Attr<Vec<DistributionModel>>,
    pub(crate) unprotected: Attr<Vec<String>>,
    pub(crate) summary: Attr<SummaryModel>,
}

/// One distribution.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DistributionModel {
    pub(crate) id: Attr<String>,
    pub(crate) arn: Attr<String>,
    pub(crate) domain_name: Attr<String>,
    pub(crate) aliases: Attr<BTreeSet<String>>,
    pub(crate) enabled: Attr<bool>,
    pub(crate) staging: Attr<bool>,
    pub(crate) tenant_only: Attr<bool>,
    pub(crate) behaviors: Attr<Vec<BehaviorModel>>,
}

/// One cache behavior.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BehaviorModel {
    pub(crate) name: Attr<String>,
    pub(crate) status: Attr<String>,
    pub(crate) reason: Attr<String>,
    pub(crate) holders: Attr<Vec<HolderModel>>,
}

/// A Lambda@Edge function in a slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HolderModel {
    pub(crate) event_type: Attr<String>,
    pub(crate) lambda_arn: Attr<String>,
    pub(crate) version: Attr<String>,
    pub(crate) ours: Attr<bool>,
    pub(crate) integration: Attr<String>,
}

/// How many there are of what.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SummaryModel {
    pub(crate) distributions: Attr<i64>,
    pub(crate) behaviors: Attr<i64>,
    pub(crate) protected: Attr<i64>,
    pub(crate) partly: Attr<i64>,
    pub(crate) foreign: Attr<i64>,
    pub(crate) unprotected: Attr<i64>,
    pub(crate) impossible: Attr<i64>,
}

impl Model for CoverageModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("distribution_ids", |m| &mut m.distribution_ids)
            .optional()
            .check(distribution_ids)
            .describe(
                "Ids of the distributions to list, like `E2QWRUHAPOMQZL`. If neither this nor \
                 `aliases` is set, all distributions of the account are listed.",
            );
        object
            .attribute("aliases", |m| &mut m.aliases)
            .optional()
            .check(aliases)
            .describe(
                "Alternate domain names of distributions to list, like `shop.example.com`, in \
                 addition to those in `distribution_ids`.",
            );
        object
            .attribute("include_disabled", |m| &mut m.include_disabled)
            .optional()
            .describe(
                "Whether to list disabled distributions too, which serve no visitors. Default \
                 `false`: they are left out, even if you name them.",
            );
        object
            .nested_list("distributions", |m| &mut m.distributions)
            .computed()
            .describe("The distributions, in the order of their ids.");
        object
            .attribute("unprotected", |m| &mut m.unprotected)
            .computed()
            .describe(
                "Behaviors that could have a function of this provider, but have none, as `\"<id> \
                 <behavior>\"`: those with the status `unprotected` or `foreign`. Staging \
                 distributions are left out.",
            );
        object
            .nested("summary", |m| &mut m.summary)
            .computed()
            .describe(
                "Numbers of distributions and behaviors. Staging distributions are not \
                 counted.",
            );
    }
}

impl Model for DistributionModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |m| &mut m.id)
            .computed()
            .describe("Id of the distribution.");
        object
            .attribute("arn", |m| &mut m.arn)
            .computed()
            .describe("ARN of the distribution.");
        object
            .attribute("domain_name", |m| &mut m.domain_name)
            .computed()
            .describe("CloudFront's own domain name, like `d111111abcdef8.cloudfront.net`.");
        object
            .attribute("aliases", |m| &mut m.aliases)
            .computed()
            .describe("All alternate domain names.");
        object
            .attribute("enabled", |m| &mut m.enabled)
            .computed()
            .describe("Whether the distribution serves visitors.");
        object
            .attribute("staging", |m| &mut m.staging)
            .computed()
            .describe(
                "Whether the distribution is the staging distribution of a continuous \
                       deployment.",
            );
        object
            .attribute("tenant_only", |m| &mut m.tenant_only)
            .computed()
            .describe(
                "Whether the distribution serves visitors only through tenants. The functions in \
                 its slots then affect the visitors of all tenants.",
            );
        object
            .nested_list("behaviors", |m| &mut m.behaviors)
            .computed()
            .describe(
                "Cache behaviors, the default one first, then in the order in which CloudFront \
                 tries them.",
            );
    }
}

impl Model for BehaviorModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |m| &mut m.name)
            .computed()
            .describe(
                "The path pattern, or `default` for the default cache behavior, as in \
                 `distribution.behaviors` of an integration.",
            );
        object
            .attribute("status", |m| &mut m.status)
            .computed()
            .describe(
                "`protected`: a function of this provider sees the requests and the responses. \
                 `partly`: a function of this provider is attached, and `reason` says what is \
                 missing. `foreign`: a function that this provider does not manage holds a slot \
                 that the protection needs. `impossible`: CloudFront does not allow a Lambda@Edge \
                 function in a slot that the protection needs. `unprotected`: no function is \
                 attached to the slots that the protection needs.",
            );
        object
            .attribute("reason", |m| &mut m.reason)
            .computed()
            .describe(
                "Why the status is not `protected`, in the words of the plan's warnings and \
                 errors; null if it is `protected`.",
            );
        object
            .nested_list("holders", |m| &mut m.holders)
            .computed()
            .describe("Lambda@Edge functions, whoever owns them; at most one for each event.");
    }
}

impl Model for HolderModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("event_type", |m| &mut m.event_type)
            .computed()
            .describe(
                "`viewer-request`, `viewer-response`, `origin-request` or `origin-response`.",
            );
        object
            .attribute("lambda_arn", |m| &mut m.lambda_arn)
            .computed()
            .describe("ARN of the published version.");
        object
            .attribute("version", |m| &mut m.version)
            .computed()
            .describe("The version at the end of the ARN.");
        object
            .attribute("ours", |m| &mut m.ours)
            .computed()
            .describe(
                "Whether this provider manages the function, in any configuration: whether the \
                 function has the tag `netacea:managed-by`.",
            );
        object
            .attribute("integration", |m| &mut m.integration)
            .computed()
            .describe(
                "The `name` of the integration that owns the function; null if this provider does \
                 not manage it.",
            );
    }
}

impl Model for SummaryModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("distributions", |m| &mut m.distributions)
            .computed()
            .describe("Distributions.");
        object
            .attribute("behaviors", |m| &mut m.behaviors)
            .computed()
            .describe("All cache behaviors.");
        object
            .attribute("protected", |m| &mut m.protected)
            .computed()
            .describe("Behaviors with the status `protected`.");
        object
            .attribute("partly", |m| &mut m.partly)
            .computed()
            .describe("Behaviors with the status `partly`.");
        object
            .attribute("foreign", |m| &mut m.foreign)
            .computed()
            .describe("Behaviors with the status `foreign`.");
        object
            .attribute("unprotected", |m| &mut m.unprotected)
            .computed()
            .describe("Behaviors with the status `unprotected`.");
        object
            .attribute("impossible", |m| &mut m.impossible)
            .computed()
            .describe("Behaviors with the status `impossible`.");
    }
}

fn distribution_ids(ids: &BTreeSet<String>) -> Result<(), String> {
    match ids.iter().find(|id| !is_distribution_id(id)) {
        Some(id) => Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\", or `aliases` \
             for a domain name."
        )),
        None => Ok(()),
    }
}

fn aliases(names: &BTreeSet<String>) -> Result<(), String> {
    match names.iter().find(|name| !is_alias(name)) {
        Some(name) => Err(format!(
            "`{name}` is not a domain name. Write the alias as the distribution has it, like \
             \"shop.example.com\", without scheme and path."
        )),
        None => Ok(()),
    }
}
