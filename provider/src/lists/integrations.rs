//! `list "netacea_cloudfront_integration"`: the functions of this provider, and, if asked, those
//! that were deployed from Netacea's own package.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Call, ListResource, Listing, Model, Object, Resource, Result, Schema};

use super::survey;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::integration::{IntegrationModel, IntegrationResource};

/// The list resource.
#[derive(Debug)]
pub(crate) struct Integrations;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IntegrationsModel {
    include_vendor_packages: Attr<bool>,
}

impl Model for IntegrationsModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("include_vendor_packages", |m| {
                &mut m.include_vendor_packages
            })
            .optional()
            .describe(
                "Whether to look for functions of Netacea's own package too. This downloads the \
                 packages of all functions that are attached to distributions. An import takes \
                 such a function over with its settings. Default `false`.",
            );
    }
}

impl ListResource for Integrations {
    type Resource = IntegrationResource;
    type Model = IntegrationsModel;
    type Client = Client;

    fn schema(&self) -> Schema<IntegrationsModel> {
        Schema::of::<IntegrationsModel>().describe(
            "Integrations of the account: the functions that this provider manages, in any \
             configuration. Listing needs the permissions `lambda:ListFunctions` and \
             `lambda:ListTags`; with `include_vendor_packages`, `cloudfront:ListDistributions` \
             and `lambda:GetFunction` as well. `-generate-config-out` imports each function, \
             which needs `lambda:GetFunction`, `lambda:GetFunctionConfiguration` and \
             `lambda:ListVersionsByFunction`.",
        )
    }

    async fn list(
        &self,
        call: &mut Call<Client>,
        config: IntegrationsModel,
        listing: &mut Listing<IntegrationModel>,
    ) -> Result<()> {
        let client = call.client.clone();
        let session = client.session();
        let deadline = Deadline::after(survey::LIMIT, call.stop.clone());
        let ours = survey::ours(session, &deadline).await?;
        for function in &ours {
            let state = state(call, function, listing.wants_states()).await?;
            if let Some(state) = state
                && !listing.push(&function.name, state).await
            {
                return Ok(());
            }
        }
        if config.include_vendor_packages.known() != Some(&true) {
            return Ok(());
        }
        let listed = session.distributions().list(&deadline).await?;
        let mut seen = BTreeSet::new();
        for (version, ids) in newest(survey::standing(&listed)) {
            let function = &version.function;
            if ours.contains(function) || !seen.insert(function.clone()) {
                continue;
            }
            let package = session
                .functions()
                .download(&function.name, version.version, &deadline)
                .await;
            match package {
                Ok(package) if package.is_of_netacea() => {}
                Ok(_) | Err(Error::FunctionGone { .. } | Error::Package { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            let state = state(call, function, listing.wants_states()).await?;
            let ids: Vec<&str> = ids.into_iter().collect();
            let name = format!(
                "{} (Netacea's own package, in {})",
                function.name,
                ids.join(", ")
            );
            if let Some(state) = state
                && !listing.push(name, state).await
            {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The newest version of a function first: a package of Netacea's is known by any of them.
fn newest(
    standing: BTreeMap<QualifiedArn, BTreeSet<&str>>,
) -> impl Iterator<Item = (QualifiedArn, BTreeSet<&str>)> {
    standing.into_iter().rev()
}

/// The state of the integration with this function; without `whole`, what identifies it. `None`: it
/// has gone meanwhile.
async fn state(
    call: &mut Call<Client>,
    function: &FunctionArn,
    whole: bool,
) -> Result<Option<IntegrationModel>> {
    if !whole {
        return Ok(Some(IntegrationModel {
            id: function.name.as_str().into(),
            name: function.name.as_str().into(),
            function_arn: function.to_string().into(),
            ..IntegrationModel::default()
        }));
    }
    let imported = IntegrationResource.import(call, &function.name).await?;
    IntegrationResource.read(call, imported).await
}
