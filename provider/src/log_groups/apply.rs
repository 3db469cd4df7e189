//! Apply: makes the groups what they are planned to be, all regions at once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::{Attr, Call, Create, Diagnostic, Path, Result, Update};

use super::each::{Outcomes, each, failure};
use super::memory;
use super::model::{LogGroupModel, LogGroupsModel};
use super::wanted::{self, Wish};
use crate::aws::error::Error;
use crate::aws::log_groups::{LogGroup, RegionalLogGroups};
use crate::aws::retry::Deadline;
use crate::aws::tags::{IgnoredTags, Tags, is_of_aws};
use crate::client::Client;

/// A few calls in each region, all regions at once.
const LIMIT: Duration = Duration::from_mins(10);

/// What one region's group is to be.
#[derive(Clone, Debug)]
struct Goal {
    name: String,
    retention: Wish<i64>,
    key: Wish<String>,
    tags: Tags,
    ignored: IgnoredTags,
}

/// What an apply says after a list of regions that failed.
const THE_REST: &str = "Fix the causes above, then apply again: the next apply tries these \
     regions again. The changes in all other regions are complete.";

/// A region that fails does not fail the create: the resource would be tainted, and its destroy
/// could delete logs. The next plan shows what is missing.
pub(super) async fn create(
    call: &mut Call<Client>,
    change: Create<LogGroupsModel>,
    state: &mut Option<LogGroupsModel>,
) -> Result<()> {
    let planned = change.planned;
    let outcomes = reconcile(call, &planned, None).await;
    let failure = failure(&outcomes.failed, "Setting up the log groups", THE_REST);
    match failure {
        Some(failure) if outcomes.done.is_empty() => return Err(failure.into()),
        Some(failure) => call.diagnostics.push(warned(&failure)),
        None => {}
    }
    let groups = outcomes.done.into_iter();
    let groups = groups
        .map(|(region, (group, made))| (region, LogGroupModel::of(&group, Attr::Known(!made))));
    *state = Some(LogGroupsModel {
        log_groups: Attr::Known(groups.collect()),
        ..planned
    });
    Ok(())
}

