//! `data "netacea_cloudfront_distribution"`: what stands in the slots of a distribution.

mod model;
mod query;
mod read;

use tfplugin::{Call, DataSource, Diagnostics, Result, Schema};

use crate::client::Client;
use model::DistributionModel;

/// The data source.
#[derive(Debug)]
pub(crate) struct Distribution;

impl DataSource for Distribution {
    type Model = DistributionModel;
    type Client = Client;

    const TYPE: &'static str = "cloudfront_distribution";

    fn schema(&self) -> Schema<DistributionModel> {
        Schema::of::<DistributionModel>().describe(
            "An existing CloudFront distribution: its cache behaviors, and the edge function in \
             each slot. Set its `id` or one `alias`.",
        )
    }

    fn validate(&self, config: &DistributionModel, diagnostics: &mut Diagnostics) {
        if config.id.is_unknown() || config.alias.is_unknown() {
            return;
        }
        if let Err(ambiguous) = query::query(config) {
            diagnostics.push(ambiguous);
        }
    }

    async fn read(
        &self,
        call: &mut Call<Client>,
        config: DistributionModel,
    ) -> Result<DistributionModel> {
        read::read(call, config).await
    }
}
