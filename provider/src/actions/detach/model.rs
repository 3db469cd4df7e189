//! The arguments of `netacea_cloudfront_detach`.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::{is_distribution_id, is_function_name};

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
            .check(function_name)
            .describe("`name` of the integration whose function is taken out.");
        object
            .attribute("distribution_id", |m| &mut m.distribution_id)
            .required()
            .check(distribution_id)
            .describe("Id of the distribution, like `E2QWRUHAPOMQZL`.");
        object
            .attribute("behaviors", |m| &mut m.behaviors)
            .optional()
            .check(behaviors)
            .describe(
                "Cache behaviors that the function is taken out of, by the names that `behaviors` \
                 of the integration takes. Without it, the function is taken out of all.",
            );
        object
            .attribute("wait_for_deployment", |m| &mut m.wait_for_deployment)
            .optional()
            .describe(
                "Whether to wait until all edge locations work without the function. Default \
                 `false`: the action ends when CloudFront has accepted the update, which then \
                 takes a few minutes to arrive everywhere.",
            );
    }
}

fn function_name(name: &str) -> Result<(), String> {
    if is_function_name(name) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not the name of a Lambda function. Use `name` of the integration, like \
             \"netacea-shop\": neither an ARN nor `name:version`."
        ))
    }
}

fn distribution_id(id: &str) -> Result<(), String> {
    if is_distribution_id(id) {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\"."
        ))
    }
}

fn behaviors(names: &BTreeSet<String>) -> Result<(), String> {
    if names.is_empty() {
        Err("An empty set chooses nothing. Leave `behaviors` out for all.".to_owned())
    } else {
        Ok(())
    }
}