pub(super) async fn update(
    call: &mut Call<Client>,
    change: Update<LogGroupsModel>,
    state: &mut LogGroupsModel,
) -> Result<()> {
    let (prior, planned) = (change.prior, change.planned);
    let outcomes = reconcile(call, &planned, Some(&prior)).await;
    let before = prior.groups();
    let mut groups = BTreeMap::new();
    for (region, (group, made)) in &outcomes.done {
        let existed_before = match before.get(region) {
            Some(group) => group.existed_before,
            None => Attr::Known(!made),
        };
        groups.insert(region.clone(), LogGroupModel::of(group, existed_before));
    }
    let mut failed = outcomes.failed;
    let mut regions = planned.regions.clone();
    if planned.delete_logs.known() == Some(&true) {
        let wanted = planned.regions().unwrap_or_default();
        let dropped = before.keys().filter(|region| !wanted.contains(*region));
        let left = remove(call, &planned, dropped.cloned().collect()).await;
        // As long as the state has these regions, a plan shows that the next apply gives them up.
        if !left.is_empty() {
            regions = Attr::Known(&wanted | &left.keys().cloned().collect());
            failed.extend(left);
        }
    }
    for region in failed.keys() {
        if let Some(group) = before.get(region) {
            groups.insert(region.clone(), group.clone());
        }
    }
    *state = LogGroupsModel {
        log_groups: Attr::Known(groups),
        regions,
        ..planned
    };
    match failure(&failed, "Changing the log groups", THE_REST) {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

pub(super) async fn delete(call: &mut Call<Client>, state: &mut LogGroupsModel) -> Result<()> {
    if state.delete_logs.known() == Some(&true) {
        let regions = state.groups().into_keys().collect();
        let failed = remove(call, state, regions).await;
        let next = "The log groups in all other regions have been deleted. Fix the causes above, then destroy again.";
        if let Some(failure) = failure(&failed, "Deleting the log groups", next) {
            return Err(failure.into());
        }
    }
    Ok(())
}

fn warned(failure: &Diagnostic) -> Diagnostic {
    Diagnostic::warning(failure.summary())
        .detail(failure.detail_text())
        .at(Path::root("regions"))
}

/// Makes the groups in all regions what `planned` says. Gives each with whether it was made.
async fn reconcile(
    call: &mut Call<Client>,
    planned: &LogGroupsModel,
    prior: Option<&LogGroupsModel>,
) -> Outcomes<(LogGroup, bool)> {
    let deadline = Deadline::after(LIMIT, call.stop.clone());
    let client = call.client.clone();
    let groups = client.session().log_groups();
    let goal = |region: &str| Goal {
        name: planned.name().into_known().unwrap_or_default(),
        retention: wanted::retention(planned, prior),
        key: wanted::key(planned, prior, region),
        tags: planned.tags_all.known().cloned().unwrap_or_default(),
        ignored: client.ignored_tags().clone(),
    };
    let had_tags =
        prior.is_some_and(|prior| prior.tags_all.known().is_some_and(|tags| !tags.is_empty()));
    let regions = planned.regions().unwrap_or_default();
    let outcomes = each(&groups, regions, &deadline, |regional, region| {
        let goal = goal(&region);
        async move { reconcile_one(&regional, &goal, had_tags).await }
    })
    .await;
    memory::remember(&mut call.private, &outcomes.not_enabled);
    call.diagnostics
        .extend(memory::warning(&outcomes.not_enabled));
    outcomes
}

async fn reconcile_one(
    regional: &RegionalLogGroups,
    goal: &Goal,
    had_tags: bool,
) -> std::result::Result<(LogGroup, bool), Error> {
    let name = &goal.name;
    let mut made = false;
    let mut found = regional.find(name).await?;
    if found.is_none() {
        let key = match &goal.key {
            Wish::This(arn) => Some(arn.as_str()),
            Wish::Any | Wish::Nothing => None,
        };
        made = regional.create(name, key, &goal.tags).await?;
        found = regional.find(name).await?;
    }
    let mut group = found.ok_or_else(|| Error::Answer {
        action: "logs:DescribeLogGroups",
        resource: name.clone(),
        reason: "it does not list a log group that was just created".to_owned(),
    })?;
    if let Some(days) = goal.retention.change(group.retention_in_days.as_ref()) {
        regional.set_retention(name, days).await?;
        group.retention_in_days = days;
    }
    if let Some(key) = goal.key.clone().change(group.kms_key_arn.as_ref()) {
        regional.set_key(name, key.as_deref()).await?;
        group.kms_key_arn = key;
    }
    if !made && (had_tags || !goal.tags.is_empty()) {
        let current = regional.tags(&group).await?;
        let is_others = |key: &str| is_of_aws(key) || goal.ignored.covers(key);
        let managed = if had_tags {
            current
        } else {
            strangers_apart(current, &goal.tags)
        };
        regional
            .retag(&group, &managed, &goal.tags, is_others)
            .await?;
    }
    Ok((group, made))
}

/// Of a group that is adopted, only the tags that are configured: others stay.
fn strangers_apart(current: Tags, wanted: &Tags) -> Tags {
    let mut current = current;
    current.retain(|key, _| wanted.contains_key(key));
    current
}

/// Deletes the groups in `regions`; returns what failed, by region.
async fn remove(
    call: &mut Call<Client>,
    state: &LogGroupsModel,
    regions: BTreeSet<String>,
) -> BTreeMap<String, Error> {
    let deadline = Deadline::after(LIMIT, call.stop.clone());
    let groups = call.client.session().log_groups();
    let name = state.name().into_known().unwrap_or_default();
    let outcomes = each(&groups, regions, &deadline, |regional, _| {
        let name = name.clone();
        async move { regional.delete(&name).await }
    });
    let outcomes = outcomes.await;
    call.diagnostics
        .extend(memory::warning(&outcomes.not_enabled));
    outcomes.failed
}
