//! `netacea_edge_log_groups`: the log groups of one function, in every region where CloudFront runs
//! it.
//!
//! `wanted.rs` says what each group is to be, `each.rs` is the way to all regions at once, and
//! `memory.rs` keeps which of them cannot be used. `plan.rs`, `read.rs` and `apply.rs` do what
//! Terraform asks for.

mod apply;
mod each;
mod memory;
mod model;
mod plan;
mod read;
mod schema;
mod wanted;

use tfplugin::{Call, Create, Diagnostics, Plan, Resource, Result, Schema, Update};

use crate::client::Client;
use model::LogGroupsModel;

/// The resource.
#[derive(Debug)]
pub(crate) struct LogGroupsResource;

impl Resource for LogGroupsResource {
    type Model = LogGroupsModel;
    type Client = Client;

    const TYPE: &'static str = "edge_log_groups";

    fn schema(&self) -> Schema<LogGroupsModel> {
        schema::schema()
    }

    fn validate(&self, config: &LogGroupsModel, diagnostics: &mut Diagnostics) {
        schema::validate(config, diagnostics);
    }

    async fn read(
        &self,
        call: &mut Call<Client>,
        state: LogGroupsModel,
    ) -> Result<Option<LogGroupsModel>> {
        read::read(call, state).await
    }

    async fn plan(&self, call: &mut Call<Client>, plan: &mut Plan<LogGroupsModel>) -> Result<()> {
        plan::plan(call, plan)
    }

    async fn create(
        &self,
        call: &mut Call<Client>,
        change: Create<LogGroupsModel>,
        state: &mut Option<LogGroupsModel>,
    ) -> Result<()> {
        apply::create(call, change, state).await
    }

    async fn update(
        &self,
        call: &mut Call<Client>,
        change: Update<LogGroupsModel>,
        state: &mut LogGroupsModel,
    ) -> Result<()> {
        apply::update(call, change, state).await
    }

    async fn delete(&self, call: &mut Call<Client>, state: &mut LogGroupsModel) -> Result<()> {
        apply::delete(call, state).await
    }
}
