//! Import: an integration from what is deployed.
//!
//! The settings come from the package in use, the slots from the distribution, if one is named. A
//! read follows every import and fills in the rest, so this file only looks up what a read does
//! not.

use netacea_edge::settings::Configuration;
use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::{DEFAULT_ADOPT_EXISTING_FUNCTION, DEFAULT_RETAINED_VERSIONS, IntegrationModel};
use super::on_destroy::OnDestroy;
use super::settings::SettingsModel;
use super::{package, private_state};
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::distribution::Companions;
use crate::aws::function_reference::{FunctionReference, ReferenceError};
use crate::aws::lambda::{DownloadedPackage, Snapshot};
use crate::aws::ownership;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Conflict;
use crate::aws::tags::Tags;
use crate::aws::version::Version;
use crate::bundle::{self, CONFIGURATION_FILE};
use crate::claimant;
use crate::client::Client;
use crate::placement::{self, DEFAULT_WAIT_FOR_DEPLOYMENT, Found};
use crate::timeouts::READ_LIMIT;

/// The state of the integration that `id` names: `<function>` or `<function>,<distribution id>`,
/// where the function is given by its name or ARN, with or without a version.
///
/// A read follows and fills in the rest. The secrets in the package are thrown away.
pub(crate) async fn import(call: &mut Call<Client>, id: &str) -> Result<IntegrationModel> {
    let (reference, distribution_id) = meant(id)?;
    let name = reference.name.as_str();
    let client = call.client.clone();
    let functions = client.session().functions();
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    if let Some(account_id) = client.session().account(&deadline).await? {
        reference.check_account(&account_id)?;
    }
    let function = functions
        .read(name, &deadline)
        .await?
        .ok_or_else(|| no_function(name))?;
    // The account of the credentials may not have been checked yet.
    reference.check_account(&function.arn.account_id)?;
    let found = match distribution_id {
        Some(id) => {
            let document = client.session().distributions().read(id, &deadline).await?;
            let document = document.ok_or_else(|| {
                no_such_distribution(
                    id,
                    "Import by the function's name without a distribution, or correct the id.",
                )
            })?;
            let found = Found::new(id, &document, &function.arn);
            let companions = Companions::new(functions, &deadline);
            let stays = |_: &Slot, held: &Association| !function.arn.owns(&held.lambda_arn);
            let staying = companions.would_stay(&document, found.held(), stays).await;
            if !staying.is_empty() {
                return Err(work_together(name, id, &staying).into());
            }
            Some(found)
        }
        None => None,
    };
    let held = match &found {
        Some(found) if found.version().is_some() => found.choose(reference.version)?,
        _ => None,
    };
    let version = match (held, reference.version) {
        (Some(held), _) => held,
        (None, Some(asked)) => functions
            .read_version(name, asked, &deadline)
            .await?
            .map(|_| asked)
            .ok_or_else(|| no_version(name, asked))?,
        (None, None) => newest(functions.newest_version(name, &deadline).await?)
            .ok_or_else(|| unpublished(name))?,
    };
    succeed_claims(call, &function.tags, distribution_id);
    let package = functions.download(name, version, &deadline).await?;
    let configuration = configuration(call, &package)?;
    private_state::remember_publication(&mut call.private, &package.code_sha256);
    let settings = Attr::Known(SettingsModel::of(&configuration.settings));
    let bundle_version = bundle_version(&package);
    Ok(IntegrationModel {
        id: name.into(),
        name: name.into(),
        function_arn: function.arn.to_string().into(),
        version: version.into(),
        qualified_arn: function.arn.qualified(version).to_string().into(),
        code_sha256: package.code_sha256.into(),
        settings_sha256: package::settings_sha256(&settings),
        settings,
        bundle_version,
        displaced: Attr::Known(
            found
                .as_ref()
                .map(|found| found.displaced(&function.tags))
                .unwrap_or_default(),
        ),
        distribution: Attr::from_option(found.map(|found| found.site)),
        retained_versions: DEFAULT_RETAINED_VERSIONS.into(),
        adopt_existing_function: DEFAULT_ADOPT_EXISTING_FUNCTION.into(),
        on_destroy: OnDestroy::default().into(),
        wait_for_deployment: DEFAULT_WAIT_FOR_DEPLOYMENT.into(),
        ..IntegrationModel::default()
    })
}

/// The user asked for this import, so claims of other resources pass to this one.
fn succeed_claims(call: &mut Call<Client>, tags: &Tags, distribution_id: Option<&str>) {
    let placed = distribution_id.and_then(|id| ownership::placer(tags, id));
    let claims = ownership::owner(tags)
        .into_iter()
        .chain(placed.map(|placer| placer.claim));
    claimant::succeeding(&mut call.private, claims);
}

fn newest(version: Option<Snapshot>) -> Option<Version> {
    version.and_then(|snapshot| snapshot.version)
}

