//! Import: an integration from what is deployed.
//!
//! The settings come out of the package that visitors meet, the slots out of the distribution, if
//! one is named. A read follows every import and fills in the rest, so only what Lambda and
//! CloudFront do not say themselves is looked up here.

use std::collections::BTreeMap;

use netacea_edge::settings::Configuration;
use tfplugin::{Attr, Call, Diagnostic, Result};

use super::model::{DEFAULT_ADOPT_EXISTING_FUNCTION, DEFAULT_RETAINED_VERSIONS, IntegrationModel};
use super::on_destroy::OnDestroy;
use super::settings::SettingsModel;
use super::{package, private_state};
use crate::aws::diagnostic::no_such_distribution;
use crate::aws::lambda::{Package, Snapshot};
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::bundle::{self, Bundle, CONFIGURATION_FILE};
use crate::client::Client;
use crate::placement::{DEFAULT_WAIT_FOR_DEPLOYMENT, Found};
use crate::timeouts::READ_LIMIT;

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
    let found = match distribution_id {
        Some(id) => {
            let document = client.session().distributions().read(id, &deadline).await?;
            let document = document.ok_or_else(|| {
                no_such_distribution(
                    id,
                    "Import by the function's name alone, or correct the id.",
                )
            })?;
            Some(Found::new(id, &document, &function.arn))
        }
        None => None,
    };
    let version = match found.as_ref().and_then(Found::version) {
        Some(version) => version,
        None => newest(functions.newest_version(name, &deadline).await?)
            .ok_or_else(|| unpublished(name))?,
    };
    let package = functions.download(name, version, &deadline).await?;
    let configuration = configuration(call, &package)?;
    private_state::remember_publication(&mut call.private, &package.code_sha256);
    let settings = Attr::Known(SettingsModel::of(&configuration.settings));
    let bundle_version = bundle_version(&configuration, &package);
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

fn unpublished(name: &str) -> Diagnostic {
    Diagnostic::error(format!("Function {name} has no published version")).detail(
        "There is nothing deployed to import. To take the function over, leave the import \
         out and set `adopt_existing_function = true`.",
    )
}
