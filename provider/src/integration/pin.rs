//! `pinned_version`: point at a version that was published before, and publish nothing.
//!
//! Changes that would be published otherwise wait, and a warning lists them. A pinned version that
//! does not exist is an error only if it was just chosen, because an error would also prevent a
//! destroy.

use tfplugin::{Attr, Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::publication::{self, Reason};
use crate::aws::arn::QualifiedArn;
use crate::aws::lambda::Snapshot;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::client::Client;
use crate::timeouts::READ_LIMIT;

/// The version that `model` is pinned to.
pub(crate) fn version(model: &IntegrationModel) -> Option<Version> {
    model.pinned_version.known().map(|pinned| pinned.0)
}

/// A pinned version in Lambda.
#[derive(Debug)]
pub(crate) struct Pinned {
    /// Its ARN.
    pub(crate) arn: QualifiedArn,
    /// What was published then.
    pub(crate) snapshot: Snapshot,
}

impl Pinned {
    /// Looks the version up.
    ///
    /// # Errors
    /// There is no such version; the error lists the existing ones.
    pub(crate) async fn find(
        client: &Client,
        name: &str,
        version: Version,
        deadline: &Deadline,
    ) -> Result<Pinned> {
        let functions = client.session().functions();
        let function = functions
            .read(name, deadline)
            .await?
            .ok_or_else(|| no_function(name))?;
        match functions.read_version(name, version, deadline).await? {
            Some(snapshot) => Ok(Pinned {
                arn: function.arn.qualified(version),
                snapshot,
            }),
            None => {
                let versions = functions.versions(name, deadline).await?;
                Err(no_version(name, version, &versions).into())
            }
        }
    }
}

/// Plans the pinned version as the one in use. Changes that would be published otherwise wait, with
/// a warning.
pub(crate) async fn plan(
    call: &mut Call<Client>,
    prior: Option<&IntegrationModel>,
    planned: &mut IntegrationModel,
    version: Version,
) -> Result<()> {
    if let Some(prior) = prior {
        call.diagnostics.extend(waiting(prior, planned));
        // A newer provider's code waits as well.
        planned.bundle_version = prior.bundle_version.clone();
    }
    let number = Attr::Known(version);
    let live = prior.filter(|prior| prior.version == number && prior.qualified_arn.is_known());
    if let Some(live) = live {
        planned.keep_version(live);
        return Ok(());
    }
    let Some(name) = planned.name.known().cloned() else {
        leave_open(planned);
        return Ok(());
    };
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    match Pinned::find(&call.client, &name, version, &deadline).await {
        Ok(pinned) => {
            planned.use_version(&pinned.arn, &pinned.snapshot.code_sha256);
            // Terraform plans once more while it applies, and by then another function may have
            // this name and a version of this number.
            planned.code_sha256 = Attr::Unknown;
            Ok(())
        }
        // Terraform plans an update before it plans a destroy, so a version that was deleted after
        // the last apply must not be an error here. The read has warned, and an apply stops.
        Err(_) if prior.is_some_and(|prior| prior.pinned_version == planned.pinned_version) => {
            leave_open(planned);
            Ok(())
        }
        Err(errors) => Err(errors),
    }
}

/// Leaves open everything about the version: it is known after apply.
pub(crate) fn leave_open(planned: &mut IntegrationModel) {
    planned.version = Attr::Unknown;
    planned.qualified_arn = Attr::Unknown;
    planned.code_sha256 = Attr::Unknown;
}

/// The changes that do not take effect while a version is pinned.
fn waiting(prior: &IntegrationModel, planned: &IntegrationModel) -> Option<Diagnostic> {
    let reasons: Vec<String> = publication::reasons(Some(prior), planned, &[])
        .into_iter()
        .filter(|reason| match reason {
            Reason::NoVersion | Reason::EdgeCode => false,
            // A newer provider's digest covers more settings.
            Reason::Settings => prior.settings != planned.settings,
            _ => true,
        })
        .map(|reason| format!("  - {reason}"))
        .collect();
    (!reasons.is_empty()).then(|| {
        Diagnostic::warning("Nothing is published while a version is pinned")
            .detail(format!(
                "These changes wait until `pinned_version` is removed:\n{}",
                reasons.join("\n")
            ))
            .at(Path::root("pinned_version"))
    })
}

fn no_function(name: &str) -> Diagnostic {
    Diagnostic::error(format!("There is no function named {name}"))
        .detail(
            "The function does not exist yet, so it has no published version to pin. Remove \
             `pinned_version`: the first apply publishes version 1.",
        )
        .at(Path::root("pinned_version"))
}

fn no_version(name: &str, version: Version, versions: &[Version]) -> Diagnostic {
    let list: Vec<String> = versions.iter().map(ToString::to_string).collect();
    let there_are = if list.is_empty() {
        "It has no published version.".to_owned()
    } else {
        format!("Its published versions are: {}.", list.join(", "))
    };
    Diagnostic::error(format!("Function {name} has no version {version}"))
        .detail(format!(
            "{there_are} Pin a published version, or remove `pinned_version` to publish the \
             current configuration."
        ))
        .at(Path::root("pinned_version"))
}

#[cfg(test)]
mod tests {
    use super::super::lambda_attributes::LambdaAttributes;
    use super::*;

    fn memory(megabytes: i64) -> LambdaAttributes {
        LambdaAttributes {
            memory_size: megabytes.into(),
            ..LambdaAttributes::default()
        }
    }

    #[test]
    fn what_waits_is_named_and_the_providers_own_code_is_not() {
        let prior = IntegrationModel {
            qualified_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7".into(),
            bundle_version: "0.1.0".into(),
            lambda: memory(128),
            ..IntegrationModel::default()
        };
        let newer_provider = IntegrationModel {
            bundle_version: "0.2.0".into(),
            settings_sha256: "of more settings".into(),
            ..prior.clone()
        };
        let more_memory = IntegrationModel {
            lambda: memory(256),
            ..prior.clone()
        };
        assert_eq!(waiting(&prior, &newer_provider), None);
        let warning = waiting(&prior, &more_memory).expect("a warning");
        assert!(warning.detail_text().contains("memory_size changed"));
    }

    #[test]
    fn a_missing_version_is_refused_with_those_that_exist() {
        let versions = ["2", "9", "10"].map(|text| text.parse().expect("a version"));
        let error = no_version("netacea-shop", "7".parse().expect("a version"), &versions);
        assert!(error.detail_text().contains("2, 9, 10"));
    }
}
