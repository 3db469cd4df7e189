//! Import: an integration from what is deployed.

use std::collections::{BTreeMap, BTreeSet};

use netacea_edge::settings::Configuration;
use tfplugin::{Attr, Call, Diagnostic, Result};

use super::distribution::{DEFAULT_EVENTS, Distribution};
use super::model::IntegrationModel;
use super::read::READ_LIMIT;
use super::settings::Settings;
use super::{package, record};
use crate::aws::document::Document;
use crate::aws::lambda::{Package, Snapshot};
use crate::aws::ownership::{Tags, displaced_in};
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::version::Version;
use crate::bundle::{self, Bundle, CONFIGURATION_FILE};
use crate::provider::Client;

/// The state of the integration that `id` names: `<function name>` or `<function
/// name>,<distribution id>`.
///
/// A read follows and fills in what Lambda and CloudFront say themselves. The secrets in the
/// package are thrown away.
pub(crate) async fn import(call: &mut Call<Client>, id: &str) -> Result<IntegrationModel> {
    let (name, distribution_id) = match id.split(',').map(str::trim).collect::<Vec<_>>()[..] {
        [name] if !name.is_empty() => (name, None),
        [name, distribution_id] if !name.is_empty() && !distribution_id.is_empty() => {
            (name, Some(distribution_id))
        }
        _ => return Err(not_an_id(id).into()),
    };
    let client = call.client.clone();
    let functions = client.session().functions();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let function = functions
        .read(name, &deadline)
        .await?
        .ok_or_else(|| no_function(name))?;
    let document = match distribution_id {
        Some(id) => Some(
            client
                .session()
                .distributions()
                .read(id, &deadline)
                .await?
                .ok_or_else(|| no_distribution(id))?,
        ),
        None => None,
    };
    let slots: BTreeSet<Slot> = document
        .as_ref()
        .map(|document| document.slots_of(&function.arn).into_keys().collect())
        .unwrap_or_default();
    let version = match document
        .as_ref()
        .and_then(|document| associated_version(document, &slots))
    {
        Some(version) => version,
        None => newest(functions.newest_version(name, &deadline).await?)
            .ok_or_else(|| unpublished(name))?,
    };
    let package = functions.download(name, version, &deadline).await?;
    let configuration = configuration(call, &package)?;
    record::remember_publication(&mut call.private, &package.code_sha256);
    let settings = Attr::Known(Settings::of(&configuration.settings));
    let bundle_version = bundle_version(&configuration, &package);
    Ok(IntegrationModel {
        id: name.into(),
        name: name.into(),
        function_arn: function.arn.to_string().into(),
        version: version.to_string().into(),
        qualified_arn: function.arn.qualified(version).to_string().into(),
        code_sha256: package.code_sha256.into(),
        settings_sha256: package::settings_sha256(&settings),
        settings,
        bundle_version,
        distribution: Attr::from_option(
            document.map(|document| distribution(distribution_id, &document, &slots)),
        ),
        displaced: Attr::Known(displaced(&function.tags, distribution_id, &slots)),
        retained_versions: 3.into(),
        adopt_existing_function: false.into(),
        on_destroy: "best_effort".into(),
        wait_for_deployment: true.into(),
        ..IntegrationModel::default()
    })
}

/// The version that visitors meet; the newest one if several are in use.
fn associated_version(document: &Document, slots: &BTreeSet<Slot>) -> Option<Version> {
    let found = document.slots();
    slots
        .iter()
        .filter_map(|slot| found.get(slot)?.lambda_arn.rsplit(':').next()?.parse().ok())
        .max()
}

fn newest(version: Option<Snapshot>) -> Option<Version> {
    version.and_then(|snapshot| snapshot.version)
}

fn configuration(call: &mut Call<Client>, package: &Package) -> Result<Configuration> {
    let file = package.files.get(CONFIGURATION_FILE).ok_or_else(|| {
        Diagnostic::error("This is not a Netacea edge function").detail(format!(
            "Its package holds no {CONFIGURATION_FILE}. Check the function name; to replace a \
             foreign function, use `adopt_existing_function`."
        ))
    })?;
    let (configuration, warnings) = Configuration::from_json(file).map_err(|error| {
        Diagnostic::error(format!(
            "The {CONFIGURATION_FILE} in the package cannot be read"
        ))
        .detail(error.to_string())
    })?;
    for warning in warnings {
        call.diagnostics.push(
            Diagnostic::warning(format!("{CONFIGURATION_FILE}: a part is not imported"))
                .detail(warning.to_string()),
        );
    }
    Ok(configuration)
}

