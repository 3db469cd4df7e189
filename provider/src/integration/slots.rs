//! How slots appear in Terraform.

use tfplugin::{Attr, Model, Object};

/// One value of `slots`: what stands in the slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SlotAssociation {
    /// Qualified ARN of the associated function.
    pub(crate) lambda_arn: Attr<String>,
    /// Whether the request body is handed to the function.
    pub(crate) include_body: Attr<bool>,
}

/// One element of `lambda_function_associations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LambdaFunctionAssociation {
    /// CloudFront event type.
    pub(crate) event_type: Attr<String>,
    /// Qualified ARN of our function.
    pub(crate) lambda_arn: Attr<String>,
    /// Whether the request body is handed to the function.
    pub(crate) include_body: Attr<bool>,
}

impl Model for SlotAssociation {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("lambda_arn", |m| &mut m.lambda_arn)
            .computed()
            .describe("Qualified ARN of the function in this slot.");
        object
            .attribute("include_body", |m| &mut m.include_body)
            .computed()
            .describe("Whether CloudFront hands the request body to the function.");
    }
}

impl Model for LambdaFunctionAssociation {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("event_type", |m| &mut m.event_type)
            .computed()
            .describe("CloudFront event type.");
        object
            .attribute("lambda_arn", |m| &mut m.lambda_arn)
            .computed()
            .describe("Qualified ARN of the published version.");
        object
            .attribute("include_body", |m| &mut m.include_body)
            .computed()
            .describe("Whether CloudFront hands the request body to the function.");
    }
}
