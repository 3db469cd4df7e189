//! The policy document: one statement for each kind of thing that is touched.

use serde_json::{Value, json};

use super::model::DeployerPolicyModel;
use crate::aws::arn::FunctionArn;

/// AWS's list of needed permissions (CloudFront guide, "Set up IAM permissions and roles for
/// Lambda@Edge"), and the calls of this provider.
pub(super) fn document(config: &DeployerPolicyModel) -> Value {
    let account_id = config.account_id.known().map_or("", String::as_str);
    let mut functions = Vec::new();
    let mut versions = Vec::new();
    for name in config.function_names.known().into_iter().flatten() {
        let function = FunctionArn::in_us_east_1(account_id, name).to_string();
        versions.push(format!("{function}:*"));
        functions.push(function);
    }
    let functions_and_versions = [functions, versions.clone()].concat();
    let mut statements = vec![
        json!({
            "Action": [
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunction",
                "lambda:GetFunctionConfiguration",
                "lambda:ListTags",
                "lambda:ListVersionsByFunction",
                "lambda:PublishVersion",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            "Effect": "Allow",
            "Resource": functions_and_versions,
            "Sid": "ManageFunctions",
        }),
        json!({
            // The asterisks belong to the names: without them AWS refuses the association.
            "Action": [
                "lambda:DisableReplication*",
                "lambda:EnableReplication*",
                "lambda:GetFunction",
            ],
            "Effect": "Allow",
            "Resource": versions,
            "Sid": "AssociateFunctions",
        }),
        json!({
            "Action": "iam:PassRole",
            "Condition": { "StringEquals": {
                "iam:PassedToService": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"],
            } },
            "Effect": "Allow",
            "Resource": config.role_arns.known(),
            "Sid": "GiveFunctionsTheirRole",
        }),
        json!({
            "Action": "iam:CreateServiceLinkedRole",
            "Condition": { "StringEquals": {
                "iam:AWSServiceName": [
                    "logger.cloudfront.amazonaws.com",
                    "replicator.lambda.amazonaws.com",
                ],
            } },
            "Effect": "Allow",
            "Resource": "*",
            "Sid": "FirstAssociationInTheAccount",
        }),
    ];
    let distributions: Vec<String> = config
        .distribution_ids
        .known()
        .into_iter()
        .flatten()
        .map(|id| format!("arn:aws:cloudfront::{account_id}:distribution/{id}"))
        .collect();
    if !distributions.is_empty() {
        statements.push(json!({
            "Action": [
                "cloudfront:GetDistribution",
                "cloudfront:GetDistributionConfig",
                "cloudfront:UpdateDistribution",
            ],
            "Effect": "Allow",
            "Resource": distributions,
            "Sid": "UpdateDistributions",
        }));
    }
    if config.staging.known() == Some(&true) {
        statements.push(json!({
            "Action": "cloudfront:GetContinuousDeploymentPolicy",
            "Effect": "Allow",
            "Resource": format!("arn:aws:cloudfront::{account_id}:continuous-deployment-policy/*"),
            "Sid": "ReadContinuousDeploymentPolicies",
        }));
    }
    if let Some(web_acls) = config.web_acl_arns.known() {
        statements.push(json!({
            "Action": "wafv2:GetWebACL",
            "Effect": "Allow",
            "Resource": web_acls,
            "Sid": "ReadWebACLs",
        }));
    }
    let operations = config.operations.known() == Some(&true);
    if operations || config.list_distributions.known() == Some(&true) {
        statements.push(json!({
            "Action": "cloudfront:ListDistributions",
            "Effect": "Allow",
            "Resource": "*",
            "Sid": "ListDistributions",
        }));
    }
    if operations {
        let any = FunctionArn::in_us_east_1(account_id, "*");
        statements.push(json!({
            "Action": "lambda:ListTags",
            "Effect": "Allow",
            "Resource": any.to_string(),
            "Sid": "SeeWhoseFunctionsAre",
        }));
        statements.push(json!({
            "Action": "lambda:ListFunctions",
            "Effect": "Allow",
            "Resource": "*",
            "Sid": "ListFunctions",
        }));
        let names = config.function_names.known().into_iter().flatten();
        let groups = names.flat_map(|name| {
            let name = format!("/aws/lambda/us-east-1.{name}");
            let arn = format!("arn:aws:logs:*:{account_id}:log-group:{name}");
            [format!("{arn}:*"), arn]
        });
        statements.push(json!({
            "Action": [
                "logs:AssociateKmsKey",
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:DeleteRetentionPolicy",
                "logs:DisassociateKmsKey",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            "Effect": "Allow",
            "Resource": groups.collect::<Vec<String>>(),
            "Sid": "ManageLogGroups",
        }));
        statements.push(json!({
            "Action": "logs:DescribeLogGroups",
            "Effect": "Allow",
            "Resource": format!("arn:aws:logs:*:{account_id}:log-group:*"),
            "Sid": "FindLogGroups",
        }));
    }
    json!({ "Statement": statements, "Version": "2012-10-17" })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use tfplugin::Attr;

    use super::*;

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    const WEB_ACL: &str = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1a2b3c4d";

    fn everything() -> DeployerPolicyModel {
        DeployerPolicyModel {
            account_id: "123456789012".into(),
            function_names: set(&["netacea-shop"]).into(),
            role_arns: set(&["arn:aws:iam::123456789012:role/netacea-edge"]).into(),
            distribution_ids: set(&["E2QWRUHAPOMQZL"]).into(),
            list_distributions: true.into(),
            web_acl_arns: set(&[WEB_ACL]).into(),
            operations: true.into(),
            staging: true.into(),
            policy_json: Attr::Null,
        }
    }

    fn statement(policy: &Value, sid: &str) -> Option<Value> {
        let statements = policy["Statement"].as_array()?;
        statements
            .iter()
            .find(|statement| statement["Sid"] == sid)
            .cloned()
    }

    fn actions(policy: &Value) -> BTreeSet<String> {
        let statements = policy["Statement"].as_array().expect("statements");
        statements
            .iter()
            .flat_map(|statement| match &statement["Action"] {
                Value::String(action) => vec![action.clone()],
                Value::Array(actions) => actions
                    .iter()
                    .filter_map(|action| action.as_str().map(str::to_owned))
                    .collect(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// The AWS rooms name every call that they make as IAM does, for messages.
    fn calls(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("the sources").path();
            if path.is_dir() {
                if !path.ends_with("emulator_tests") {
                    calls(&path, found);
                }
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the sources");
            for line in text.lines().filter(|line| line.contains("ACTION: &str")) {
                found.extend(line.split('"').nth(1).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_call_of_the_provider_is_allowed() {
        let mut calls_made = BTreeSet::new();
        calls(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws"),
            &mut calls_made,
        );
        assert!(calls_made.len() > 10, "{calls_made:?}");
        // AWS allows it to everybody.
        calls_made.remove("sts:GetCallerIdentity");
        let allowed = actions(&document(&everything()));
        let missing: Vec<_> = calls_made.difference(&allowed).collect();
        assert!(missing.is_empty(), "not in the policy: {missing:?}");
    }

    #[test]
    fn replication_is_allowed_for_all_versions_by_the_names_with_the_asterisk() {
        let statement =
            statement(&document(&everything()), "AssociateFunctions").expect("a statement");
        assert_eq!(
            statement["Action"],
            json!([
                "lambda:DisableReplication*",
                "lambda:EnableReplication*",
                "lambda:GetFunction"
            ])
        );
        assert_eq!(
            statement["Resource"],
            json!(["arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:*"])
        );
    }

    #[test]
    fn only_what_is_named_is_touched() {
        let policy = document(&everything());
        for statement in policy["Statement"].as_array().expect("statements") {
            let sid = statement["Sid"].as_str().expect("a name");
            let everywhere = statement["Resource"] == "*";
            let unavoidable = [
                "FirstAssociationInTheAccount",
                "ListDistributions",
                "ListFunctions",
            ];
            assert_eq!(everywhere, unavoidable.contains(&sid), "{statement:#}");
        }
        let distributions = statement(&policy, "UpdateDistributions").expect("a statement");
        assert_eq!(
            distributions["Resource"],
            json!(["arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"])
        );
    }

    #[test]
    fn web_acls_are_read_only_where_they_are_named() {
        let named = statement(&document(&everything()), "ReadWebACLs").expect("a statement");
        assert_eq!(named["Action"], "wafv2:GetWebACL");
        assert_eq!(named["Resource"], json!([WEB_ACL]));
        let unnamed = DeployerPolicyModel {
            web_acl_arns: Attr::Null,
            ..everything()
        };
        assert_eq!(statement(&document(&unnamed), "ReadWebACLs"), None);
    }

    #[test]
    fn continuous_deployment_policies_are_read_only_where_there_is_a_staging_distribution() {
        let sid = "ReadContinuousDeploymentPolicies";
        let read = statement(&document(&everything()), sid).expect("a statement");
        assert_eq!(read["Action"], "cloudfront:GetContinuousDeploymentPolicy");
        assert_eq!(
            read["Resource"],
            "arn:aws:cloudfront::123456789012:continuous-deployment-policy/*"
        );
        for staging in [Attr::Null, false.into()] {
            let without = DeployerPolicyModel {
                staging,
                ..everything()
            };
            assert_eq!(statement(&document(&without), sid), None);
        }
    }

    #[test]
    fn operations_look_at_everything_and_write_to_log_groups_of_the_functions_only() {
        let policy = document(&everything());
        let tags = statement(&policy, "SeeWhoseFunctionsAre").expect("a statement");
        assert_eq!(tags["Action"], "lambda:ListTags");
        assert_eq!(
            tags["Resource"],
            "arn:aws:lambda:us-east-1:123456789012:function:*"
        );
        let groups = statement(&policy, "ManageLogGroups").expect("a statement");
        let group = "arn:aws:logs:*:123456789012:log-group:/aws/lambda/us-east-1.netacea-shop";
        assert_eq!(groups["Resource"], json!([format!("{group}:*"), group]));
        let without = DeployerPolicyModel {
            operations: false.into(),
            ..everything()
        };
        assert_eq!(statement(&document(&without), "SeeWhoseFunctionsAre"), None);
        let listing = DeployerPolicyModel {
            list_distributions: false.into(),
            ..everything()
        };
        assert!(statement(&document(&listing), "ListDistributions").is_some());
    }

    #[test]
    fn emit_mode_touches_no_distribution() {
        let config = DeployerPolicyModel {
            distribution_ids: Attr::Null,
            list_distributions: false.into(),
            operations: false.into(),
            staging: false.into(),
            ..everything()
        };
        let allowed = actions(&document(&config));
        assert!(
            !allowed
                .iter()
                .any(|action| action.starts_with("cloudfront:")),
            "{allowed:?}"
        );
    }
}
