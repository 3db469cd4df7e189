//! Apply, first half: the version that is to be in use.

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::IntegrationModel;
use super::pin::{self, Pinned};
use super::{package, record};
use crate::aws::arn::QualifiedArn;
use crate::aws::lambda::FunctionConfiguration;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::bundle::Bundle;
use crate::client::Client;

/// How the planned version comes about.
#[derive(Debug)]
pub(crate) enum Release {
    /// It is the one that is in use.
    Keep(QualifiedArn),
    /// It was published before.
    Pin(Version),
    /// It is published now.
    Publish {
        /// The package.
        bundle: Bundle,
        /// The function's configuration.
        configuration: FunctionConfiguration,
    },
}

impl Release {
    /// What was planned. `config` is the only place where write-only secrets are.
    pub(crate) fn of(planned: &IntegrationModel, config: &IntegrationModel) -> Result<Release> {
        if let Attr::Known(arn) = &planned.qualified_arn {
            let arn = arn.parse().map_err(|error| {
                Diagnostic::error("The state names no published version").detail(format!("{error}"))
            })?;
            return Ok(Release::Keep(arn));
        }
        if let Some(version) = pin::version(planned) {
            return Ok(Release::Pin(version));
        }
        Ok(Release::Publish {
            bundle: package::bundle(planned, config)?,
            configuration: package::function_configuration(planned),
        })
    }

    /// Whether a version is published.
    pub(crate) fn publishes(&self) -> bool {
        matches!(self, Release::Publish { .. })
    }

    /// Brings it about, and notes it in `state`.
    pub(crate) async fn carry_out(
        &self,
        call: &mut Call<Client>,
        name: &str,
        state: &mut IntegrationModel,
        deadline: &Deadline,
    ) -> Result<QualifiedArn> {
        let client = call.client.clone();
        match self {
            Release::Keep(arn) => Ok(arn.clone()),
            Release::Pin(version) => {
                let pinned = Pinned::find(&client, name, *version, deadline).await?;
                note(state, &pinned.arn, &pinned.snapshot.code_sha256);
                Ok(pinned.arn)
            }
            Release::Publish {
                bundle,
                configuration,
            } => {
                let functions = client.session().functions();
                let published = functions
                    .publish(name, configuration, bundle, deadline)
                    .await?;
                note(state, &published, bundle.code_sha256());
                record::remember_publication(&mut call.private, bundle.code_sha256());
                Ok(published)
            }
        }
    }
}

fn note(state: &mut IntegrationModel, version: &QualifiedArn, code_sha256: &str) {
    state.function_arn = version.function.to_string().into();
    state.version = version.version.to_string().into();
    state.qualified_arn = version.to_string().into();
    state.code_sha256 = code_sha256.into();
}
