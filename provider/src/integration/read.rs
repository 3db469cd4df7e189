//! Read: what is really there.

use tfplugin::{Attr, Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::{record, tags};
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::error::Error;
use crate::aws::lambda::{Function, Snapshot};
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::placement::Form;
use crate::provider::Client;
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
    if let Some(function) = recorded_function(&state) {
        client.session().check_account(&function).await?;
    }
    let function = client.session().functions().read(&name, &deadline).await?;
    same_function(&state, function.as_ref())?;
    let mut placement = state.placement();
    let document = match placement.distribution_id() {
        Some(id) => client.session().distributions().read(id, &deadline).await?,
        None => None,
    };
    let Some(function) = function else {
        function_gone(call, &state, &name, document.as_ref());
        return Ok(None);
    };
    let published = match version(&state) {
        Some(version) => {
            client
                .session()
                .functions()
                .read_version(&name, version, &deadline)
                .await?
        }
        None => None,
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

/// Names are per account. Without the check of the account, a function of the same name in another one would pass for
/// ours.
fn same_function(state: &IntegrationModel, found: Option<&Function>) -> Result<(), Error> {
    match (recorded_function(state), found) {
        (Some(recorded), Some(found)) if found.arn.account_id != recorded.account_id => {
            Err(Error::WrongAccount {
                actual: found.arn.account_id.clone(),
                expected: format!("but the state records {recorded}"),
            })
        }
        _ => Ok(()),
    }
}

/// The function that the state speaks of.
pub(crate) fn recorded_function(state: &IntegrationModel) -> Option<FunctionArn> {
    state.function_arn.known().and_then(|arn| arn.parse().ok())
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

    if published.is_none() {
        state.version = Attr::Null;
        state.qualified_arn = Attr::Null;
    }
    let configuration = &function.latest.configuration;
    state.id = function.arn.name.clone().into();
    state.function_arn = function.arn.to_string().into();
    state.code_sha256 = function.latest.code_sha256.clone().into();
    state.role_arn = configuration.role_arn.clone().into();
    state.description =
        Attr::from_option(Some(configuration.description.clone()).filter(|text| !text.is_empty()));
    state.runtime = configuration.runtime.clone().into();
    state.memory_size = i64::from(configuration.memory_size).into();
    state.timeout = i64::from(configuration.timeout).into();
    let visible = tags::visible(&function.tags, call.client.ignored_tags());
    state.tags = tags::own(&visible, call.client.default_tags(), &state.tags);
    state.tags_all = visible.into();
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
    if function.latest.configuration != published.configuration
        || function.latest.handler != published.handler
    {
        edits.push(format!(
            "the configuration of $LATEST is not that of version {version}"
        ));
    }
    edits
}

fn function_gone(
    call: &mut Call<Client>,
    state: &IntegrationModel,
    name: &str,
    document: Option<&Document>,
) {
    let dangling: Vec<String> = match (document, recorded_function(state)) {
        (Some(document), Some(function)) => document
            .slots_of(&function)
            .keys()
            .map(ToString::to_string)
            .collect(),
        _ => Vec::new(),
    };
    let detail = if dangling.is_empty() {
        "It was deleted outside Terraform. The next apply creates it anew.".to_owned()
    } else {
        format!(
            "It was deleted outside Terraform, and the distribution still refers to it in: {}. \
             Visitors get errors there. The next apply creates the function anew and takes these \
             slots again; if you do not want that, remove the associations from the distribution.",
            dangling.join(", ")
        )
    };
    call.diagnostics.push(
        Diagnostic::warning(format!("Function {name} no longer exists"))
            .detail(detail)
            .at(Path::root("name")),
    );
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
            },
            code_sha256: code_sha256.to_owned(),
            code_size: 1,
            handler: "index.handler".to_owned(),
            architecture: "x86_64".to_owned(),
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
        assert!(
            edits(snapshot("a", 256), Some(&published))[0].contains("configuration of $LATEST")
        );
        assert!(edits(published, None)[0].contains("was deleted"));
    }

    #[test]
    fn another_function_of_the_same_name_and_version_is_noticed() {
        let stranger = snapshot("c", 128);
        assert!(edits(stranger.clone(), Some(&stranger))[0].contains("other code"));
    }
}
