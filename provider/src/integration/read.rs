//! Read: what is really there.

use tfplugin::{Attr, Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::{import, pin, record, tags};
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::lambda::{Function, Snapshot};
use crate::aws::ownership::unfinished;
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::aws::version::Version;
use crate::client::Client;
use crate::placement::{Form, Placement};
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
    let (function, published) = match version(&state) {
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
        return Ok(without_function(call, state, placement, document.as_ref()));
    };
    client.note_read(&name);
    // A deleted version leaves no `qualified_arn`, but its associations are still those that were
    // applied: they are compared with what the state said.
    function_as_found(call, &mut state, &function, published.as_ref());
    placement.function = Some(function.arn);
    if let Some(document) = &document {
        placement.recall_displaced(document, &function.tags);
    }
    call.diagnostics
        .extend(placement.observe(document.as_ref(), Form::Nested));
    state.place(placement);
    Ok(Some(state))
}

/// Names are per account. Without the check of the account, a function of the same name in another
/// one would pass for ours.
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

fn version(state: &IntegrationModel) -> Option<Version> {
    state
        .version
        .known()
        .and_then(|version| version.parse().ok())
}

fn function_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    function: &Function,
    published: Option<&Snapshot>,
) {
    match pin::version(state) {
        Some(version) => pinned_as_found(call, state, version, published),
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
        let recorded = tags::visible(recorded, call.client.ignored_tags());
        tags_as_found(call, &function.arn, &recorded, &visible);
    }
    state.tags = tags::own(&visible, call.client.default_tags(), &state.tags);
    let unfinished = unfinished(&function.tags);
    if let Some((_, stage)) = &unfinished {
        call.diagnostics.push(open_to_others(&function.arn, stage));
    }
    state.tags_all = Attr::Known(visible.into_iter().chain(unfinished).collect());
}

/// What the next publication would start from, compared with what was published.
fn latest_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    function: &Function,
    published: Option<&Snapshot>,
) {
    let published_code = record::published_code(&call.private);
    let edits = remote_edits(state, published_code.as_deref(), function, published);
    if !edits.is_empty() {
        call.diagnostics.push(
            Diagnostic::warning(format!(
                "Function {} is not as published",
                function.arn.name
            ))
            .detail(format!(
                "  - {}\n\nThe next apply publishes a version anew.",
                edits.join("\n  - ")
            ))
            .at(Path::root("version")),
        );
    }
    record::remember_remote_edits(&mut call.private, &edits);

    let configuration = &function.latest.configuration;
    state.code_sha256 = function.latest.code_sha256.clone().into();
    state.role_arn = configuration.role_arn.clone().into();
    state.description =
        Attr::from_option(Some(configuration.description.clone()).filter(|text| !text.is_empty()));
    state.runtime = configuration.runtime.clone().into();
    state.memory_size = i64::from(configuration.memory_size).into();
    state.timeout = i64::from(configuration.timeout).into();
    state.log_format = configuration.log_format.clone().into();
    state.log_group = Attr::from_option(configuration.log_group.clone());
}

/// A pinned version never changes, and what is configured waits until it is released: `$LATEST`
/// means nothing meanwhile.
fn pinned_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    version: Version,
    published: Option<&Snapshot>,
) {
    record::remember_remote_edits(&mut call.private, &[]);
    match published {
        Some(published) => state.code_sha256 = published.code_sha256.clone().into(),
        None => call.diagnostics.push(
            Diagnostic::warning(format!("The pinned version {version} was deleted"))
                .detail(
                    "An apply will stop. Pin another version, or remove `pinned_version` to \
                     publish what is configured.",
                )
                .at(Path::root("pinned_version")),
        ),
    }
}

/// How what Lambda holds differs from what was published. A published version never changes, so
/// `$LATEST` is compared with it.
fn remote_edits(
    state: &IntegrationModel,
    published_code: Option<&str>,
    function: &Function,
    published: Option<&Snapshot>,
) -> Vec<String> {
    let Some(version) = state.version.known() else {
        return Vec::new();
    };
    let Some(published) = published else {
        return vec![format!("version {version} was deleted")];
    };
    let mut edits = Vec::new();
    if published_code.is_some_and(|code_sha256| code_sha256 != published.code_sha256) {
        edits.push(format!(
            "version {version} holds other code than this resource published"
        ));
    }
    if function.latest.code_sha256 != published.code_sha256 {
        edits.push(format!(
            "the code of $LATEST is not that of version {version}"
        ));
    }
    edits.extend(configuration_edits(version, &function.latest, published));
    edits
}

fn configuration_edits(
    version: &str,
    latest: &Snapshot,
    published: &Snapshot,
) -> impl Iterator<Item = String> {
    let (now, then) = (&latest.configuration, &published.configuration);
    [
        ("role_arn", now.role_arn.clone(), then.role_arn.clone()),
        (
            "description",
            format!("\"{}\"", now.description),
            format!("\"{}\"", then.description),
        ),
        ("runtime", now.runtime.clone(), then.runtime.clone()),
        (
            "memory_size",
            now.memory_size.to_string(),
            then.memory_size.to_string(),
        ),
        ("timeout", now.timeout.to_string(), then.timeout.to_string()),
        (
            "log_format",
            now.log_format.clone(),
            then.log_format.clone(),
        ),
        (
            "log_group",
            format!("\"{}\"", now.log_group.as_deref().unwrap_or_default()),
            format!("\"{}\"", then.log_group.as_deref().unwrap_or_default()),
        ),
        ("handler", latest.handler.clone(), published.handler.clone()),
    ]
    .into_iter()
    .filter(|(_, now, then)| now != then)
    .map(move |(name, now, then)| {
        format!("{name} of $LATEST is {now}; it is {then} in version {version}")
    })
    .chain(
        latest
            .forbidden
            .iter()
            .map(|part| format!("$LATEST has {part}, which Lambda@Edge forbids")),
    )
}

