//! Plan: which slots will hold the function, and who has to make room.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Diagnostic, Diagnostics, Path, Result};

use super::distribution::Distribution;
use super::model::IntegrationModel;
use super::read::{READ_LIMIT, recorded_function};
use super::trial::Trial;
use super::wanted;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::Conflict;
use crate::provider::Client;

/// Plans `slots` and `displaced`. `planned.qualified_arn` must have been planned before.
pub(crate) async fn plan(
    call: &mut Call<Client>,
    prior: Option<&IntegrationModel>,
    planned: &mut IntegrationModel,
) -> Result<()> {
    let distribution = match &planned.distribution {
        Attr::Null => {
            planned.slots = Attr::Known(BTreeMap::new());
            planned.displaced = Attr::Known(BTreeMap::new());
            return Ok(());
        }
        Attr::Known(distribution) => distribution.clone(),
        Attr::Unknown => return leave_open(planned),
    };
    let Some(id) = distribution.id.known().cloned() else {
        return leave_open(planned);
    };
    let prior = prior.filter(|prior| distribution_id(prior) == Some(&id));
    if let Some(slots) = undisturbed(prior, &distribution, planned) {
        planned.slots = Attr::Known(slots);
        return Ok(());
    }
    if distribution.behaviors.is_unknown() || distribution.events.is_unknown() {
        return leave_open(planned);
    }
    let site = Site {
        settled: is_settled(&call.client, prior, planned),
        id,
        distribution,
        prior,
    };
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let client = call.client.clone();
    match client
        .session()
        .distributions()
        .read(&site.id, &deadline)
        .await?
    {
        Some(document) => site.plan(call, &document, planned).await,
        None => site.plan_without_document(planned),
    }
}

/// Whether this configuration was applied before, so that what is wrong now came up since.
///
/// Terraform plans an update before it plans a destroy, and an error in the first prevents the
/// second. So what happened to a distribution since the last apply must be no error of the plan; an
/// apply meets it again, and stops before it writes.
fn is_settled(
    client: &Client,
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
) -> bool {
    match prior {
        Some(prior) => prior.distribution == planned.distribution,
        // Terraform hides the state of a tainted resource from the plan, but it was read.
        None => planned
            .name
            .known()
            .is_some_and(|name| client.has_read(name)),
    }
}

/// A distribution that is to be protected, and what is known about it without asking AWS.
struct Site<'a> {
    id: String,
    distribution: Distribution,
    /// The state, if it speaks of the same distribution.
    prior: Option<&'a IntegrationModel>,
    settled: bool,
}

impl Site<'_> {
    async fn plan(
        &self,
        call: &mut Call<Client>,
        document: &Document,
        planned: &mut IntegrationModel,
    ) -> Result<()> {
        let behaviors = document
            .behaviors()
            .iter()
            .map(|behavior| behavior.name.as_str());
        let Some(wanted) = wanted::slots_of(&self.distribution, behaviors) else {
            return leave_open(planned);
        };
        warn_about(call, document, &wanted, &self.id);
        planned.slots = Attr::Known(wanted::attribute(&wanted, &planned.qualified_arn));
        let client = call.client.clone();
        let Some(function) = function_arn(&client, self.prior, planned).await? else {
            planned.displaced = Attr::Unknown;
            return Ok(());
        };
        let claimed = client
            .session()
            .distributions()
            .claim(&self.id, &function.name, &wanted);
        if !claimed.is_empty() {
            return Err(claimed
                .iter()
                .map(|conflict| self.at(conflict))
                .collect::<Diagnostics>());
        }
        let trial = Trial {
            document,
            function: &function,
            wanted: &wanted,
            distribution: &self.distribution,
        };
        let newly_displaced = match trial.run(|holder| client.replaces(holder)) {
            Ok(newly_displaced) => newly_displaced,
            Err(conflicts) if self.settled => {
                call.diagnostics
                    .extend(conflicts.iter().map(|conflict| self.came_up(conflict)));
                None
            }
            Err(conflicts) => {
                return Err(conflicts
                    .iter()
                    .map(|conflict| self.at(conflict))
                    .collect::<Diagnostics>());
            }
        };
        // Without state, what stood in our slots before us is known to AWS alone: a create that was
        // killed left it in tags.
        let is_continued = self.prior.is_none() && !document.slots_of(&function).is_empty();
        planned.displaced = match newly_displaced.filter(|_| !is_continued) {
            Some(newly) => {
                let mut all = self
                    .prior
                    .map(|prior| displaced(prior, &wanted))
                    .unwrap_or_default();
                all.extend(
                    newly
                        .into_iter()
                        .map(|(slot, association)| (slot.to_string(), association.lambda_arn)),
                );
                Attr::Known(all)
            }
            None => Attr::Unknown,
        };
        Ok(())
    }

    fn plan_without_document(&self, planned: &mut IntegrationModel) -> Result<()> {
        if !self.settled {
            return Err(no_distribution(&self.id).into());
        }
        // The read has warned.
        let named = wanted::slots_of(&self.distribution, [])
            .filter(|_| self.distribution.behaviors.is_known());
        planned.slots = named.map_or(Attr::Unknown, |slots| {
            Attr::Known(wanted::attribute(&slots, &planned.qualified_arn))
        });
        Ok(())
    }

    /// A conflict at the attribute that caused it.
    fn at(&self, conflict: &Conflict) -> Diagnostic {
        conflict.diagnostic().at(self.path(conflict))
    }

    /// A conflict that came up after the last apply.
    fn came_up(&self, conflict: &Conflict) -> Diagnostic {
        let error = conflict.diagnostic();
        Diagnostic::warning(format!("An apply will stop: {}", error.summary()))
            .detail(format!(
                "{}\n\nIt came up after the last apply. Nothing will be written until it is \
                 solved; a destroy works.",
                error.detail_text()
            ))
            .at(self.path(conflict))
    }

    fn path(&self, conflict: &Conflict) -> Path {
        let path = Path::root("distribution");
        match conflict {
            Conflict::IncludeBody { .. } => path.attribute("events"),
            _ if conflict.behavior().is_some() && self.distribution.behaviors.is_known() => {
                path.attribute("behaviors")
            }
            _ => path.attribute("id"),
        }
    }
}

