//! `list "netacea_cloudfront_association"`: every place where a function of this provider stands.

use std::collections::BTreeSet;

use tfplugin::{Call, ListResource, Listing, Model, Object, Resource, Result, Schema};

use super::survey;
use crate::association::{AssociationModel, AssociationResource};
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::distribution::Listed;
use crate::aws::retry::Deadline;
use crate::client::Client;

/// The list resource.
#[derive(Debug)]
pub(crate) struct Associations;

/// There is nothing to ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssociationsModel;

impl Model for AssociationsModel {
    fn declare(_: &mut Object<Self>) {}
}

impl ListResource for Associations {
    type Resource = AssociationResource;
    type Model = AssociationsModel;
    type Client = Client;

    fn schema(&self) -> Schema<AssociationsModel> {
        Schema::of::<AssociationsModel>().describe(
            "Every distribution that has a function of this provider, no matter what placed it \
             there: an association, `distribution` of an integration, or the owner of the \
             distribution (emit mode). Do not import the last kind, because the owner's \
             configuration already manages it. Listing needs the permissions \
             `cloudfront:ListDistributions` and `lambda:ListTags`.",
        )
    }

    async fn list(
        &self,
        call: &mut Call<Client>,
        _: AssociationsModel,
        listing: &mut Listing<AssociationModel>,
    ) -> Result<()> {
        let client = call.client.clone();
        let session = client.session();
        let deadline = Deadline::after(survey::LIMIT, call.stop.clone());
        let listed = session.distributions().list(&deadline).await?;
        let standing = survey::standing(&listed);
        let functions = standing.into_keys().map(|version| version.function);
        let managed = session.functions().managed(functions.collect(), &deadline);
        let managed = managed.await?;
        for distribution in &listed {
            for version in placed(distribution, &managed) {
                let name = named(distribution, &version.function);
                let state = state(call, distribution, &version, listing.wants_states()).await?;
                if !listing.push(name, state).await {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Each of these functions that stands in the distribution, in one of its versions there.
fn placed(distribution: &Listed, managed: &BTreeSet<FunctionArn>) -> Vec<QualifiedArn> {
    let held = distribution.behaviors.iter();
    let held = held.flat_map(|behavior| behavior.associations.values());
    let versions = held.filter_map(|held| held.lambda_arn.parse::<QualifiedArn>().ok());
    let versions: BTreeSet<QualifiedArn> = versions
        .filter(|version| managed.contains(&version.function))
        .collect();
    let mut seen = BTreeSet::new();
    let newest_first = versions.into_iter().rev();
    let mut placed: Vec<QualifiedArn> = newest_first
        .filter(|version| seen.insert(version.function.clone()))
        .collect();
    placed.reverse();
    placed
}

fn named(distribution: &Listed, function: &FunctionArn) -> String {
    match distribution.aliases.first() {
        Some(alias) => format!("{} in {} ({alias})", function.name, distribution.id),
        None => format!("{} in {}", function.name, distribution.id),
    }
}

async fn state(
    call: &mut Call<Client>,
    distribution: &Listed,
    version: &QualifiedArn,
    whole: bool,
) -> Result<AssociationModel> {
    let placed = AssociationModel {
        distribution_id: distribution.id.as_str().into(),
        lambda_arn: version.to_string().into(),
        ..AssociationModel::default()
    };
    let id = placed.identify();
    if !whole {
        return Ok(AssociationModel { id, ..placed });
    }
    let id = id.into_known().unwrap_or_default();
    let imported = AssociationResource.import(call, &id).await?;
    let read = AssociationResource.read(call, imported).await?;
    Ok(read.unwrap_or(placed))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::document::Behavior;
    use crate::aws::event_type::EventType;
    use crate::aws::slot::Association;

    fn arn(name: &str, version: u64) -> String {
        format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:{version}")
    }

    #[test]
    fn each_function_of_ours_is_placed_once_in_its_newest_version() {
        let behavior = |name: &str, holders: &[(EventType, String)]| Behavior {
            name: name.to_owned(),
            associations: holders
                .iter()
                .map(|(event, lambda_arn)| {
                    let association = Association {
                        lambda_arn: lambda_arn.clone(),
                        include_body: false,
                    };
                    (*event, association)
                })
                .collect::<BTreeMap<_, _>>(),
            ..Behavior::default()
        };
        let distribution = Listed {
            id: "E1".to_owned(),
            arn: String::new(),
            domain_name: String::new(),
            aliases: BTreeSet::from(["shop.example".to_owned()]),
            enabled: true,
            staging: false,
            tenant_only: false,
            behaviors: vec![
                behavior(
                    "default",
                    &[
                        (EventType::ViewerRequest, arn("shop", 9)),
                        (EventType::OriginRequest, arn("stranger", 1)),
                    ],
                ),
                behavior(
                    "/a",
                    &[
                        (EventType::ViewerRequest, arn("shop", 10)),
                        (EventType::ViewerResponse, arn("blog", 2)),
                    ],
                ),
            ],
        };
        let managed: BTreeSet<FunctionArn> = ["shop", "blog"]
            .map(|name| arn(name, 1).parse().expect("an ARN"))
            .into();
        let placed = placed(&distribution, &managed);
        let placed: Vec<String> = placed.iter().map(ToString::to_string).collect();
        assert_eq!(placed, [arn("blog", 2), arn("shop", 10)]);
        let shop = arn("shop", 1).parse().expect("an ARN");
        assert_eq!(named(&distribution, &shop), "shop in E1 (shop.example)");
    }
}
