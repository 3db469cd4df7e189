//! What each attribute means to a user, and what of a configuration is refused.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Diagnostic, Diagnostics, Model, Object, Path, Schema};

use super::model::LogGroupsModel;
use crate::aws::identifiers::{integration_name, is_region};
use crate::aws::tags;

/// The values of `PutRetentionPolicy` (CloudWatch Logs API reference).
const RETENTIONS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

pub(super) fn schema() -> Schema<LogGroupsModel> {
    Schema::of::<LogGroupsModel>().describe(
        "The log groups of one function, in every region where CloudFront runs it. Lambda creates \
         them by itself without a retention, so they grow forever. This resource sets retention, \
         key and tags in all regions. It adopts log groups that exist and creates the others. \
         When it is destroyed, it keeps the logs, unless `delete_logs` is true. It asks the \
         regions in parallel; if nothing has changed, that takes one call for each, or two with \
         tags.",
    )
}

impl Model for LogGroupsModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |m| &mut m.id)
            .computed()
            .describe("The name of the log groups.");
        object
            .attribute("function_name", |m| &mut m.function_name)
            .required()
            .replace()
            .check(integration_name)
            .describe("`name` of the integration whose logs these are.");
        object
            .attribute("log_group_name", |m| &mut m.log_group_name)
            .optional()
            .replace()
            .check(log_group_name)
            .describe(
                "`log_group` of the integration, if it sets one. Default: the name that Lambda \
                 chooses, `/aws/lambda/us-east-1.` and the function's name.",
            );
        object
            .attribute("regions", |m| &mut m.regions)
            .optional()
            .check(regions)
            .describe(
                "Regions in which the log groups are managed. Default: the thirteen in which \
                 CloudFront has a regional edge cache. If you remove a region, its logs are kept, \
                 unless `delete_logs` is true.",
            );
        object
            .attribute("retention_in_days", |m| &mut m.retention_in_days)
            .optional()
            .check(retention)
            .describe(
                "Days for which log events are kept, one of the values that CloudWatch accepts \
                 (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, \
                 2192, 2557, 2922, 3288, 3653), or 0 to keep them forever. If never set, each log \
                 group keeps the retention that it has; if you remove the attribute, log events \
                 are kept forever.",
            );
        object
            .attribute("kms_key_arns", |m| &mut m.kms_key_arns)
            .optional()
            .check(kms_key_arns)
            .describe(
                "Map of a region to the ARN of a KMS key in that region, which encrypts new log \
                 events. The key's policy must let CloudWatch Logs use it. In a region \
                 for which no key was ever set here, the provider does not change the encryption; \
                 if you remove a key, AWS's own key is used again.",
            );
        object
            .attribute("tags", |m| &mut m.tags)
            .optional()
            .check(tags::check)
            .describe("Tags of each log group.");
        object
            .attribute("tags_all", |m| &mut m.tags_all)
            .computed()
            .describe("`tags`, and the provider's `default_tags` that they do not override.");
        object
            .attribute("delete_logs", |m| &mut m.delete_logs)
            .default(false)
            .describe(
                "Delete the log groups with all their log events when the resource is destroyed \
                 or a region is removed, even those that existed before. Default `false`: they \
                 stay.",
            );
        object
            .nested_map("log_groups", |m| &mut m.log_groups)
            .computed()
            .describe("Map of a region to its log group.");
    }
}

/// What no single attribute can say.
pub(super) fn validate(config: &LogGroupsModel, diagnostics: &mut Diagnostics) {
    let (Some(regions), Some(keys)) = (config.regions(), config.kms_key_arns.known()) else {
        return;
    };
    for region in keys.keys().filter(|region| !regions.contains(*region)) {
        diagnostics.push(
            Diagnostic::error(format!("No log group is managed in {region}"))
                .detail(format!(
                    "`kms_key_arns` has a key for {region}, but `regions` does not name that \
                     region. Add it there, or remove the key."
                ))
                .at(Path::root("kms_key_arns").key(region)),
        );
    }
}

fn log_group_name(name: &str) -> Result<(), String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.#".contains(&byte);
    if (1..=512).contains(&name.len()) && name.bytes().all(is_allowed) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not the name of a log group. Use 1 to 512 letters, digits and `_-/.#`."
        ))
    }
}

fn regions(regions: &BTreeSet<String>) -> Result<(), String> {
    if regions.is_empty() {
        return Err(
            "An empty set selects nothing. Remove `regions` to use the default.".to_owned(),
        );
    }
    match regions.iter().find(|region| !is_region(region)) {
        Some(region) => Err(format!(
            "`{region}` is not the code of a region. Write it like \"eu-west-1\"."
        )),
        None => Ok(()),
    }
}

fn retention(days: &i64) -> Result<(), String> {
    if *days == 0 || RETENTIONS.contains(days) {
        return Ok(());
    }
    let values = RETENTIONS.map(|days| days.to_string()).join(", ");
    Err(format!(
        "CloudWatch cannot keep log events for {days} days. Use one of {values}, or 0 to keep \
        them forever."
    ))
}

fn kms_key_arns(keys: &BTreeMap<String, String>) -> Result<(), String> {
    for (region, arn) in keys {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts.as_slice() {
            ["arn", _, "kms", place, _, resource] if resource.starts_with("key/") => {
                if place != region {
                    return Err(format!(
                        "The key for {region} is in {place}, but CloudWatch Logs uses only keys \
                         of its own region. Use a key in {region}, for example a replica of a \
                         multi-Region key."
                    ));
                }
            }
            _ => {
                return Err(format!(
                    "`{arn}` is not the ARN of a KMS key, like \
                     \"arn:aws:kms:{region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\"."
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;

    #[test]
    fn only_what_cloudwatch_takes_is_a_retention() {
        for days in [0, 1, 3653] {
            assert!(retention(&days).is_ok(), "{days}");
        }
        for days in [-1, 2, 366, 10_000] {
            let refused = retention(&days).unwrap_err();
            assert!(refused.contains("365, 400"), "{refused}");
        }
    }

    #[test]
    fn a_key_belongs_to_its_region() {
        let keys = |region: &str, arn: &str| BTreeMap::from([(region.to_owned(), arn.to_owned())]);
        let arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
        assert!(kms_key_arns(&keys("eu-west-1", arn)).is_ok());
        assert!(
            kms_key_arns(&keys("us-east-1", arn))
                .unwrap_err()
                .contains("is in eu-west-1")
        );
        assert!(kms_key_arns(&keys("us-east-1", "alias/logs")).is_err());
        let config = LogGroupsModel {
            regions: Attr::Known([String::from("us-east-1")].into()),
            kms_key_arns: keys("eu-west-1", arn).into(),
            ..LogGroupsModel::default()
        };
        let mut diagnostics = Diagnostics::default();
        validate(&config, &mut diagnostics);
        assert!(diagnostics.has_errors());
    }

    #[test]
    fn names_and_regions_are_checked() {
        assert!(log_group_name("/site/edge").is_ok());
        assert!(log_group_name("site edge").is_err() && log_group_name("").is_err());
        assert!(regions(&BTreeSet::new()).is_err());
        assert!(regions(&[String::from("Ireland")].into()).is_err());
    }
}
