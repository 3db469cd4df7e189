//! `endpoints`: addresses to use instead of AWS's own.

use tfplugin::{Attr, Model, Object};

/// The `endpoints` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EndpointsBlock {
    /// Address of Lambda.
    pub(crate) lambda: Attr<String>,
    /// Address of CloudFront.
    pub(crate) cloudfront: Attr<String>,
    /// Address of CloudWatch Logs.
    pub(crate) logs: Attr<String>,
    /// Address of STS.
    pub(crate) sts: Attr<String>,
}

impl Model for EndpointsBlock {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("lambda", |m| &mut m.lambda)
            .optional()
            .check(endpoint)
            .describe("Address of Lambda.");
        object
            .attribute("cloudfront", |m| &mut m.cloudfront)
            .optional()
            .check(endpoint)
            .describe("Address of CloudFront.");
        object
            .attribute("logs", |m| &mut m.logs)
            .optional()
            .check(endpoint)
            .describe(
                "Address of CloudWatch Logs, which `netacea_edge_log_groups` calls in all regions.",
            );
        object
            .attribute("sts", |m| &mut m.sts)
            .optional()
            .check(endpoint)
            .describe("Address of STS.");
    }
}

fn endpoint(url: &str) -> Result<(), String> {
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(())
    } else {
        Err(format!(
            "`{url}` is not an address. Write it with its scheme, like \
             \"https://vpce-0123.lambda.us-east-1.vpce.amazonaws.com\"."
        ))
    }
}
