//! Read: the groups as they are, region by region.

use std::collections::BTreeMap;

use tfplugin::{Attr, Call, Diagnostic, Path, Result};

use super::each::{each, failure};
use super::memory;
use super::model::{LogGroupModel, LogGroupsModel};
use crate::aws::retry::Deadline;
use crate::aws::tags::{Tags, is_of_aws};
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

const NEXT: &str = "Nothing was changed. Fix the causes above, then run Terraform again.";

/// The state as found; `None` if no group is left in any region.
pub(super) async fn read(
    call: &mut Call<Client>,
    mut state: LogGroupsModel,
) -> Result<Option<LogGroupsModel>> {
    let client = call.client.clone();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let name = state.name().into_known().unwrap_or_default();
    let regions = state.regions().unwrap_or_default();
    let recorded = state.tags_all.known().cloned().unwrap_or_default();
    let asks_for_tags = !recorded.is_empty();
    let groups = client.session().log_groups();
    let outcomes = each(&groups, regions, &deadline, |regional, _| {
        let name = name.clone();
        async move {
            let Some(group) = regional.find(&name).await? else {
                return Ok(None);
            };
            let tags = match asks_for_tags {
                true => Some(regional.tags(&group).await?),
                false => None,
            };
            Ok(Some((group, tags)))
        }
    })
    .await;
    if let Some(failure) = failure(&outcomes.failed, "Reading the log groups", NEXT) {
        return Err(failure.into());
    }
    memory::remember(&mut call.private, &outcomes.not_enabled);
    let before = state.groups();
    let mut found = BTreeMap::new();
    let mut retagged: Option<(String, Tags)> = None;
    let ignored = client.ignored_tags();
    for (region, group) in outcomes.done {
        let Some((group, tags)) = group else { continue };
        let existed_before = before
            .get(&region)
            .map_or(Attr::Null, |group| group.existed_before);
        found.insert(region.clone(), LogGroupModel::of(&group, existed_before));
        let visible: Tags = tags
            .into_iter()
            .flatten()
            .filter(|(key, _)| !is_of_aws(key) && !ignored.covers(key))
            .collect();
        if asks_for_tags && retagged.is_none() && visible != recorded {
            retagged = Some((region, visible));
        }
    }
    if found.is_empty() && !before.is_empty() {
        return Ok(None);
    }
    if let Some((region, tags)) = retagged {
        call.diagnostics.push(
            Diagnostic::warning(format!(
                "The tags of the log group in {region} have changed"
            ))
            .detail(
                "They were changed outside Terraform. `tags_all` shows the tags in this \
                     region, and the next apply sets the tags in every region where they differ.",
            )
            .at(Path::root("tags_all")),
        );
        state.tags_all = Attr::Known(tags);
    }
    state.log_groups = Attr::Known(found);
    Ok(Some(state))
}