fn configuration(call: &mut Call<Client>, package: &DownloadedPackage) -> Result<Configuration> {
    let found = bundle::configuration(&package.files).map_err(|several| {
        let several: Vec<String> = several.iter().map(|path| format!("  - {path}\n")).collect();
        Diagnostic::error(format!(
            "It is not clear which {CONFIGURATION_FILE} is meant"
        ))
        .detail(format!(
            "The package contains more than one, and none is in a higher folder than the \
                 others:\n\
                 {}\n\
                 Deploy a package with only one of them. Or do not import: remove the import, and \
                 give the integration another `name`.",
            several.concat()
        ))
    })?;
    let (_, file) = found.ok_or_else(|| {
        Diagnostic::error("This is not a Netacea edge function").detail(format!(
            "Its package does not contain a {CONFIGURATION_FILE} in any folder. Check the \
             function's name. To replace a function that is not Netacea's, use \
             `adopt_existing_function`."
        ))
    })?;
    let (configuration, warnings) = Configuration::from_json(file).map_err(|error| {
        Diagnostic::error(format!(
            "The {CONFIGURATION_FILE} in the package cannot be read"
        ))
        .detail(format!(
            "The error in the file is: {error}. Deploy a package with a valid file first. Or do not import: remove \
             the import, and give the integration another `name`."
        ))
    })?;
    for warning in warnings {
        call.diagnostics.push(
            Diagnostic::warning(format!("A part of {CONFIGURATION_FILE} is not imported"))
                .detail(warning.to_string()),
        );
    }
    Ok(configuration)
}

/// The version of this provider's code, if the package holds exactly that code; otherwise null, and
/// the next apply publishes it.
fn bundle_version(package: &DownloadedPackage) -> Attr<String> {
    let mut code = package.files.clone();
    code.remove(CONFIGURATION_FILE);
    match bundle::unpack(bundle::CODE) {
        Ok(ours) if ours == code => bundle::VERSION.into(),
        _ => Attr::Null,
    }
}

/// The function and the distribution that an import id names.
fn meant(id: &str) -> Result<(FunctionReference, Option<&str>)> {
    let (function, distribution_id) = match id.split_once(',') {
        Some((function, distribution_id)) => (function.trim(), Some(distribution_id.trim())),
        None => (id.trim(), None),
    };
    if function.contains('+') {
        return Err(Diagnostic::error(format!("`{id}` names several functions"))
            .detail(BESIDE)
            .into());
    }
    let reference = function
        .parse()
        .map_err(|error: ReferenceError| not_an_id(id, &error.to_string()))?;
    if let Some(distribution_id) = distribution_id {
        placement::distribution_id(distribution_id).map_err(|message| not_an_id(id, &message))?;
    }
    Ok((reference, distribution_id))
}

fn not_an_id(id: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("`{id}` is not an import id")).detail(format!(
        "{}.\n\nUse the function's name or ARN, like `netacea-shop`; to import its associations \
         too, append the distribution's id, like `netacea-shop,E2QWRUHAPOMQZL`.",
        reason.trim_end_matches('.')
    ))
}

/// The error for an import of one of the functions of Netacea's package: together they become one
/// new function.
fn work_together(name: &str, id: &str, staying: &[Conflict]) -> Diagnostic {
    let facts: Vec<String> = staying
        .iter()
        .filter_map(|conflict| match conflict {
            Conflict::Companion { slot, holder } => Some(format!("  - {slot}: {holder}\n")),
            _ => None,
        })
        .collect();
    Diagnostic::error(format!("{name} works together with other functions")).detail(format!(
        "These are functions of Netacea's package too, in the same behaviors of distribution \
         {id}:\n{}\n{BESIDE}",
        facts.concat()
    ))
}

const BESIDE: &str = "One new function replaces all functions of Netacea's package together. \
    Remove the import, give the integration a `name` that no function has, and set \
    `distribution.adopt_existing = true`. A destroy then restores all of them. The guide \
    \"Migrating from the vendor package\" shows the steps.";

fn no_function(name: &str) -> Diagnostic {
    Diagnostic::error(format!("There is no function named {name}")).detail(
        "Lambda@Edge functions are in us-east-1. Check the name and the account of the \
         credentials.",
    )
}

fn no_version(name: &str, version: Version) -> Diagnostic {
    Diagnostic::error(format!("Function {name} has no version {version}"))
        .detail("Correct the version in the import id, or remove it to import the newest one.")
}

fn unpublished(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} has no published version")).detail(
        "Nothing is deployed that could be imported. To take the function over, remove the import \
         and set `adopt_existing_function = true`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_functions_with_or_without_a_distribution_are_imported() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";
        for function in ["netacea-shop", "netacea-shop:7", arn] {
            let (reference, distribution_id) = meant(function).expect("a function");
            assert_eq!(
                (reference.name.as_str(), distribution_id),
                ("netacea-shop", None)
            );
            let id = format!("{function}, E2QWRUHAPOMQZL");
            let (reference, distribution_id) = meant(&id).expect("function and distribution");
            assert_eq!(reference.name, "netacea-shop");
            assert_eq!(distribution_id, Some("E2QWRUHAPOMQZL"));
        }
        for wrong in [
            "",
            ",E2QWRUHAPOMQZL",
            "netacea-shop,",
            "netacea-shop,E1,E2",
            "E2QWRUHAPOMQZL,netacea-shop",
            "netacea-shop,arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL",
            "netacea-shop:live",
        ] {
            assert!(meant(wrong).is_err(), "{wrong}");
        }
        let refused = meant("request+response+origin,E2QWRUHAPOMQZL").expect_err("three functions");
        let detail = refused.iter().next().map(Diagnostic::detail_text);
        assert_eq!(detail, Some(BESIDE));
    }
}