/// Warns of tags that are not as they were applied.
fn tags_as_found(call: &mut Call<Client>, function: &FunctionArn, recorded: &Tags, found: &Tags) {
    let changes = tags::changes(recorded, found);
    if changes.is_empty() {
        return;
    }
    call.diagnostics.push(
        Diagnostic::warning(format!(
            "Tags of function {} were changed outside Terraform",
            function.name
        ))
        .detail(format!("  - {}", changes.join("\n  - ")))
        .at(Path::root("tags")),
    );
}

/// The last call of a create is what closes the function to others. It is shown in `tags_all`, so
/// that the next plan repeats it.
fn open_to_others(function: &FunctionArn, stage: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "Function {} is marked as \"{stage}\"",
        function.name
    ))
    .detail(
        "It is in this state, and yet a create elsewhere would take it over as one that nobody finished. The next apply marks \
         it as \"ready\".",
    )
    .at(Path::root("tags_all"))
}

/// The state when the function is gone. As long as slots refer to it the integration stays: an
/// apply makes the function anew, and a destroy empties the slots.
fn without_function(
    call: &mut Call<Client>,
    mut state: IntegrationModel,
    mut placement: Placement,
    document: Option<&Document>,
) -> Option<IntegrationModel> {
    let dangling: Vec<String> = match (document, &placement.function) {
        (Some(document), Some(function)) => document
            .slots_of(function)
            .keys()
            .map(ToString::to_string)
            .collect(),
        _ => Vec::new(),
    };
    let name = state.name.known().cloned().unwrap_or_default();
    let gone = Diagnostic::warning(format!("Function {name} no longer exists"));
    if dangling.is_empty() {
        let detail = "It was deleted outside Terraform. The next apply creates it anew.";
        call.diagnostics
            .push(gone.detail(detail).at(Path::root("name")));
        return None;
    }
    call.diagnostics.push(
        gone.detail(format!(
            "It was deleted outside Terraform, and the distribution still refers to it in:\n  - \
             {}\n\nVisitors get errors there. The next apply creates the function anew and takes \
             these slots again; a destroy empties them.",
            dangling.join("\n  - ")
        ))
        .at(Path::root("name")),
    );
    state.version = Attr::Null;
    state.qualified_arn = Attr::Null;
    state.code_sha256 = Attr::Null;
    call.diagnostics
        .extend(placement.observe(document, Form::Nested));
    state.place(placement);
    Some(state)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::lambda::FunctionConfiguration;

    fn snapshot(code_sha256: &str, memory_size: i32) -> Snapshot {
        Snapshot {
            version: None,
            configuration: FunctionConfiguration {
                role_arn: "arn:aws:iam::123456789012:role/edge".to_owned(),
                description: String::new(),
                runtime: "nodejs24.x".to_owned(),
                memory_size,
                timeout: 5,
                log_format: "Text".to_owned(),
                log_group: None,
            },
            code_sha256: code_sha256.to_owned(),
            code_size: 1,
            handler: "index.handler".to_owned(),
            architecture: "x86_64".to_owned(),
            forbidden: Vec::new(),
            active: true,
        }
    }

    /// What is said about a function whose state records version 7, published with the code "a".
    fn edits(latest: Snapshot, published: Option<&Snapshot>) -> Vec<String> {
        let state = IntegrationModel {
            version: "7".into(),
            ..IntegrationModel::default()
        };
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
            .parse()
            .expect("an ARN");
        let function = Function {
            arn,
            latest,
            tags: BTreeMap::new(),
        };
        remote_edits(&state, Some("a"), &function, published)
    }

    #[test]
    fn a_function_as_published_shows_no_edits() {
        let published = snapshot("a", 128);
        assert_eq!(edits(published.clone(), Some(&published)), [""; 0]);
    }

    #[test]
    fn edits_of_latest_and_lost_versions_are_noticed() {
        let published = snapshot("a", 128);
        assert!(edits(snapshot("b", 128), Some(&published))[0].contains("code of $LATEST"));
        assert_eq!(
            edits(snapshot("a", 256), Some(&published)),
            ["memory_size of $LATEST is 256; it is 128 in version 7"]
        );
        let traced = Snapshot {
            forbidden: vec!["X-Ray tracing".to_owned()],
            ..published.clone()
        };
        assert_eq!(
            edits(traced, Some(&published)),
            ["$LATEST has X-Ray tracing, which Lambda@Edge forbids"]
        );
        assert!(edits(published, None)[0].contains("was deleted"));
    }

    #[test]
    fn another_function_of_the_same_name_and_version_is_noticed() {
        let stranger = snapshot("c", 128);
        assert!(edits(stranger.clone(), Some(&stranger))[0].contains("other code"));
    }
}
