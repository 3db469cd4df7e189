//! Plan of a destroy that is not part of a replacement: Terraform plans a replacement without it.

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::owner;
use crate::client::Client;
use crate::placement::leave;

/// Notes the destroy for the other plans of this run, and refuses it if one of them has taken its
/// own create for the replacement of this resource.
pub(super) async fn plan_destroy(call: &mut Call<Client>, prior: &IntegrationModel) -> Result<()> {
    owner::recall_claim(call, prior).await?;
    let Some(name) = prior.name.known() else {
        return Ok(());
    };
    leave(call, &prior.placement());
    if call.client.roster().note_destroyed(name) {
        return Err(renamed(name).into());
    }
    Ok(())
}

/// The error if one resource of this plan destroys the function that another one wants.
pub(super) fn renamed(name: &str) -> Diagnostic {
    Diagnostic::error(format!(
        "Function {name} would be destroyed and created by two resources"
    ))
    .detail(
        "This plan destroys the function at one address (or as the deposed object of a failed \
         replacement) and creates it at another, and Terraform does not tell the provider in \
         which order. If the address has changed, say so:\n\nmoved {\n  from = \
         netacea_cloudfront_integration.OLD\n  to   = netacea_cloudfront_integration.NEW\n}\n\nIf \
         two addresses have the function, remove one of them from the state:\n\nremoved {\n  from \
         = netacea_cloudfront_integration.OLD\n  lifecycle {\n    destroy = false\n  \
         }\n}\n\nOtherwise choose another `name`, or remove the old resource in a separate apply.",
    )
    .at(Path::root("name"))
}