/// Our own code version, if the package holds exactly our code; else null, and the next apply
/// publishes ours.
fn bundle_version(configuration: &Configuration, package: &Package) -> Attr<String> {
    let code = |mut files: BTreeMap<String, Vec<u8>>| {
        files.remove(CONFIGURATION_FILE);
        files
    };
    let ours = Bundle::new(configuration).and_then(|bundle| bundle::unpack(bundle.bytes()));
    match ours.map(code) {
        Ok(ours) if ours == code(package.files.clone()) => bundle::VERSION.into(),
        _ => Attr::Null,
    }
}

fn distribution(id: Option<&str>, document: &Document, slots: &BTreeSet<Slot>) -> Distribution {
    let behaviors: BTreeSet<String> = slots.iter().map(|slot| slot.behavior.clone()).collect();
    let events: BTreeSet<String> = slots.iter().map(|slot| slot.event.to_string()).collect();
    let all = document
        .behaviors()
        .iter()
        .all(|behavior| behaviors.contains(&behavior.name));
    let by_default = || DEFAULT_EVENTS.iter().map(ToString::to_string).collect();
    Distribution {
        id: Attr::from_option(id.map(str::to_owned)),
        behaviors: if all || behaviors.is_empty() {
            Attr::Null
        } else {
            behaviors.into()
        },
        events: Attr::Known(if events.is_empty() {
            by_default()
        } else {
            events
        }),
        adopt_existing: false.into(),
        restore_previous_on_destroy: true.into(),
    }
}

fn displaced(
    tags: &Tags,
    distribution_id: Option<&str>,
    slots: &BTreeSet<Slot>,
) -> BTreeMap<String, String> {
    let recorded = distribution_id
        .map(|id| displaced_in(tags, id, slots))
        .unwrap_or_default();
    recorded
        .into_iter()
        .map(|(slot, arn)| (slot.to_string(), arn))
        .collect()
}

fn not_an_id(id: &str) -> Diagnostic {
    Diagnostic::error(format!("`{id}` is not an import id")).detail(
        "Use the function's name, like `netacea-shop`, or name and distribution id, like \
         `netacea-shop,E2QWRUHAPOMQZL`.",
    )
}

fn no_function(name: &str) -> Diagnostic {
    Diagnostic::error(format!("There is no function named {name}")).detail(
        "Functions of Lambda@Edge live in us-east-1. Check the name and the account of the \
         credentials.",
    )
}

fn no_distribution(id: &str) -> Diagnostic {
    Diagnostic::error(format!("Distribution {id} does not exist")).detail(
        "CloudFront does not know this id in the account of these credentials. Import by the \
         function's name alone, or correct the id.",
    )
}

fn unpublished(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} has no published version")).detail(
        "There is nothing deployed to import. To take the function over, leave the import \
         out and set `adopt_existing_function = true`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    fn document() -> Document {
        let behavior = |element: &str, path: &str, version: u8| {
            format!(
                "<{element}>{path}<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
                 <LambdaFunctionARN>arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:{version}</LambdaFunctionARN>\
                 <EventType>viewer-request</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations></{element}>"
            )
        };
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>{}\
             <CacheBehaviors><Quantity>1</Quantity><Items>{}</Items></CacheBehaviors><Enabled>true</Enabled></DistributionConfig>",
            behavior("DefaultCacheBehavior", "", 9),
            behavior("CacheBehavior", "<PathPattern>/a</PathPattern>", 10),
        ))
        .expect("a distribution")
    }

    fn slots(behaviors: &[&str]) -> BTreeSet<Slot> {
        behaviors
            .iter()
            .map(|behavior| Slot::new(*behavior, EventType::ViewerRequest))
            .collect()
    }

    #[test]
    fn the_newest_associated_version_is_imported() {
        let version =
            associated_version(&document(), &slots(&["default", "/a"])).expect("a version");
        assert_eq!(version.to_string(), "10");
    }

    #[test]
    fn a_function_in_every_behaviour_is_imported_without_a_list() {
        let all = distribution(Some("E1"), &document(), &slots(&["default", "/a"]));
        let some = distribution(Some("E1"), &document(), &slots(&["/a"]));
        assert!(all.behaviors.is_null());
        assert_eq!(some.behaviors, Attr::Known(["/a".to_owned()].into()));
        assert_eq!(
            some.events,
            Attr::Known(["viewer-request".to_owned()].into())
        );
    }
}
