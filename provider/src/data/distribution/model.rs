//! The attributes of `netacea_cloudfront_distribution`.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::{is_alias, is_distribution_id};

/// What is asked for, and what is found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DistributionModel {
    pub(crate) id: Attr<String>,
    pub(crate) alias: Attr<String>,
    pub(crate) arn: Attr<String>,
    pub(crate) domain_name: Attr<String>,
    pub(crate) aliases: Attr<BTreeSet<String>>,
    pub(crate) enabled: Attr<bool>,
    pub(crate) staging: Attr<bool>,
    pub(crate) status: Attr<String>,
    pub(crate) behaviors: Attr<Vec<BehaviorModel>>,
    pub(crate) hazards: Attr<Vec<HazardModel>>,
}

/// One cache behavior.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BehaviorModel {
    pub(crate) name: Attr<String>,
    pub(crate) lambda_function_associations: Attr<Vec<LambdaFunctionModel>>,
    pub(crate) function_associations: Attr<Vec<FunctionModel>>,
}

/// A Lambda@Edge function in a slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LambdaFunctionModel {
    pub(crate) event_type: Attr<String>,
    pub(crate) lambda_arn: Attr<String>,
    pub(crate) include_body: Attr<bool>,
    pub(crate) ours: Attr<bool>,
}

/// Something that a plan would warn of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HazardModel {
    pub(crate) name: Attr<String>,
    pub(crate) severity: Attr<String>,
    pub(crate) behavior: Attr<String>,
    pub(crate) event: Attr<String>,
    pub(crate) summary: Attr<String>,
    pub(crate) detail: Attr<String>,
}

/// A CloudFront Function on a viewer event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FunctionModel {
    pub(crate) event_type: Attr<String>,
    pub(crate) function_arn: Attr<String>,
}

impl Model for DistributionModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |m| &mut m.id)
            .optional_computed()
            .check(distribution_id)
            .describe("Id of the distribution, like `E2QWRUHAPOMQZL`. Set this or `alias`.");
        object
            .attribute("alias", |m| &mut m.alias)
            .optional()
            .check(alias)
            .describe(
                "One of the distribution's alternate domain names, like `shop.example.com`. \
                 Looking it up needs the permission `cloudfront:ListDistributions`.",
            );
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
            .attribute("status", |m| &mut m.status)
            .computed()
            .describe(
                "`Deployed`, or `InProgress` while a change is still on its way to the edge \
                 locations. All other attributes show the newest configuration, deployed or not.",
            );
        object
            .nested_list("behaviors", |m| &mut m.behaviors)
            .computed()
            .describe(
                "Cache behaviors, the default one first, then in the order in which CloudFront \
                 tries them.",
            );
        object
            .nested_list("hazards", |m| &mut m.hazards)
            .computed()
            .describe(
                "Hazards: what weakens the protection of this distribution. The list shows what \
                 the plan of an integration would warn of if the integration protected all \
                 behaviors with the default `events` and had the default settings and \
                 `mitigation_type = \"MITIGATE\"`. The guide \"Hazards\" explains each one.",
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
                 `distribution.behaviors` of an integration. In a distribution with a path \
                 pattern `default`, the default cache behavior is `(default)`, and the other one \
                 is `(pattern) default`.",
            );
        object
            .nested_list("lambda_function_associations", |m| {
                &mut m.lambda_function_associations
            })
            .computed()
            .describe("Lambda@Edge functions, whoever owns them; at most one for each event.");
        object
            .nested_list("function_associations", |m| &mut m.function_associations)
            .computed()
            .describe(
                "CloudFront Functions. If there is one on a viewer event, the behavior cannot \
                 have Lambda@Edge functions on either viewer event.",
            );
    }
}

impl Model for LambdaFunctionModel {
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
            .attribute("include_body", |m| &mut m.include_body)
            .computed()
            .describe("Whether CloudFront passes the request body to the function.");
        object
            .attribute("ours", |m| &mut m.ours)
            .computed()
            .describe(
                "Whether this provider manages the function, in any configuration: whether the \
                 function has the tag `netacea:managed-by`. Needs the permission \
                 `lambda:ListTags`.",
            );
    }
}

impl Model for HazardModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |m| &mut m.name)
            .computed()
            .describe("Name of the hazard, as in `acknowledge_hazards`.");
        object
            .attribute("severity", |m| &mut m.severity)
            .computed()
            .describe("Always `warning`: a hazard is never an error in the plan.");
        object
            .attribute("behavior", |m| &mut m.behavior)
            .computed()
            .describe(
                "The cache behavior that the hazard is about; null if it is about the whole \
                 distribution.",
            );
        object
            .attribute("event", |m| &mut m.event)
            .computed()
            .describe(
                "The event that the hazard is about; null if it is not about a certain event.",
            );
        object
            .attribute("summary", |m| &mut m.summary)
            .computed()
            .describe("What happens.");
        object
            .attribute("detail", |m| &mut m.detail)
            .computed()
            .describe("Why it is a hazard, and how to fix it.");
    }
}

impl Model for FunctionModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("event_type", |m| &mut m.event_type)
            .computed()
            .describe("`viewer-request` or `viewer-response`.");
        object
            .attribute("function_arn", |m| &mut m.function_arn)
            .computed()
            .describe("ARN of the CloudFront Function.");
    }
}

fn distribution_id(id: &str) -> Result<(), String> {
    if is_distribution_id(id) {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\", or `alias` for \
             a domain name."
        ))
    }
}

fn alias(name: &str) -> Result<(), String> {
    if is_alias(name) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not a domain name. Write the alias as the distribution has it, like \
             \"shop.example.com\", without scheme and path."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_domains_are_told_apart() {
        for name in ["shop.example.com", "*.example.com", "SHOP.example.com"] {
            assert!(alias(name).is_ok(), "{name} was refused");
        }
        for wrong in [
            "",
            "https://shop.example.com",
            "shop.example.com/",
            "shop",
            "E2QWRUHAPOMQZL",
        ] {
            assert!(alias(wrong).is_err(), "{wrong} was accepted");
        }
        assert!(distribution_id("shop.example.com").is_err());
    }
}
