//! Plan: which slots will hold the function, and who has to make room.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, Diagnostic, Diagnostics, Path, Result};

use super::distribution::Distribution;
use super::model::IntegrationModel;
use super::read::{READ_LIMIT, recorded_function};
use super::wanted;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Conflict, Originals, Wish, splice};
use crate::provider::Client;

/// Stands for the version that is not published yet when a splice is tried out; it is never written.
const ANY_VERSION: &str = "1";

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
    // Terraform plans an update before it plans a destroy, and an error in the first prevents the second. So what happened to a
    // distribution since the last apply must not be an error here; an apply finds it again, and stops before it writes.
    let settled = prior.is_some_and(|prior| prior.distribution == planned.distribution);
    if let Some(slots) = undisturbed(prior, &distribution, planned) {
        planned.slots = Attr::Known(slots);
        return Ok(());
    }
    if distribution.behaviors.is_unknown() || distribution.events.is_unknown() {
        return leave_open(planned);
    }

    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let client = call.client.clone();
    let Some(document) = client
        .session()
        .distributions()
        .read(&id, &deadline)
        .await?
    else {
        if !settled {
            return Err(no_distribution(&id).into());
        }
        // The read has warned.
        let named =
            wanted::slots_of(&distribution, []).filter(|_| distribution.behaviors.is_known());
        planned.slots = named.map_or(Attr::Unknown, |slots| {
            Attr::Known(wanted::attribute(&slots, &planned.qualified_arn))
        });
        return Ok(());
    };
    let Some(wanted) = wanted::slots_of(
        &distribution,
        document
            .behaviors()
            .iter()
            .map(|behavior| behavior.name.as_str()),
    ) else {
        return leave_open(planned);
    };
    warn_about(call, &document, &wanted, &id);
    planned.slots = Attr::Known(wanted::attribute(&wanted, &planned.qualified_arn));
    let Some(function) = function_arn(&client, prior, planned).await? else {
        planned.displaced = Attr::Unknown;
        return Ok(());
    };
    let claimed = client
        .session()
        .distributions()
        .claim(&id, &function.name, &wanted);
    let trial = Trial {
        document: &document,
        function: &function,
        wanted: &wanted,
        distribution: &distribution,
    };
    let recorded = prior
        .map(|prior| displaced(prior, &wanted))
        .unwrap_or_default();
    let outcome = trial.run(|holder| client.replaces(holder));
    let mut errors: Diagnostics = claimed
        .iter()
        .map(|conflict| at(conflict, &distribution, false))
        .collect();
    let newly_displaced = outcome.unwrap_or_else(|conflicts| {
        let diagnostics = conflicts
            .iter()
            .map(|conflict| at(conflict, &distribution, settled));
        if settled {
            call.diagnostics.extend(diagnostics)
        } else {
            errors.extend(diagnostics)
        }
        None
    });
    if errors.has_errors() {
        return Err(errors);
    }
    planned.displaced = match newly_displaced {
        // Without state, what stood in the slots before us is known to AWS alone: a create that was killed left it in tags.
        Some(_) if prior.is_none() && !document.slots_of(&function).is_empty() => Attr::Unknown,
        Some(newly) => {
            let mut all = recorded;
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

/// A splice that is only tried out.
struct Trial<'a> {
    document: &'a Document,
    function: &'a FunctionArn,
    wanted: &'a BTreeSet<Slot>,
    distribution: &'a Distribution,
}

impl Trial<'_> {
    /// The associations that would be displaced; `None` when that is not known yet: a slot is held by a function that makes
    /// room (`leaves`) before ours arrives, or nobody knows yet whether strangers may be displaced.
    fn run(
        &self,
        leaves: impl Fn(&str) -> bool,
    ) -> Result<Option<BTreeMap<Slot, Association>>, Vec<Conflict>> {
        let adopt = self.distribution.adopt_existing.known().copied();
        match splice(self.document, &self.change(adopt.unwrap_or(true))) {
            Ok(spliced) => {
                let waits = spliced
                    .displaced
                    .values()
                    .any(|association| leaves(&association.lambda_arn));
                Ok((adopt.is_some() && !waits).then_some(spliced.displaced))
            }
            Err(conflicts) => {
                let lasting: Vec<Conflict> = conflicts
                    .into_iter()
                    .filter(|conflict| !matches!(conflict, Conflict::Held { holder, .. } if leaves(holder)))
                    .collect();
                if lasting.is_empty() {
                    Ok(None)
                } else {
                    Err(lasting)
                }
            }
        }
    }

    fn change(&self, adopt_existing: bool) -> Change {
        let lambda_arn = format!("{}:{ANY_VERSION}", self.function);
        let hold = |slot: &Slot| Wish::Hold {
            association: Association {
                lambda_arn: lambda_arn.clone(),
                include_body: slot.event.carries_body(),
            },
            adopt_existing,
        };
        Change {
            function: self.function.clone(),
            slots: self
                .wanted
                .iter()
                .map(|slot| (slot.clone(), hold(slot)))
                .collect(),
            originals: Originals::default(),
        }
    }
}

