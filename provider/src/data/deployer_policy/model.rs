//! What the user says about the deployments, and what of it is refused.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::{
    is_account_id, is_distribution_id, is_function_name, is_web_acl_arn,
};
use crate::aws::role_arn::RoleArn;

/// What is to be deployed, and the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DeployerPolicyModel {
    pub(super) account_id: Attr<String>,
    pub(super) function_names: Attr<BTreeSet<String>>,
    pub(super) role_arns: Attr<BTreeSet<String>>,
    pub(super) distribution_ids: Attr<BTreeSet<String>>,
    pub(super) list_distributions: Attr<bool>,
    pub(super) web_acl_arns: Attr<BTreeSet<String>>,
    pub(super) operations: Attr<bool>,
    pub(super) staging: Attr<bool>,
    pub(super) policy_json: Attr<String>,
}

impl Model for DeployerPolicyModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("account_id", |m| &mut m.account_id)
            .required()
            .check(account_id)
            .describe("The AWS account of the functions and distributions, twelve digits.");
        object
            .attribute("function_names", |m| &mut m.function_names)
            .required()
            .check(function_names)
            .describe(
                "Names of the integrations' functions, and of any function that `adopt_existing` \
                 displaces and a destroy restores.",
            );
        object
            .attribute("role_arns", |m| &mut m.role_arns)
            .required()
            .check(role_arns)
            .describe("ARNs of the execution roles of the functions.");
        object
            .attribute("distribution_ids", |m| &mut m.distribution_ids)
            .optional()
            .check(distribution_ids)
            .describe(
                "Ids of the distributions to attach the functions to. Leave this out if the \
                 integrations set no `distribution` (emit mode): then the owner of the \
                 distribution updates it, and also needs the permissions of the statement \
                 `AssociateFunctions`.",
            );
        object
            .attribute("list_distributions", |m| &mut m.list_distributions)
            .default(false)
            .describe(
                "Allow listing all distributions. `netacea_cloudfront_distribution` needs that to \
                 find an `alias`, and a destroy needs it to say which distribution still uses a \
                 function that Lambda refuses to delete. Default `false`.",
            );
        object
            .attribute("web_acl_arns", |m| &mut m.web_acl_arns)
            .optional()
            .check(web_acl_arns)
            .describe(
                "ARNs of the web ACLs (AWS WAF) of the distributions. If a distribution has a web \
                 ACL, CloudFront may refuse every update by anybody who is not allowed to read the \
                 web ACL (`wafv2:GetWebACL`).",
            );
        object
            .attribute("operations", |m| &mut m.operations)
            .default(false)
            .describe(
                "Also allow what `netacea_cloudfront_coverage`, `netacea_edge_versions`, a plain \
                 `terraform query` and `netacea_edge_log_groups` need. With `-generate-config-out` \
                 or `include_vendor_packages`, a query also reads functions and distributions that \
                 are not named here, which this policy does not allow. The two data sources and a \
                 plain query list all distributions and functions, and read the tags of functions \
                 that this provider may manage. `netacea_edge_log_groups` manages the log groups \
                 of the named functions, under the names that Lambda chooses, in all regions. \
                 Default `false`.",
            );
        object
            .attribute("staging", |m| &mut m.staging)
            .default(false)
            .describe(
                "Allow reading continuous deployment policies, which a plan does for a \
                 `netacea_cloudfront_association` with `staging = true`, to say which requests \
                 reach the staging distribution. Default `false`.",
            );
        object
            .attribute("policy_json", |m| &mut m.policy_json)
            .computed()
            .describe("The policy document.");
    }
}

fn account_id(id: &str) -> Result<(), String> {
    if is_account_id(id) {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not an AWS account id. Write its twelve digits as a string, like \
             \"123456789012\"."
        ))
    }
}

fn function_names(names: &BTreeSet<String>) -> Result<(), String> {
    check_each(names, |name| {
        if is_function_name(name) {
            Ok(())
        } else {
            Err(format!(
                "`{name}` is not the name of a Lambda function. Write the name, not the ARN."
            ))
        }
    })
}

fn role_arns(arns: &BTreeSet<String>) -> Result<(), String> {
    check_each(arns, |arn| {
        arn.parse::<RoleArn>()
            .map(drop)
            .map_err(|error| error.to_string())
    })
}

fn distribution_ids(ids: &BTreeSet<String>) -> Result<(), String> {
    check_each(ids, |id| {
        if is_distribution_id(id) {
            Ok(())
        } else {
            Err(format!(
                "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\"."
            ))
        }
    })
}

fn web_acl_arns(arns: &BTreeSet<String>) -> Result<(), String> {
    check_each(arns, |arn| {
        if is_web_acl_arn(arn) {
            Ok(())
        } else {
            Err(format!(
                "`{arn}` is not the ARN of a web ACL for a distribution, like \
                 \"arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1a2b3c4d\". Use the \
                 distribution's `WebACLId`."
            ))
        }
    })
}

/// A policy over nothing would be no policy, so an empty set is refused too.
fn check_each(
    texts: &BTreeSet<String>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), String> {
    if texts.is_empty() {
        return Err("An empty set allows nothing. Name at least one.".to_owned());
    }
    texts.iter().try_for_each(|text| check(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_names_nothing_is_refused() {
        assert!(function_names(&set(&["netacea-shop"])).is_ok());
        for wrong in [
            "",
            "a:7",
            "netacea-*",
            "arn:aws:lambda:us-east-1:123456789012:function:a",
        ] {
            assert!(function_names(&set(&[wrong])).is_err(), "{wrong}");
        }
        assert!(role_arns(&set(&["arn:aws:iam::123456789012:role/path/edge"])).is_ok());
        for wrong in [
            "edge",
            "arn:aws:iam::123456789012:user/edge",
            "arn:aws:iam::1:role/edge",
        ] {
            assert!(role_arns(&set(&[wrong])).is_err(), "{wrong}");
        }
        let acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1a2b3c4d-5e6f";
        assert!(web_acl_arns(&set(&[acl])).is_ok());
        for wrong in [
            "",
            "shop",
            "arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/shop/1a2b",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1a2b",
            "arn:aws:wafv2:us-east-1:123456789012:global/webacl/*/*",
        ] {
            assert!(web_acl_arns(&set(&[wrong])).is_err(), "{wrong}");
        }
        assert!(distribution_ids(&set(&["shop.example.com"])).is_err());
        assert!(distribution_ids(&set(&[])).is_err());
        assert!(account_id("1234").is_err());
    }
}
