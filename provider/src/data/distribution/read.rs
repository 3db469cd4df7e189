//! Finds a distribution by id or alias and shows what stands in its slots.

use std::collections::BTreeSet;

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::{
    BehaviorModel, DistributionModel, FunctionModel, HazardModel, LambdaFunctionModel,
};
use super::query::{Query, query};
use crate::aws::arn::FunctionArn;
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::distribution::{Description, Distributions};
use crate::aws::document::{Behavior, Document};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::hazards::{Conduct, Finding, Mitigation, SEVERITY};
use crate::placement::prospects;
use crate::timeouts::READ_LIMIT;

pub(super) async fn read(
    call: &mut Call<Client>,
    config: DistributionModel,
) -> Result<DistributionModel> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let session = call.client.session();
    let distributions = session.distributions();
    let query = query(&config)?;
    let id = match &query {
        Query::Id(id) => id.clone(),
        Query::Alias(alias) => distributions
            .find_by_alias(alias, &deadline)
            .await?
            .ok_or_else(|| no_such(&query))?,
    };
    let (description, document) = found(distributions, &id, &deadline)
        .await?
        .ok_or_else(|| no_such(&query))?;
    let held = document.slots();
    let held = held
        .values()
        .filter_map(|held| held.lambda_arn.parse().ok());
    let ours = session
        .functions()
        .managed(held.collect(), &deadline)
        .await?;
    Ok(DistributionModel {
        id: id.into(),
        alias: config.alias,
        arn: description.arn.into(),
        domain_name: description.domain_name.into(),
        aliases: description.aliases.into(),
        enabled: document.enabled().into(),
        staging: document.staging().into(),
        status: description.status.into(),
        behaviors: document
            .behaviors()
            .iter()
            .map(|found| behavior(document.written(&found.name), found, &ours))
            .collect::<Vec<_>>()
            .into(),
        hazards: prospects(&document, &Conduct::Mitigating(Mitigation::default()))
            .into_iter()
            .map(hazard)
            .collect::<Vec<_>>()
            .into(),
    })
}

async fn found(
    distributions: &Distributions,
    id: &str,
    deadline: &Deadline,
) -> std::result::Result<Option<(Description, Document)>, Error> {
    let Some(description) = distributions.describe(id, deadline).await? else {
        return Ok(None);
    };
    let document = distributions.read(id, deadline).await?;
    Ok(document.map(|document| (description, document)))
}

fn behavior(name: &str, found: &Behavior, ours: &BTreeSet<FunctionArn>) -> BehaviorModel {
    let is_ours = |lambda_arn: &str| {
        lambda_arn
            .parse()
            .is_ok_and(|function| ours.contains(&function))
    };
    let lambda_functions =
        found
            .associations
            .iter()
            .map(|(event, association)| LambdaFunctionModel {
                event_type: event.as_str().into(),
                lambda_arn: association.lambda_arn.as_str().into(),
                include_body: association.include_body.into(),
                ours: is_ours(&association.lambda_arn).into(),
            });
    let functions = found.functions.iter().map(|(event, arn)| FunctionModel {
        event_type: event.as_str().into(),
        function_arn: arn.as_str().into(),
    });
    BehaviorModel {
        name: name.into(),
        lambda_function_associations: lambda_functions.collect::<Vec<_>>().into(),
        function_associations: functions.collect::<Vec<_>>().into(),
    }
}

fn hazard(found: Finding) -> HazardModel {
    HazardModel {
        name: found.hazard.as_str().into(),
        severity: SEVERITY.into(),
        behavior: found.behavior.into(),
        event: found.event.map(|event| event.as_str().to_owned()).into(),
        summary: found.summary.into(),
        detail: found.detail.into(),
    }
}

fn no_such(query: &Query) -> Diagnostic {
    match query {
        Query::Id(id) => {
            no_such_distribution(id, "Check the id and the account.").at(Path::root("id"))
        }
        Query::Alias(alias) => Diagnostic::error(format!("No distribution has the alias {alias}"))
            .detail(
                "No distribution in the account of these credentials has it. Write the alias as \
                     the distribution has it (a wildcard is \"*.example.com\"), or use `id`.",
            )
            .at(Path::root("alias")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::slot::Association;

    #[test]
    fn every_slot_shows_its_holder_and_whether_it_is_ours() {
        let arn = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:3");
        let association = |name: &str, include_body| Association {
            lambda_arn: arn(name),
            include_body,
        };
        let found = Behavior {
            name: "/checkout/*".to_owned(),
            associations: BTreeMap::from([
                (EventType::ViewerRequest, association("netacea-shop", true)),
                (EventType::OriginRequest, association("other", false)),
            ]),
            functions: BTreeMap::from([(EventType::ViewerResponse, "cf-function".to_owned())]),
            ..Behavior::default()
        };
        let ours = BTreeSet::from([arn("netacea-shop").parse().expect("an ARN")]);
        let model = |event: &str, name: &str, include_body: bool, ours: bool| LambdaFunctionModel {
            event_type: event.into(),
            lambda_arn: arn(name).into(),
            include_body: include_body.into(),
            ours: ours.into(),
        };
        assert_eq!(
            behavior(&found.name, &found, &ours),
            BehaviorModel {
                name: "/checkout/*".into(),
                lambda_function_associations: vec![
                    model("viewer-request", "netacea-shop", true, true),
                    model("origin-request", "other", false, false),
                ]
                .into(),
                function_associations: vec![FunctionModel {
                    event_type: "viewer-response".into(),
                    function_arn: "cf-function".into(),
                }]
                .into(),
            }
        );
    }
}
