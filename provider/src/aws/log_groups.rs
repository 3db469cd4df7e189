//! CloudWatch log groups: one name, region by region. A Lambda@Edge function writes to the region
//! in which it runs.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs::Client;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::connection::Connection;
use super::error::Error;
use super::retry::Deadline;
use super::tags::Tags;

/// The log groups that these credentials reach.
#[derive(Clone, Debug)]
pub(crate) struct LogGroups {
    connection: Arc<Connection>,
}

/// The log groups of one region.
#[derive(Clone, Debug)]
pub(crate) struct RegionalLogGroups {
    client: Client,
    region: String,
    deadline: Deadline,
}

/// A log group as CloudWatch Logs describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogGroup {
    /// Without `:*` at its end.
    pub(crate) arn: String,
    /// `None`: its events never expire.
    pub(crate) retention_in_days: Option<i64>,
    pub(crate) kms_key_arn: Option<String>,
}

impl LogGroups {
    pub(in crate::aws) fn new(connection: Arc<Connection>) -> LogGroups {
        LogGroups { connection }
    }

    pub(crate) async fn in_region(
        &self,
        region: &str,
        deadline: &Deadline,
    ) -> Result<RegionalLogGroups, Error> {
        let connecting = self.connection.logs_in(region);
        let doing = format!("reaching CloudWatch Logs in {region}");
        Ok(RegionalLogGroups {
            client: deadline.run(&doing, connecting).await??,
            region: region.to_owned(),
            deadline: deadline.clone(),
        })
    }
}

