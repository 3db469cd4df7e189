//! Read: the function and its slots as AWS has them.
//!
//! The function and its published version come from Lambda, the slots from CloudFront, and the
//! state becomes what they say. Warnings tell what differs from the last apply: `drift.rs` those
//! about the function, `placement/` those about the slots. `placement/` also reads from the tags
//! what was displaced. Differences that need another publication are passed on to the plan.
//! `gone.rs` handles a function that is gone.

use tfplugin::{Attr, Call, Result};

use super::lambda_attributes::LambdaAttributes;
use super::model::IntegrationModel;
use super::settings::SettingsModel;
use super::{drift, gone, import, pin, private_state, tags};
use crate::aws::error::Error;
use crate::aws::lambda::{Function, Snapshot};
use crate::aws::ownership::{owner, unfinished};
use crate::aws::retry::Deadline;
use crate::claimant;
use crate::client::Client;
use crate::placement::Form;
use crate::timeouts::READ_LIMIT;

/// The state as found; `None` when the function is gone.
pub(crate) async fn read(
    call: &mut Call<Client>,
    mut state: IntegrationModel,
) -> Result<Option<IntegrationModel>> {
    let client = call.client.clone();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let Some(name) = state.name.known().cloned() else {
        return Ok(None);
    };
    // In a wrong account everything looks gone, so this comes first.
    if let Some(function) = state.function() {
        client.session().check_account(&function, &deadline).await?;
    }
    if state.is_begun() {
        state = import::import(call, &name).await?;
    }
    let functions = client.session().functions();
    let (function, published) = match state.version.known().copied() {
        Some(version) => functions
            .read_with_version(&name, version, &deadline)
            .await?
            .unzip(),
        None => (functions.read(&name, &deadline).await?, None),
    };
    let published = published.flatten();
    same_function(&state, function.as_ref())?;
    let mut placement = state.placement();
    let document = match placement.distribution_id() {
        Some(id) => client.session().distributions().read(id, &deadline).await?,
        None => None,
    };
    let Some(function) = function else {
        return Ok(gone::without_function(
            call,
            &name,
            state,
            placement,
            document.as_ref(),
        ));
    };
    claimant::recover(&mut call.private, owner(&function.tags));
    claimant::of_state(&mut call.private, state.function_arn.known());
    let claim = claimant::recorded(&call.private);
    client.roster().note_read(&name, claim);
    // A deleted version leaves no `qualified_arn`, but its associations are still those that were
    // applied: they are compared with what the state said; `placement` is a copy of it.
    function_as_found(call, &mut state, &function, published.as_ref());
    placement.function = Some(function.arn);
    if let Some((id, function)) = placement.pair() {
        client.roster().note_placed(id, &function.name);
    }
    if let Some(document) = &document {
        placement.recall_displaced(document, &function.tags);
    }
    let drift = placement.observe(&mut call.private, document.as_ref(), Form::Nested);
    call.diagnostics.extend(drift);
    if let (Some(id), Some(document)) = (placement.distribution_id(), document) {
        let conduct = SettingsModel::conduct(&state.settings);
        placement.keep_unneeded(&mut call.private, &document, &conduct);
        client.lookout().saw(id, document);
    }
    state.place(placement);
    Ok(Some(state))
}

/// Names are per account. Without a check of the account, a function of the same name in another
/// one would look like ours.
fn same_function(state: &IntegrationModel, found: Option<&Function>) -> Result<(), Error> {
    match (state.function(), found) {
        (Some(recorded), Some(found)) if found.arn.account_id != recorded.account_id => {
            Err(Error::WrongAccount {
                actual: found.arn.account_id.clone(),
                expected: format!("but the state records {recorded}"),
            })
        }
        _ => Ok(()),
    }
}

fn function_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    function: &Function,
    published: Option<&Snapshot>,
) {
    match pin::version(state) {
        // A pinned version never changes, and the configuration waits until the pin is removed, so
        // `$LATEST` does not matter meanwhile.
        Some(version) => {
            private_state::remember_remote_edits(&mut call.private, &[]);
            match published {
                Some(published) => state.code_sha256 = published.code_sha256.clone().into(),
                None => call.diagnostics.push(drift::pinned_version_gone(version)),
            }
        }
        None => latest_as_found(call, state, function, published),
    }
    if published.is_none() {
        state.version = Attr::Null;
        state.qualified_arn = Attr::Null;
    }
    state.id = function.arn.name.clone().into();
    state.function_arn = function.arn.to_string().into();
    let visible = tags::visible(&function.tags, call.client.ignored_tags());
    if let Some(recorded) = state.tags_all.known() {
        // Only tags that are visible now and were visible then can have drifted.
        let recorded = tags::visible(recorded, call.client.ignored_tags());
        let ignored_then = private_state::ignored_tags(&call.private);
        let found = tags::visible(&visible, &ignored_then);
        call.diagnostics
            .extend(drift::of_tags(&function.arn, &recorded, &found));
    }
    private_state::remember_ignored_tags(&mut call.private, call.client.ignored_tags());
    state.tags = tags::own(&visible, call.client.default_tags(), &state.tags);
    let unfinished = unfinished(&function.tags);
    if let Some((_, stage)) = &unfinished {
        call.diagnostics
            .push(drift::open_to_others(&function.arn, stage));
    }
    state.tags_all = Attr::Known(visible.into_iter().chain(unfinished).collect());
}

/// Compares `$LATEST`, from which the next version would be published, with what was published.
fn latest_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    function: &Function,
    published: Option<&Snapshot>,
) {
    let published_code = private_state::published_code(&call.private);
    let edits = match state.version.known() {
        Some(version) => drift::of_function(
            *version,
            published_code.as_deref(),
            &function.latest,
            published,
        ),
        None => Vec::new(),
    };
    call.diagnostics
        .extend(drift::warning(&function.arn, &edits));
    private_state::remember_remote_edits(&mut call.private, &edits);
    state.code_sha256 = function.latest.code_sha256.clone().into();
    state.lambda = LambdaAttributes::found(&function.latest.configuration);
}
