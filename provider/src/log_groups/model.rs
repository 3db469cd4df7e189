//! The attributes of `netacea_edge_log_groups`, as Rust sees them. `schema.rs` says what each means
//! to a user.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Model, Object};

use crate::aws::log_groups::LogGroup;
use crate::aws::regions::EDGE_REGIONS;
use crate::aws::tags::Tags;

/// Configuration, plan or state of the log groups of one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LogGroupsModel {
    /// The name of the log groups.
    pub(crate) id: Attr<String>,
    pub(crate) function_name: Attr<String>,
    /// Null = the one that Lambda chooses.
    pub(crate) log_group_name: Attr<String>,
    /// Null = [`EDGE_REGIONS`].
    pub(crate) regions: Attr<BTreeSet<String>>,
    /// Days; 0 = events never expire; null = each group keeps what it has.
    pub(crate) retention_in_days: Attr<i64>,
    /// Region → ARN of a KMS key in that region.
    pub(crate) kms_key_arns: Attr<BTreeMap<String, String>>,
    pub(crate) tags: Attr<Tags>,
    /// With the provider's `default_tags`.
    pub(crate) tags_all: Attr<Tags>,
    pub(crate) delete_logs: Attr<bool>,
    /// Region → log group; read as found, planned as wanted.
    pub(crate) log_groups: Attr<BTreeMap<String, LogGroupModel>>,
}

/// The log group of one region.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LogGroupModel {
    pub(crate) arn: Attr<String>,
    /// Whether it was there before this resource.
    pub(crate) existed_before: Attr<bool>,
    /// Null = its events never expire.
    pub(crate) retention_in_days: Attr<i64>,
    pub(crate) kms_key_arn: Attr<String>,
}

impl LogGroupsModel {
    /// What the log groups are called.
    pub(super) fn name(&self) -> Attr<String> {
        match (&self.log_group_name, &self.function_name) {
            (Attr::Known(name), _) => name.clone().into(),
            (Attr::Null, Attr::Known(function)) => {
                // Lambda puts the region of the function before its name.
                format!("/aws/lambda/us-east-1.{function}").into()
            }
            _ => Attr::Unknown,
        }
    }

    /// The regions that are meant; `None` while they are unknown.
    pub(super) fn regions(&self) -> Option<BTreeSet<String>> {
        match &self.regions {
            Attr::Unknown => None,
            Attr::Null => Some(EDGE_REGIONS.map(str::to_owned).into()),
            Attr::Known(regions) => Some(regions.clone()),
        }
    }

    /// The groups by region, as far as they are known.
    pub(super) fn groups(&self) -> BTreeMap<String, LogGroupModel> {
        self.log_groups.known().cloned().unwrap_or_default()
    }
}

impl LogGroupModel {
    pub(super) fn of(found: &LogGroup, existed_before: Attr<bool>) -> LogGroupModel {
        LogGroupModel {
            arn: found.arn.as_str().into(),
            existed_before,
            retention_in_days: found.retention_in_days.into(),
            kms_key_arn: found.kms_key_arn.clone().into(),
        }
    }
}

impl Model for LogGroupModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("arn", |m| &mut m.arn)
            .computed()
            .describe("ARN of the log group.");
        object
            .attribute("existed_before", |m| &mut m.existed_before)
            .computed()
            .describe(
                "Whether the log group already existed when this resource \
                       began to manage it.",
            );
        object
            .attribute("retention_in_days", |m| &mut m.retention_in_days)
            .computed()
            .describe("Days for which log events are kept; null if they never expire.");
        object
            .attribute("kms_key_arn", |m| &mut m.kms_key_arn)
            .computed()
            .describe("ARN of the key that encrypts new log events; null for AWS's own key.");
    }
}
