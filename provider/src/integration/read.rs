//! Read: what is really there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::{Attr, Call, Diagnostic, Path, Result};

use super::drift::{self, Comparison};
use super::model::IntegrationModel;
use super::slots::SlotAssociation;
use super::{record, tags, wanted};
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::lambda::{Function, Snapshot};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::version::Version;
use crate::provider::Client;

/// Limit of one read; its calls answer in seconds.
pub(crate) const READ_LIMIT: Duration = Duration::from_secs(300);

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
    let distribution_id = state
        .distribution
        .known()
        .and_then(|distribution| distribution.id.known().cloned());
    let document = match &distribution_id {
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
    // applied.
    let applied_arn = state.qualified_arn.known().cloned();
    function_as_found(call, &mut state, &function, published.as_ref());
    match (distribution_id, document) {
        (Some(id), Some(document)) => slots_as_found(
            call,
            &mut state,
            &function.arn,
            applied_arn.as_deref(),
            &id,
            &document,
        ),
        (Some(id), None) => {
            call.diagnostics.push(distribution_gone(&id));
            state.slots = Attr::Known(BTreeMap::new());
        }
        (None, _) => state.slots = Attr::Known(BTreeMap::new()),
    }
    state.lambda_function_associations = wanted::associations(&state);
    Ok(Some(state))
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
    let visible = tags::visible(&function.tags);
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

fn slots_as_found(
    call: &mut Call<Client>,
    state: &mut IntegrationModel,
    function: &FunctionArn,
    applied_arn: Option<&str>,
    distribution_id: &str,
    document: &Document,
) {
    let behaviors: BTreeSet<&str> = document
        .behaviors()
        .iter()
        .map(|behavior| behavior.name.as_str())
        .collect();
    let wanted = state
        .distribution
        .known()
        .and_then(|distribution| wanted::slots_of(distribution, behaviors.iter().copied()))
        .unwrap_or_default();
    let found = document.slots();
    let drifts = Comparison {
        wanted: &wanted,
        recorded: &wanted::named(&state.slots),
        lambda_arn: applied_arn,
        function,
        behaviors: &behaviors,
        found: &found,
    }
    .drifts();
    // Without a version there was nothing to apply, so nothing can have drifted.
    if applied_arn.is_some() {
        call.diagnostics
            .extend(drift::warning(distribution_id, &drifts));
    }
    state.slots = Attr::Known(as_found(&wanted, &found));
}

fn as_found(
    wanted: &BTreeSet<Slot>,
    found: &BTreeMap<Slot, Association>,
) -> BTreeMap<String, SlotAssociation> {
    wanted
        .iter()
        .filter_map(|slot| {
            let association = found.get(slot)?;
            let lambda_arn = association.lambda_arn.clone().into();
            Some((
                slot.to_string(),
                SlotAssociation {
                    lambda_arn,
                    include_body: association.include_body.into(),
                },
            ))
        })
        .collect()
}

fn distribution_gone(id: &str) -> Diagnostic {
    Diagnostic::warning(format!("Distribution {id} no longer exists"))
        .detail(
            "Nothing is protected there any more, and an apply will fail. Change \
             `distribution.id`, or remove `distribution` to keep the function alone (emit \
             mode). A destroy works.",
        )
        .at(Path::root("distribution").attribute("id"))
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
    use super::*;
    use crate::aws::event_type::EventType;
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

    #[test]
    fn slots_show_what_stands_in_them_and_nothing_for_empty_or_unwanted_ones() {
        let slot = |behavior: &str| Slot::new(behavior, EventType::ViewerRequest);
        let held = |arn: &str| Association {
            lambda_arn: arn.to_owned(),
            include_body: true,
        };
        let found = BTreeMap::from([
            (slot("default"), held("arn:stranger:3")),
            (slot("/unwanted"), held("arn:other:1")),
        ]);
        let slots = as_found(&[slot("default"), slot("/empty")].into(), &found);
        assert_eq!(slots.keys().collect::<Vec<_>>(), ["default viewer-request"]);
        let lambda_arn = &slots["default viewer-request"].lambda_arn;
        assert_eq!(lambda_arn, &Attr::Known("arn:stranger:3".to_owned()));
    }
}
