//! The provider: its block, its resources and data sources.

mod block;
mod resolve;
mod validate;

use tfplugin::{Configure, Diagnostics, Provider, Registry, Result, Schema};

use crate::actions::{Detach, SmokeTest};
use crate::association::AssociationResource;
use crate::aws::session::AwsSession;
use crate::client::Client;
use crate::data::{
    Coverage, DeployerPolicy, Distribution, EdgeBundle, EdgeDashboard, EdgeVersions, RolePolicy,
};
use crate::functions::{ParseQualifiedArn, SettingsFromJson};
use crate::integration::IntegrationResource;
use crate::lists::{Associations, Integrations};
use crate::log_groups::LogGroupsResource;
use block::ProviderBlock;

/// The netacea provider.
#[derive(Debug)]
pub(crate) struct Netacea;

impl Provider for Netacea {
    type Configuration = ProviderBlock;
    type Client = Client;

    const NAME: &'static str = "netacea";

    fn schema(&self) -> Schema<ProviderBlock> {
        Schema::of::<ProviderBlock>().describe(
            "Puts Netacea's bot protection on CloudFront distributions. The provider finds \
             credentials in the same places as the aws provider. It has no region argument, \
             because Lambda@Edge functions must be in us-east-1.",
        )
    }

    fn validate(&self, block: &ProviderBlock, diagnostics: &mut Diagnostics) {
        validate::validate(block, diagnostics);
    }

    async fn configure(&self, call: &mut Configure, mut block: ProviderBlock) -> Result<Client> {
        let default_tags = std::mem::take(&mut block.default_tags).and_then(|block| block.tags);
        let ignored_tags = resolve::ignored_tags(std::mem::take(&mut block.ignore_tags))?;
        let settings = resolve::connection_settings(block)?;
        Ok(Client::new(
            AwsSession::new(settings, &call.terraform_version),
            default_tags,
        )
        .ignoring(ignored_tags))
    }

    fn register(&self, registry: &mut Registry<Client>) {
        registry.resource(IntegrationResource);
        registry.resource(AssociationResource);
        registry.resource(LogGroupsResource);
        registry.data_source(Distribution);
        registry.data_source(Coverage);
        registry.data_source(EdgeBundle);
        registry.data_source(EdgeDashboard);
        registry.data_source(EdgeVersions);
        registry.data_source(RolePolicy);
        registry.data_source(DeployerPolicy);
        registry.list_resource(Integrations);
        registry.list_resource(Associations);
        registry.action(Detach);
        registry.action(SmokeTest);
        registry.function(ParseQualifiedArn);
        registry.function(SettingsFromJson);
    }
}
