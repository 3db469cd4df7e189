//! The first half of an apply: the version that will be in use.
//!
//! A plan keeps the version that is there, pins one that was published before, or publishes. Which
//! of the three it is follows from the plan alone, so it is decided before anything is written.

use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::IntegrationModel;
use super::pin::{self, Pinned};
use super::{package, private_state};
use crate::aws::arn::QualifiedArn;
use crate::aws::lambda::FunctionConfiguration;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::bundle::Package;
use crate::client::Client;

/// How the apply gets the planned version.
#[derive(Debug)]
pub(crate) enum Rollout {
    /// The version in use stays.
    Keep(QualifiedArn),
    /// The version was published before.
    Pin(Version),
    /// A new version is published.
    Publish {
        /// The package.
        package: Package,
        /// The function's configuration.
        configuration: FunctionConfiguration,
    },
}

impl Rollout {
    /// The rollout that was planned. `config` is the only place where write-only secrets are.
    pub(crate) fn of(planned: &IntegrationModel, config: &IntegrationModel) -> Result<Rollout> {
        if let Attr::Known(arn) = &planned.qualified_arn
            && !planned.code_sha256.is_unknown()
        {
            let arn = arn.parse().map_err(|error| {
                Diagnostic::error(
                    "`qualified_arn` in the state is not the ARN of a published \
                                   version",
                )
                .detail(format!(
                    "The error is: {error}. If somebody has edited the state, restore \
                     an earlier copy of it. Otherwise this is a bug in the provider; please report \
                     it."
                ))
            })?;
            return Ok(Rollout::Keep(arn));
        }
        if let Some(version) = pin::version(planned) {
            return Ok(Rollout::Pin(version));
        }
        Ok(Rollout::Publish {
            package: package::to_publish(planned, config)?,
            configuration: planned.lambda.configuration()?,
        })
    }

    /// Whether a version is published.
    pub(crate) fn publishes(&self) -> bool {
        matches!(self, Rollout::Publish { .. })
    }

    /// Carries it out, and notes the version in `state`.
    pub(crate) async fn carry_out(
        &self,
        call: &mut Call<Client>,
        name: &str,
        state: &mut IntegrationModel,
        deadline: &Deadline,
    ) -> Result<QualifiedArn> {
        let client = call.client.clone();
        match self {
            Rollout::Keep(arn) => Ok(arn.clone()),
            Rollout::Pin(version) => {
                let pinned = Pinned::find(&client, name, *version, deadline).await?;
                state.use_version(&pinned.arn, &pinned.snapshot.code_sha256);
                Ok(pinned.arn)
            }
            Rollout::Publish {
                package,
                configuration,
            } => {
                let functions = client.session().functions();
                let published = functions
                    .publish(name, configuration, package, deadline)
                    .await?;
                state.use_version(&published, package.code_sha256());
                private_state::remember_publication(&mut call.private, package.code_sha256());
                Ok(published)
            }
        }
    }
}
