use tfplugin::{Attr, Model, Object};

/// One value of a `slots` attribute: what stands in the slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SlotAssociation {
    /// Qualified ARN of the associated function.
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
