//! The arguments of `netacea_cloudfront_detach`.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::integration_name;
use crate::placement;

/// What is to be taken out of what.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DetachModel {
    pub(crate) function_name: Attr<String>,
    pub(crate) distribution_id: Attr<String>,
    pub(crate) behaviors: Attr<BTreeSet<String>>,
    pub(crate) wait_for_deployment: Attr<bool>,
}

impl Model for DetachModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("function_name", |m| &mut m.function_name)
            .required()
            .check(integration_name)
            .describe("`name` of the integration whose function is removed.");
        object
            .attribute("distribution_id", |m| &mut m.distribution_id)
            .required()
            .check(placement::distribution_id)
            .describe("Id of the distribution, like `E2QWRUHAPOMQZL`.");
        object
            .attribute("behaviors", |m| &mut m.behaviors)
            .optional()
            .check(placement::behaviors)
            .describe(
                "Cache behaviors to remove the function from, named as in `behaviors` of the \
                 integration. Default: all of them.",
            );
        object
            .attribute("wait_for_deployment", |m| &mut m.wait_for_deployment)
            .optional()
            .describe(
                "Whether to wait until no edge location runs the function. Default `false`: the \
                 action ends when CloudFront has accepted the update, which then takes a few \
                 minutes to reach all edge locations.",
            );
    }
}