impl RegionalLogGroups {
    /// The group of exactly this name. `None`: it does not exist.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<LogGroup>, Error> {
        const ACTION: &str = "logs:DescribeLogGroups";
        let request = self
            .client
            .describe_log_groups()
            .log_group_name_prefix(name);
        let mut groups = request.into_paginator().items().send();
        let doing = self.doing("reading", name);
        while let Some(found) = self.deadline.run(&doing, groups.next()).await? {
            let found =
                found.map_err(|error| Error::of_call(ACTION, &self.resource(name), &error))?;
            if found.log_group_name() != Some(name) {
                continue;
            }
            let arn = found.arn().unwrap_or_default();
            return Ok(Some(LogGroup {
                arn: arn.strip_suffix(":*").unwrap_or(arn).to_owned(),
                retention_in_days: found.retention_in_days.map(i64::from),
                kms_key_arn: found.kms_key_id,
            }));
        }
        Ok(None)
    }

    pub(crate) async fn tags(&self, group: &LogGroup) -> Result<Tags, Error> {
        const ACTION: &str = "logs:ListTagsForResource";
        let listing = self
            .client
            .list_tags_for_resource()
            .resource_arn(&group.arn);
        let doing = format!("reading the tags of {}", group.arn);
        let answer = self.deadline.run(&doing, listing.send()).await?;
        let answer = answer.map_err(|error| Error::of_call(ACTION, &group.arn, &error))?;
        Ok(answer.tags.unwrap_or_default().into_iter().collect())
    }

    /// Creates the group. False: somebody, or the function itself, has created it meanwhile.
    pub(crate) async fn create(
        &self,
        name: &str,
        kms_key_arn: Option<&str>,
        tags: &Tags,
    ) -> Result<bool, Error> {
        const ACTION: &str = "logs:CreateLogGroup";
        let tags: HashMap<String, String> = tags.clone().into_iter().collect();
        let creating = self
            .client
            .create_log_group()
            .log_group_name(name)
            .set_kms_key_id(kms_key_arn.map(str::to_owned))
            .set_tags((!tags.is_empty()).then_some(tags));
        let doing = self.doing("creating", name);
        match self.deadline.run(&doing, creating.send()).await? {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ResourceAlreadyExistsException") => Ok(false),
            Err(error) => Err(Error::of_call(ACTION, &self.resource(name), &error)),
        }
    }

    /// `None`: its events never expire.
    pub(crate) async fn set_retention(&self, name: &str, days: Option<i64>) -> Result<(), Error> {
        let doing = self.doing("setting the retention of", name);
        match days {
            Some(days) => {
                const ACTION: &str = "logs:PutRetentionPolicy";
                let days = i32::try_from(days).unwrap_or(i32::MAX);
                let setting = self.client.put_retention_policy().log_group_name(name);
                let setting = setting.retention_in_days(days).send();
                let set = self.deadline.run(&doing, setting).await?;
                set.map(drop)
                    .map_err(|error| Error::of_call(ACTION, &self.resource(name), &error))
            }
            None => {
                const ACTION: &str = "logs:DeleteRetentionPolicy";
                let removing = self.client.delete_retention_policy().log_group_name(name);
                let removed = self.deadline.run(&doing, removing.send()).await?;
                removed
                    .map(drop)
                    .map_err(|error| Error::of_call(ACTION, &self.resource(name), &error))
            }
        }
    }

    /// `None`: from now on, events are encrypted with AWS's own key.
    pub(crate) async fn set_key(&self, name: &str, kms_key_arn: Option<&str>) -> Result<(), Error> {
        let doing = self.doing("setting the key of", name);
        match kms_key_arn {
            Some(key) => {
                const ACTION: &str = "logs:AssociateKmsKey";
                let setting = self.client.associate_kms_key().log_group_name(name);
                let set = self.deadline.run(&doing, setting.kms_key_id(key).send());
                set.await?
                    .map(drop)
                    .map_err(|error| Error::of_call(ACTION, &self.resource(name), &error))
            }
            None => {
                const ACTION: &str = "logs:DisassociateKmsKey";
                let removing = self.client.disassociate_kms_key().log_group_name(name);
                let removed = self.deadline.run(&doing, removing.send()).await?;
                removed
                    .map(drop)
                    .map_err(|error| Error::of_call(ACTION, &self.resource(name), &error))
            }
        }
    }

    /// Changes the group's tags from the `current` to the `wanted` ones; tags for which `is_others`
    /// is true stay.
    pub(crate) async fn retag(
        &self,
        group: &LogGroup,
        current: &Tags,
        wanted: &Tags,
        is_others: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let unset: Vec<String> = current
            .keys()
            .filter(|key| !wanted.contains_key(*key) && !is_others(key))
            .cloned()
            .collect();
        let doing = format!("tagging {}", group.arn);
        if !unset.is_empty() {
            const ACTION: &str = "logs:UntagResource";
            let untagging = self.client.untag_resource().resource_arn(&group.arn);
            let untagging = untagging.set_tag_keys(Some(unset)).send();
            let untagged = self.deadline.run(&doing, untagging).await?;
            untagged.map_err(|error| Error::of_call(ACTION, &group.arn, &error))?;
        }
        let set: HashMap<String, String> = wanted
            .iter()
            .filter(|(key, value)| current.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !set.is_empty() {
            const ACTION: &str = "logs:TagResource";
            let tagging = self.client.tag_resource().resource_arn(&group.arn);
            let tagging = tagging.set_tags(Some(set)).send();
            let tagged = self.deadline.run(&doing, tagging).await?;
            tagged.map_err(|error| Error::of_call(ACTION, &group.arn, &error))?;
        }
        Ok(())
    }

    /// Deletes the group and all its events; one that is gone is not an error.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), Error> {
        const ACTION: &str = "logs:DeleteLogGroup";
        let deleting = self.client.delete_log_group().log_group_name(name).send();
        let doing = self.doing("deleting", name);
        match self.deadline.run(&doing, deleting).await? {
            Err(error) if error.code() != Some("ResourceNotFoundException") => {
                Err(Error::of_call(ACTION, &self.resource(name), &error))
            }
            _ => Ok(()),
        }
    }

    fn doing(&self, what: &str, name: &str) -> String {
        format!("{what} the log group {name} in {}", self.region)
    }

    fn resource(&self, name: &str) -> String {
        format!("{name} in {}", self.region)
    }
}
