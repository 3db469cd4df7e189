//! `data "netacea_edge_deployer_policy"`: what the person or service that runs apply may do.

mod document;
mod model;

use tfplugin::{Call, DataSource, Result, Schema};

use crate::client::Client;
use document::document;
use model::DeployerPolicyModel;

/// The data source.
#[derive(Debug)]
pub(crate) struct DeployerPolicy;

impl DataSource for DeployerPolicy {
    type Model = DeployerPolicyModel;
    type Client = Client;

    const TYPE: &'static str = "edge_deployer_policy";

    fn schema(&self) -> Schema<DeployerPolicyModel> {
        Schema::of::<DeployerPolicyModel>().describe(
            "Permissions for the person or the pipeline that runs Terraform: those that an apply \
             of the named integrations needs, and no others. This data source makes no calls to \
             AWS.",
        )
    }

    async fn read(
        &self,
        _: &mut Call<Client>,
        mut config: DeployerPolicyModel,
    ) -> Result<DeployerPolicyModel> {
        config.policy_json = format!("{:#}", document(&config)).into();
        Ok(config)
    }
}
