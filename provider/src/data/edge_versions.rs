//! `data "netacea_edge_versions"`: the published versions of a function, so that going back is a
//! choice and not a guess.

mod model;
mod read;

use tfplugin::{Call, DataSource, Result, Schema};

use crate::client::Client;
use model::EdgeVersionsModel;

/// The data source.
#[derive(Debug)]
pub(crate) struct EdgeVersions;

impl DataSource for EdgeVersions {
    type Model = EdgeVersionsModel;
    type Client = Client;

    const TYPE: &'static str = "edge_versions";

    fn schema(&self) -> Schema<EdgeVersionsModel> {
        Schema::of::<EdgeVersionsModel>().describe(
            "The published versions of an integration's function: what each was published with, \
             and where it is attached. You can use any of them as `pinned_version` of the \
             integration. The data source downloads the package of each version to read its \
             settings; it does not show secrets. This needs the permissions \
             `lambda:ListVersionsByFunction`, `lambda:GetFunction` and \
             `cloudfront:ListDistributions`. Without `cloudfront:GetDistributionConfig`, `places` \
             may be older than the last update of a distribution.",
        )
    }

    async fn read(
        &self,
        call: &mut Call<Client>,
        config: EdgeVersionsModel,
    ) -> Result<EdgeVersionsModel> {
        read::read(call, config).await
    }
}
