//! Import: an association from what a distribution holds.

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::AssociationModel;
use crate::aws::arn::FunctionArn;
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::document::Document;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::placement::{DEFAULT_WAIT_FOR_DEPLOYMENT, Found};
use crate::timeouts::READ_LIMIT;

/// The state of the association that `id` names: `<distribution id>,<function name>`.
pub(super) async fn import(call: &mut Call<Client>, id: &str) -> Result<AssociationModel> {
    let (distribution_id, name) = match id.split(',').map(str::trim).collect::<Vec<_>>()[..] {
        [distribution_id, name] if !distribution_id.is_empty() && !name.is_empty() => {
            (distribution_id, name)
        }
        _ => return Err(not_an_id(id).into()),
    };
    let client = call.client.clone();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let document = client
        .session()
        .distributions()
        .read(distribution_id, &deadline)
        .await?
        .ok_or_else(|| no_such_distribution(distribution_id, "Correct the id."))?;
    let absent = || no_slots(distribution_id, name);
    let function = associated(&document, name).ok_or_else(absent)?;
    let found = Found::new(distribution_id, &document, &function);
    let version = found.version().ok_or_else(absent)?;
    // What was displaced is in the tags; a function that is gone has none.
    let tags = client.session().functions().read(name, &deadline).await?;
    let displaced = tags.map(|function| found.displaced(&function.tags));
    let site = found.site;
    let mut model = AssociationModel {
        distribution_id: site.id,
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

/// The function of this name that stands somewhere in the distribution.
fn associated(document: &Document, name: &str) -> Option<FunctionArn> {
    document
        .slots()
        .values()
        .filter_map(|association| association.lambda_arn.parse::<FunctionArn>().ok())
        .find(|function| function.name == name)
}

fn not_an_id(id: &str) -> Diagnostic {
    Diagnostic::error(format!("`{id}` is not an import id"))
        .detail("Use distribution id and function name, like `E2QWRUHAPOMQZL,netacea-shop`.")
}

fn no_slots(distribution_id: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!(
        "No slot of distribution {distribution_id} holds a version of {name}"
    ))
    .detail(
        "There is nothing to import. Check the function's name; to attach it, leave the import \
         out and apply.",
    )
}
