//! `data "netacea_cloudfront_coverage"`: what of the account's distributions is protected, and what
//! is not.
//!
//! `model.rs` has the attributes, `select.rs` which distributions are meant, `read.rs` the calls,
//! `status.rs` the judgment on one behavior.

mod model;
mod read;
mod select;
mod status;

use tfplugin::{Call, DataSource, Result, Schema};

use crate::client::Client;
use model::CoverageModel;

/// The data source.
#[derive(Debug)]
pub(crate) struct Coverage;

impl DataSource for Coverage {
    type Model = CoverageModel;
    type Client = Client;

    const TYPE: &'static str = "cloudfront_coverage";

    fn schema(&self) -> Schema<CoverageModel> {
        Schema::of::<CoverageModel>().describe(
            "All CloudFront distributions of the account, or the ones that you name: which cache \
             behaviors are protected, which are not, and why. Reading takes one call for every \
             hundred distributions and one for each function attached to them, however many \
             behaviors there are. This needs the permissions `cloudfront:ListDistributions` and \
             `lambda:ListTags`.",
        )
    }

    async fn read(&self, call: &mut Call<Client>, config: CoverageModel) -> Result<CoverageModel> {
        read::read(call, config).await
    }
}
