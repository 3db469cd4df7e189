//! `action "netacea_cloudfront_detach"`: takes a function out of slots now.
//!
//! It is the switch for an emergency. Nothing that a resource holds by right is given up: its claim
//! and what it displaced stay recorded, so the next apply takes the slots again.

mod model;
mod told;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tfplugin::{Action, Attr, Call, Diagnostic, Path, Progress, Result, Schema};

use crate::aws::behavior_name;
use crate::aws::diagnostic::{no_such_distribution, no_such_function};
use crate::aws::error::Error;
use crate::aws::ownership::Ownership;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::client::Client;
use crate::placement;
use model::DetachModel;

/// Longer than CloudFront refuses an update because another one is in progress.
const LIMIT: Duration = Duration::from_secs(600);

/// The action.
#[derive(Debug)]
pub(crate) struct Detach;

impl Action for Detach {
    type Model = DetachModel;
    type Client = Client;

    const TYPE: &'static str = "cloudfront_detach";

    fn schema(&self) -> Schema<DetachModel> {
        Schema::of::<DetachModel>().describe(
            "Removes an integration's function from a distribution at once, in one update, and \
             restores the functions that it had displaced. For an emergency: `terraform apply \
             -invoke=action.netacea_cloudfront_detach.NAME`. The state is not touched. The next \
             plan shows the slots as drift, and the next apply takes them again, without \
             `adopt_existing`.",
        )
    }

    async fn invoke(
        &self,
        call: &mut Call<Client>,
        config: DetachModel,
        progress: &Progress,
    ) -> Result<()> {
        let started = Instant::now();
        let deadline = Deadline::after(LIMIT, call.stop.clone());
        let client = call.client.clone();
        let session = client.session();
        let name = config.function_name.known().cloned().unwrap_or_default();
        let id = config.distribution_id.known().cloned().unwrap_or_default();
        let function = session.functions().read(&name, &deadline).await?;
        let function = function.ok_or_else(|| no_such_function(&name))?;
        if Ownership::of(&function.tags) == Ownership::Stranger {
            return Err(not_ours(&name).into());
        }
        let behaviors = behaviors(&config.behaviors);
        let meant = |slot: &Slot| {
            let behaviors = behaviors.as_ref();
            behaviors.is_none_or(|behaviors| behaviors.contains(slot.behavior.as_str()))
        };
        let detached = session
            .distributions()
            .set_aside(&id, &function.arn, &function.tags, meant, &deadline)
            .await
            .map_err(|error| described(&id, error))?;
        let Some(detached) = detached else {
            let stays = told::nothing_to_do(&name, &id, behaviors.is_some());
            progress.report(stays).await;
            return Ok(());
        };
        let accepted = told::accepted(&name, &id, &detached, started.elapsed());
        progress.report(accepted).await;
        let warnings = detached.applied.warnings.iter().map(Error::warning);
        call.diagnostics.extend(warnings);
        call.diagnostics
            .extend(placement::unrestored(&id, &detached.applied.unrestored));
        progress.report(told::WHAT_FOLLOWS).await;
        if config.wait_for_deployment.known() == Some(&true)
            && let Some(deployment) = &detached.applied.deployment
        {
            progress.report(told::WAITING).await;
            let deployed = session.distributions().wait_deployed(deployment, &deadline);
            deployed.await?;
            progress
                .report(told::deployed(&id, started.elapsed()))
                .await;
        }
        Ok(())
    }
}

/// Names of behaviors as slots have them; `None` for all.
fn behaviors(names: &Attr<BTreeSet<String>>) -> Option<BTreeSet<&str>> {
    let names = names.known()?;
    Some(
        names
            .iter()
            .map(|name| behavior_name::meant(name))
            .collect(),
    )
}

fn described(id: &str, error: Error) -> Diagnostic {
    match error {
        Error::DistributionGone { .. } => no_such_distribution(id, "Check the id and the account.")
            .at(Path::root("distribution_id")),
        error => error.diagnostic(),
    }
}

fn not_ours(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} is not managed by this provider"))
        .detail(
            "It has no tag `netacea:managed-by`, so there is no record of what it displaced, and \
             no resource would take its slots again. Use the `name` of an integration, or remove \
             the function with the tool that attached it.",
        )
        .at(Path::root("function_name"))
}
