//! Plan: which groups there will be, and what happens to them.

use tfplugin::{Attr, Call, Plan, Result};

use super::model::LogGroupsModel;
use super::{memory, wanted};
use crate::client::Client;
use crate::integration::merged_tags;

pub(super) fn plan(call: &mut Call<Client>, plan: &mut Plan<LogGroupsModel>) -> Result<()> {
    let planned = &mut plan.planned;
    planned.id = planned.name();
    planned.tags_all = merged_tags(call.client.default_tags(), &planned.tags);
    let Some(prior) = &plan.prior else {
        planned.log_groups = Attr::Unknown;
        return Ok(());
    };
    let Some(mut regions) = planned.regions() else {
        planned.log_groups = Attr::Unknown;
        return Ok(());
    };
    let not_enabled = memory::not_enabled(&call.private);
    regions.retain(|region| !not_enabled.contains(region));
    let is_open = planned.retention_in_days.is_unknown() || planned.kms_key_arns.is_unknown();
    planned.log_groups = if is_open {
        Attr::Unknown
    } else {
        Attr::Known(wanted::groups(planned, prior, &regions))
    };
    Ok(())
}