fn no_distribution(id: &str) -> Diagnostic {
    Diagnostic::error(format!("Distribution {id} does not exist"))
        .detail(
            "CloudFront does not know this id in the account of these credentials. Correct `distribution.id`, or remove `distribution` \
             to keep the function alone (emit mode). A destroy needs no distribution.",
        )
        .at(Path::root("distribution").attribute("id"))
}

/// A conflict at the attribute that caused it; only a warning, if it arose after the last apply.
fn at(conflict: &Conflict, distribution: &Distribution, settled: bool) -> Diagnostic {
    let path = Path::root("distribution");
    let path = match conflict {
        Conflict::IncludeBody { .. } => path.attribute("events"),
        _ if conflict.behavior().is_some() && distribution.behaviors.is_known() => {
            path.attribute("behaviors")
        }
        _ => path.attribute("id"),
    };
    let error = conflict.diagnostic();
    if !settled {
        return error.at(path);
    }
    Diagnostic::warning(format!("An apply will stop: {}", error.summary()))
        .detail(format!("{}\n\nIt came up after the last apply. Nothing will be written until it is solved; a destroy works.", error.detail_text()))
        .at(path)
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
                .detail(format!("CloudFront calls no edge function for gRPC requests, which these behaviours allow: {}.", grpc.join(", ")))
                .at(Path::root("distribution")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    /// A distribution whose default behaviour has `holder` on viewer-request.
    fn document(holder: &str) -> Document {
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
             <DefaultCacheBehavior><LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{holder}</LambdaFunctionARN><EventType>viewer-request</EventType><IncludeBody>false</IncludeBody>\
             </LambdaFunctionAssociation></Items></LambdaFunctionAssociations></DefaultCacheBehavior><Enabled>true</Enabled></DistributionConfig>"
        ))
        .expect("a distribution")
    }

    fn trial(
        holder: &str,
        behavior: &str,
        adopt: Attr<bool>,
        leaves: bool,
    ) -> Result<Option<usize>, Vec<Conflict>> {
        let trial = Trial {
            document: &document(holder),
            function: &"arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
                .parse()
                .expect("an ARN"),
            wanted: &[Slot::new(behavior, EventType::ViewerRequest)].into(),
            distribution: &Distribution {
                adopt_existing: adopt,
                ..Distribution::default()
            },
        };
        trial
            .run(|_| leaves)
            .map(|displaced| displaced.map(|displaced| displaced.len()))
    }

    #[test]
    fn a_strangers_slot_is_refused_unless_it_may_be_adopted() {
        assert!(matches!(
            trial(STRANGER, "default", false.into(), false).unwrap_err()[..],
            [Conflict::Held { .. }]
        ));
        assert_eq!(trial(STRANGER, "default", true.into(), false), Ok(Some(1)));
    }

    #[test]
    fn a_function_that_makes_room_is_no_conflict_and_leaves_displaced_open() {
        assert_eq!(trial(STRANGER, "default", false.into(), true), Ok(None));
        assert_eq!(trial(STRANGER, "default", true.into(), true), Ok(None));
    }

    #[test]
    fn an_unknown_permission_to_adopt_leaves_displaced_open() {
        assert_eq!(trial(STRANGER, "default", Attr::Unknown, false), Ok(None));
    }

    #[test]
    fn an_older_version_of_ours_is_nobody_to_displace() {
        let ours = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:6";
        assert_eq!(trial(ours, "default", false.into(), false), Ok(Some(0)));
    }

    #[test]
    fn an_unknown_behaviour_is_refused_with_those_that_exist() {
        let conflicts = trial(STRANGER, "/checkout/*", true.into(), false).unwrap_err();
        assert!(
            matches!(&conflicts[..], [Conflict::UnknownBehavior { known, .. }] if known == &["default"])
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