/// The id of the distribution a model speaks of.
pub(crate) fn distribution_id(model: &IntegrationModel) -> Option<&String> {
    model
        .distribution
        .known()
        .and_then(|distribution| distribution.id.known())
}

/// What `model` displaced, as far as the slots are still wanted.
pub(crate) fn displaced(
    model: &IntegrationModel,
    wanted: &BTreeSet<Slot>,
) -> BTreeMap<String, String> {
    let wanted: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
    let all = model.displaced.known().cloned().unwrap_or_default();
    all.into_iter()
        .filter(|(slot, _)| wanted.contains(slot))
        .collect()
}

fn leave_open(planned: &mut IntegrationModel) -> Result<()> {
    planned.slots = Attr::Unknown;
    planned.displaced = Attr::Unknown;
    Ok(())
}

/// The slots, if all of them were just read to be as wanted: then AWS need not be asked again.
fn undisturbed(
    prior: Option<&IntegrationModel>,
    distribution: &Distribution,
    planned: &IntegrationModel,
) -> Option<BTreeMap<String, super::slots::SlotAssociation>> {
    // Which behaviours there are has to be looked up, if all of them are wanted.
    if !distribution.behaviors.is_known() || !planned.qualified_arn.is_known() {
        return None;
    }
    let wanted = wanted::slots_of(distribution, [])?;
    let slots = wanted::attribute(&wanted, &planned.qualified_arn);
    (prior?.slots.known() == Some(&slots)).then_some(slots)
}

/// Our function's ARN. Before it exists, it follows from account and name.
async fn function_arn(
    client: &Client,
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
) -> Result<Option<FunctionArn>> {
    if let Some(function) = prior.and_then(recorded_function) {
        return Ok(Some(function));
    }
    let Some(name) = planned.name.known() else {
        return Ok(None);
    };
    let account_id = match client.session().account().await? {
        Some(account_id) => Some(account_id),
        // Lambda takes execution roles of its own account only.
        None => planned
            .role_arn
            .known()
            .and_then(|role| role.split(':').nth(4))
            .map(str::to_owned),
    };
    Ok(account_id.map(|account_id| FunctionArn {
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        account_id,
        name: name.clone(),
    }))
}

fn no_distribution(id: &str) -> Diagnostic {
    Diagnostic::error(format!("Distribution {id} does not exist"))
        .detail(
            "CloudFront does not know this id in the account of these credentials. Correct \
             `distribution.id`, or remove `distribution` to keep the function alone (emit mode). \
             A destroy needs no distribution.",
        )
        .at(Path::root("distribution").attribute("id"))
}

/// Legal, but less than what one would expect.
fn warn_about(call: &mut Call<Client>, document: &Document, wanted: &BTreeSet<Slot>, id: &str) {
    if !document.enabled() {
        call.diagnostics.push(
            Diagnostic::warning(format!("Distribution {id} is disabled"))
                .detail("It answers no visitor. The protection takes effect once it is enabled.")
                .at(Path::root("distribution").attribute("id")),
        );
    }
    let grpc: Vec<&str> = document
        .behaviors()
        .iter()
        .filter(|behavior| {
            behavior.grpc && wanted.iter().any(|slot| slot.behavior == behavior.name)
        })
        .map(|behavior| behavior.name.as_str())
        .collect();
    if !grpc.is_empty() {
        call.diagnostics.push(
            Diagnostic::warning("gRPC requests are not protected")
                .detail(format!(
                    "CloudFront calls no edge function for gRPC requests, which these behaviours \
                     allow: {}.",
                    grpc.join(", ")
                ))
                .at(Path::root("distribution")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::session::Session;
    use crate::aws::settings::Settings;

    fn protecting(id: &str) -> IntegrationModel {
        let distribution = Distribution {
            id: id.into(),
            ..Distribution::default()
        };
        IntegrationModel {
            name: "netacea-shop".into(),
            distribution: distribution.into(),
            ..IntegrationModel::default()
        }
    }

    #[test]
    fn only_what_was_applied_before_may_be_out_of_order_at_plan() {
        let client = Client::new(Session::new(Settings::default(), "1.11.4"), Attr::Null);
        assert!(
            !is_settled(&client, None, &protecting("E1")),
            "a new resource"
        );
        assert!(
            !is_settled(&client, Some(&protecting("E2")), &protecting("E1")),
            "a changed one"
        );
        assert!(
            is_settled(&client, Some(&protecting("E1")), &protecting("E1")),
            "an applied one"
        );
        client.note_read("netacea-shop");
        assert!(
            is_settled(&client, None, &protecting("E1")),
            "a tainted one"
        );
    }

    #[test]
    fn displaced_slots_are_kept_as_long_as_they_are_wanted() {
        let entry = |slot: &str| (slot.to_owned(), "arn".to_owned());
        let model = IntegrationModel {
            displaced: Attr::Known(
                [entry("default viewer-request"), entry("/a viewer-request")].into(),
            ),
            ..IntegrationModel::default()
        };
        let kept = displaced(&model, &[Slot::new("/a", EventType::ViewerRequest)].into());
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), ["/a viewer-request"]);
    }
}
