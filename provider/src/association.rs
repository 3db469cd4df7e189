//! `netacea_cloudfront_association`: a published version in one more distribution.

mod apply;
mod claim;
mod identity;
mod import;
mod lambda_arn;
mod model;
mod plan;
mod read;
mod schema;
mod validate;

use tfplugin::{Call, Create, Diagnostics, Identified, Plan, Resource, Result, Schema, Update};

use crate::client::Client;
use identity::AssociationIdentity;

pub(crate) use model::AssociationModel;

/// The resource.
#[derive(Debug)]
pub(crate) struct AssociationResource;

impl Resource for AssociationResource {
    type Model = AssociationModel;
    type Client = Client;

    const TYPE: &'static str = "cloudfront_association";

    fn schema(&self) -> Schema<AssociationModel> {
        schema::schema()
    }

    fn identity(&self) -> Option<Identified<AssociationModel>> {
        // Its `lambda_arn` may name a version of another function in an update.
        Some(Identified::by::<AssociationIdentity>().mutable())
    }

    fn validate(&self, config: &AssociationModel, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    async fn read(
        &self,
        call: &mut Call<Client>,
        mut state: AssociationModel,
    ) -> Result<Option<AssociationModel>> {
        if let Some(id) = identity::import_id_of(&state) {
            state = import::import(call, &id).await?;
        }
        read::read(call, state).await.map(Some)
    }

    async fn plan(&self, call: &mut Call<Client>, plan: &mut Plan<AssociationModel>) -> Result<()> {
        plan::plan(call, plan).await
    }

    async fn plan_destroy(&self, call: &mut Call<Client>, prior: &AssociationModel) -> Result<()> {
        plan::plan_destroy(call, prior).await
    }

    async fn create(
        &self,
        call: &mut Call<Client>,
        change: Create<AssociationModel>,
        state: &mut Option<AssociationModel>,
    ) -> Result<()> {
        apply::create(call, change, state).await
    }

    async fn update(
        &self,
        call: &mut Call<Client>,
        change: Update<AssociationModel>,
        state: &mut AssociationModel,
    ) -> Result<()> {
        apply::update(call, change, state).await
    }

    async fn delete(&self, call: &mut Call<Client>, state: &mut AssociationModel) -> Result<()> {
        apply::delete(call, state).await
    }

    async fn import(&self, call: &mut Call<Client>, id: &str) -> Result<AssociationModel> {
        import::import(call, id).await
    }
}
