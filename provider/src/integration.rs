//! `netacea_cloudfront_integration`: the edge function, and its place in a distribution.

mod apply;
mod checks;
mod delete;
mod distribution;
mod drift;
mod function;
mod gone;
mod identity;
mod import;
mod lambda_attributes;
mod lambda_function_association;
mod lease;
mod limits;
mod model;
mod on_destroy;
mod owner;
mod package;
mod pin;
mod pinned_version;
mod plan;
mod plan_destroy;
mod private_state;
mod prune;
mod publication;
mod read;
mod remains;
mod rollout;
mod runtime_support;
mod schema;
mod secrets;
mod settings;
mod tags;
mod take_over;
mod validate;

use tfplugin::{
    Call, Create, Diagnostics, Identified, Migrations, Plan, Resource, Result, Schema, Update,
};

use crate::client::Client;
use identity::IntegrationIdentity;

pub(crate) use model::{DEFAULT_RUNTIME, IntegrationModel};
pub(crate) use package::{settings_sha256, to_publish};
pub(crate) use secrets::SecretsModel;
pub(crate) use settings::{SettingsModel, path_of};
pub(crate) use tags::merged as merged_tags;
pub(crate) use validate::validate;

/// The resource.
#[derive(Debug)]
pub(crate) struct IntegrationResource;

impl Resource for IntegrationResource {
    type Model = IntegrationModel;
    type Client = Client;

    const TYPE: &'static str = "cloudfront_integration";

    fn schema(&self) -> Schema<IntegrationModel> {
        schema::schema()
    }

    fn migrations(&self) -> Migrations<IntegrationModel> {
        identity::migrations()
    }

    fn identity(&self) -> Option<Identified<IntegrationModel>> {
        Some(Identified::by::<IntegrationIdentity>())
    }

    fn validate(&self, config: &IntegrationModel, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    async fn read(
        &self,
        call: &mut Call<Client>,
        state: IntegrationModel,
    ) -> Result<Option<IntegrationModel>> {
        read::read(call, state).await
    }

    async fn plan(&self, call: &mut Call<Client>, plan: &mut Plan<IntegrationModel>) -> Result<()> {
        plan::plan(call, plan).await
    }

    async fn plan_destroy(&self, call: &mut Call<Client>, prior: &IntegrationModel) -> Result<()> {
        plan_destroy::plan_destroy(call, prior).await
    }

    async fn create(
        &self,
        call: &mut Call<Client>,
        change: Create<IntegrationModel>,
        state: &mut Option<IntegrationModel>,
    ) -> Result<()> {
        apply::create(call, change, state).await
    }

    async fn update(
        &self,
        call: &mut Call<Client>,
        change: Update<IntegrationModel>,
        state: &mut IntegrationModel,
    ) -> Result<()> {
        apply::update(call, change, state).await
    }

    async fn delete(&self, call: &mut Call<Client>, state: &mut IntegrationModel) -> Result<()> {
        delete::delete(call, state).await
    }

    async fn import(&self, call: &mut Call<Client>, id: &str) -> Result<IntegrationModel> {
        import::import(call, id).await
    }
}
