//! Import: an association from what a distribution holds.

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::AssociationModel;
use crate::aws::arn::FunctionArn;
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::document::Document;
use crate::aws::function_reference::{FunctionReference, ReferenceError};
use crate::aws::ownership::placer;
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::placement::{self, DEFAULT_WAIT_FOR_DEPLOYMENT, Found};
use crate::timeouts::READ_LIMIT;

/// The state of the association that `id` names: `<distribution id>,<function>`, where the function
/// is given by its name or ARN, with or without a version.
pub(super) async fn import(call: &mut Call<Client>, id: &str) -> Result<AssociationModel> {
    let (distribution_id, reference) = meant(id)?;
    let name = reference.name.as_str();
    let client = call.client.clone();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    if let Some(account_id) = client.session().account(&deadline).await? {
        reference.check_account(&account_id)?;
    }
    let document = client
        .session()
        .distributions()
        .read(distribution_id, &deadline)
        .await?
        .ok_or_else(|| no_such_distribution(distribution_id, "Correct the id."))?;
    let absent = || no_slots(distribution_id, name);
    let function = associated(&document, &reference).ok_or_else(absent)?;
    let found = Found::new(distribution_id, &document, &function);
    let version = found.choose(reference.version)?.ok_or_else(absent)?;
    // What was displaced is in the tags; a function that is gone has none.
    let tags = client.session().functions().read(name, &deadline).await?;
    let displaced = tags.map(|function| {
        // The user asked for this import, so the pair is this resource's from now on.
        let placer = placer(&function.tags, distribution_id);
        claimant::succeeding(&mut call.private, placer.map(|placer| placer.claim));
        found.displaced(&function.tags)
    });
    let site = found.site;
    let mut model = AssociationModel {
        distribution_id: site.id,
        staging: site.staging,
        lambda_arn: function.qualified(version).to_string().into(),
        behaviors: site.behaviors,
        events: site.events,
        include_body: site.include_body,
        adopt_existing: site.adopt_existing,
        restore_previous_on_destroy: site.restore_previous_on_destroy,
        wait_for_deployment: DEFAULT_WAIT_FOR_DEPLOYMENT.into(),
        displaced: Attr::Known(displaced.unwrap_or_default()),
        ..AssociationModel::default()
    };
    model.id = model.identify();
    Ok(model)
}

/// The function that is meant, if the distribution holds it in a slot.
fn associated(document: &Document, reference: &FunctionReference) -> Option<FunctionArn> {
    document
        .slots()
        .values()
        .filter_map(|association| association.lambda_arn.parse::<FunctionArn>().ok())
        .find(|function| reference.means(function))
}

/// The distribution and the function that an import id names.
fn meant(id: &str) -> Result<(&str, FunctionReference)> {
    let (distribution_id, function) = id
        .split_once(',')
        .map(|(distribution_id, function)| (distribution_id.trim(), function.trim()))
        .ok_or_else(|| not_an_id(id, "The id has no comma"))?;
    placement::distribution_id(distribution_id).map_err(|message| not_an_id(id, &message))?;
    let reference = function
        .parse()
        .map_err(|error: ReferenceError| not_an_id(id, &error.to_string()))?;
    Ok((distribution_id, reference))
}

fn not_an_id(id: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("`{id}` is not an import id")).detail(format!(
        "{}.\n\nUse the distribution's id and the function's name or ARN, like \
         `E2QWRUHAPOMQZL,netacea-shop`.",
        reason.trim_end_matches('.')
    ))
}

fn no_slots(distribution_id: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!(
        "No slot of distribution {distribution_id} holds a version of {name}"
    ))
    .detail(
        "There is nothing to import. Check the function's name. To attach it instead, remove the \
         import and apply.",
    )
}
