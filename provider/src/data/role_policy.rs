//! `data "netacea_edge_role_policy"`: documents for the role that the edge function runs with.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::{
    Attr, Call, DataSource, Diagnostic, Diagnostics, Model, Object, Path, Result, Schema,
};

use crate::client::Client;

/// Where edge functions log unless told otherwise: wherever they run, the name carries the region
/// in which they live (AWS, "CloudWatch metrics and logs for Lambda@Edge").
const DEFAULT_LOG_GROUPS: &str = "/aws/lambda/us-east-1.";
/// Where functions log that run in their own region, which edge functions do not.
const REGIONAL_LOG_GROUPS: &str = "/aws/lambda/";

/// The data source.
#[derive(Debug)]
pub(crate) struct RolePolicy;

/// What is asked, and the documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RolePolicyModel {
    log_group_names: Attr<BTreeSet<String>>,
    trust_policy_json: Attr<String>,
    logging_policy_json: Attr<String>,
}

impl Model for RolePolicyModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("log_group_names", |m| &mut m.log_group_names)
            .optional()
            .check(log_group_names)
            .describe(
                "CloudWatch log groups that the role may write to, in every region. A function \
                 logs to `/aws/lambda/us-east-1.NAME`, in the region closest to the visitor. `*` \
                 matches any characters. Default: the log groups of all edge functions.",
            );
        object
            .attribute("trust_policy_json", |m| &mut m.trust_policy_json)
            .computed()
            .describe("Trust policy: lets Lambda and Lambda@Edge assume the role.");
        object
            .attribute("logging_policy_json", |m| &mut m.logging_policy_json)
            .computed()
            .describe("Permissions to write logs. The edge function needs no other permissions.");
    }
}

impl DataSource for RolePolicy {
    type Model = RolePolicyModel;
    type Client = Client;

    const TYPE: &'static str = "edge_role_policy";

    fn schema(&self) -> Schema<RolePolicyModel> {
        Schema::of::<RolePolicyModel>().describe(
            "Policy documents for the `aws_iam_role` that `role_arn` of an integration names. \
             This data source makes no calls to AWS.",
        )
    }

    fn validate(&self, config: &RolePolicyModel, diagnostics: &mut Diagnostics) {
        for name in config.log_group_names.known().into_iter().flatten() {
            if let Some(function) = name
                .strip_prefix(REGIONAL_LOG_GROUPS)
                .filter(|_| !name.starts_with(DEFAULT_LOG_GROUPS))
            {
                diagnostics.push(
                    Diagnostic::warning("This is not the log group of an edge function")
                        .detail(format!(
                            "By default, {function} logs to {DEFAULT_LOG_GROUPS}{function} at the \
                             edge, and a policy for {name} does not allow that. Use \
                             {DEFAULT_LOG_GROUPS}{function} here, unless the integration's \
                             `log_group` is {name}."
                        ))
                        .at(Path::root("log_group_names")),
                );
            }
        }
    }

    async fn read(
        &self,
        _: &mut Call<Client>,
        mut config: RolePolicyModel,
    ) -> Result<RolePolicyModel> {
        let names = match config.log_group_names.known() {
            Some(names) => names.clone(),
            None => BTreeSet::from([format!("{DEFAULT_LOG_GROUPS}*")]),
        };
        config.trust_policy_json = format!("{:#}", trust_policy()).into();
        config.logging_policy_json = format!("{:#}", logging_policy(&names)).into();
        Ok(config)
    }
}

/// Keys in the order of `jsonencode`, here and below.
fn trust_policy() -> Value {
    json!({
        "Statement": [{
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": { "Service": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"] },
            "Sid": "AssumeFromLambdaAndEdge",
        }],
        "Version": "2012-10-17",
    })
}

fn logging_policy(names: &BTreeSet<String>) -> Value {
    // Actions on a group are checked against its name, those on its streams against what follows.
    let resources: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let group = format!("arn:aws:logs:*:*:log-group:{name}");
            [group.clone(), format!("{group}:*")]
        })
        .collect();
    json!({
        "Statement": [{
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": resources,
            "Sid": "WriteLogsInEveryRegion",
        }],
        "Version": "2012-10-17",
    })
}

/// CloudWatch's rule for names (API reference, CreateLogGroup), and IAM's `*`.
fn log_group_names(names: &BTreeSet<String>) -> std::result::Result<(), String> {
    if names.is_empty() {
        return Err(
            "With an empty set, the function cannot log anywhere. Remove the attribute to allow \
             the log groups of all edge functions."
                .to_owned(),
        );
    }
    let fits = |name: &String| {
        (1..=512).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-/.#*".contains(&byte))
    };
    match names.iter().find(|name| !fits(name)) {
        Some(name) => Err(format!(
            "`{name}` is not the name of a log group. Write the name, not its ARN, like \
             \"{DEFAULT_LOG_GROUPS}netacea-shop\"."
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn both_services_may_assume_the_role() {
        let services = &trust_policy()["Statement"][0]["Principal"]["Service"];
        assert_eq!(
            *services,
            json!(["edgelambda.amazonaws.com", "lambda.amazonaws.com"])
        );
    }

    #[test]
    fn a_group_and_its_streams_are_granted_in_every_region_and_no_other_group() {
        let policy = logging_policy(&names(&["/aws/lambda/us-east-1.shop"]));
        assert_eq!(
            policy["Statement"][0]["Resource"],
            json!([
                "arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.shop",
                "arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.shop:*",
            ])
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert!(log_group_names(&names(&["/aws/lambda/us-east-1.shop", "edge/*"])).is_ok());
        for wrong in [
            names(&[]),
            names(&[""]),
            names(&["arn:aws:logs:us-east-1:123456789012:log-group:x"]),
            names(&["with space"]),
        ] {
            assert!(log_group_names(&wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn the_group_of_a_regional_function_is_warned_about() {
        let warnings = |name: &str| {
            let mut diagnostics = Diagnostics::new();
            let config = RolePolicyModel {
                log_group_names: names(&[name]).into(),
                ..RolePolicyModel::default()
            };
            RolePolicy.validate(&config, &mut diagnostics);
            assert!(!diagnostics.has_errors());
            diagnostics.iter().count()
        };
        assert_eq!(warnings("/aws/lambda/shop"), 1);
        assert_eq!(warnings("/aws/lambda/us-east-1.shop"), 0);
        assert_eq!(warnings("edge/shop"), 0);
    }
}
