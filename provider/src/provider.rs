//! The provider: its block, its resources and data sources.

mod configuration;
mod settings;
mod validate;

use tfplugin::{Attr, Configure, Diagnostics, Provider, Registry, Result, Schema};

use crate::association::Association;
use crate::aws::session::Session;
use crate::client::Client;
use crate::data::{DeployerPolicy, Distribution, EdgeBundle, RolePolicy};
use crate::functions::{ParseQualifiedArn, SettingsFromJson};
use crate::integration::Integration;
use configuration::Configuration;

/// The netacea provider.
#[derive(Debug)]
pub(crate) struct Netacea;

impl Provider for Netacea {
    type Configuration = Configuration;
    type Client = Client;

    const NAME: &'static str = "netacea";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>().describe(
            "Puts Netacea's bot protection on CloudFront distributions. Credentials come from the \
             same places as those of the aws provider. There is no region: Lambda@Edge functions \
             live in us-east-1.",
        )
    }

    fn validate(&self, configuration: &Configuration, diagnostics: &mut Diagnostics) {
        validate::validate(configuration, diagnostics);
    }

    async fn configure(
        &self,
        call: &mut Configure,
        mut configuration: Configuration,
    ) -> Result<Client> {
        let default_tags = match std::mem::take(&mut configuration.default_tags) {
            Attr::Null => Attr::Null,
            Attr::Unknown => Attr::Unknown,
            Attr::Known(block) => block.tags,
        };
        let ignored_tags = settings::ignored_tags(std::mem::take(&mut configuration.ignore_tags))?;
        let settings = settings::settings(configuration)?;
        Ok(Client::new(
            Session::new(settings, &call.terraform_version),
            default_tags,
        )
        .ignoring(ignored_tags))
    }

    fn register(&self, registry: &mut Registry<Client>) {
        registry.resource(Integration);
        registry.resource(Association);
        registry.data_source(Distribution);
        registry.data_source(EdgeBundle);
        registry.data_source(RolePolicy);
        registry.data_source(DeployerPolicy);
        registry.function(ParseQualifiedArn);
        registry.function(SettingsFromJson);
    }
}
