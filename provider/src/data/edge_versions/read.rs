//! Lists the versions, reads their packages, and looks for them in all distributions.

use std::collections::{BTreeMap, BTreeSet};

use netacea_edge::settings::{Configuration, Settings};
use tfplugin::{Attr, Call, Result};

use super::model::{EdgeVersionsModel, PlaceModel, VersionModel};
use crate::aws::arn::QualifiedArn;
use crate::aws::diagnostic::no_such_function;
use crate::aws::error::Error;
use crate::aws::lambda::{DownloadedPackage, Published};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::version::Version;
use crate::bundle;
use crate::client::Client;
use crate::integration::{SettingsModel, settings_sha256};
use crate::timeouts::READ_LIMIT;

/// Distribution id to slots.
type Places = BTreeMap<String, BTreeSet<Slot>>;

pub(super) async fn read(
    call: &mut Call<Client>,
    config: EdgeVersionsModel,
) -> Result<EdgeVersionsModel> {
    let deadline = Deadline::after(READ_LIMIT, call.stop.clone());
    let session = call.client.session();
    let functions = session.functions();
    let name = config.function_name.known().cloned().unwrap_or_default();
    let function = functions.read(&name, &deadline).await?;
    let published = functions.published(&name, &deadline).await?;
    let (Some(function), Some(published)) = (function, published) else {
        return Err(no_such_function(&name).into());
    };
    let standing = session.distributions().slots_of(&function.arn, &deadline);
    let mut places = by_version(standing.await?);
    let mut versions = Vec::new();
    for listed in published.into_iter().rev() {
        let package = match functions.download(&name, listed.version, &deadline).await {
            Ok(package) => Some(package),
            // Pruned meanwhile, or not a zip of ours.
            Err(Error::FunctionGone { .. } | Error::Package { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let settings = package.as_ref().and_then(settings);
        let places = places.remove(&listed.version).unwrap_or_default();
        versions.push(described(listed, settings, places));
    }
    Ok(EdgeVersionsModel {
        versions: versions.into(),
        ..config
    })
}

fn described(listed: Published, settings: Option<Settings>, places: Places) -> VersionModel {
    let places = places.into_iter().map(|(id, slots)| PlaceModel {
        distribution_id: id.into(),
        slots: slots.into(),
    });
    VersionModel {
        version: listed.version.into(),
        published_at: rfc3339(&listed.last_modified).into(),
        code_sha256: listed.code_sha256.into(),
        size_bytes: listed.code_size.into(),
        settings_sha256: settings.as_ref().map_or(Attr::Null, |settings| {
            settings_sha256(&Attr::Known(SettingsModel::of(settings)))
        }),
        mitigation_type: settings
            .as_ref()
            .map(|settings| settings.mitigation_type.as_str().to_owned())
            .into(),
        mitigation_percent: settings
            .map(|settings| i64::from(settings.mitigation_percent))
            .into(),
        places: places.collect::<Vec<_>>().into(),
    }
}

/// The settings in a package, if there are any that this provider understands.
fn settings(package: &DownloadedPackage) -> Option<Settings> {
    let (_, file) = bundle::configuration(&package.files).ok()??;
    let (configuration, _) = Configuration::from_json(file).ok()?;
    Some(configuration.settings)
}

/// Version to where it stands.
fn by_version(
    standing: BTreeMap<String, BTreeMap<Slot, Association>>,
) -> BTreeMap<Version, Places> {
    let mut versions: BTreeMap<Version, Places> = BTreeMap::new();
    for (id, held) in standing {
        for (slot, association) in held {
            // CloudFront takes no ARN without a version.
            if let Ok(QualifiedArn { version, .. }) = association.lambda_arn.parse() {
                let places = versions.entry(version).or_default();
                places.entry(id.clone()).or_default().insert(slot);
            }
        }
    }
    versions
}

/// Lambda writes the offset without its colon (`…T20:24:19.000+0000`), which RFC 3339 has.
fn rfc3339(lambda: &str) -> String {
    match lambda.strip_suffix("+0000") {
        Some(utc) => format!("{utc}Z"),
        None => lambda.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    #[test]
    fn slots_are_sorted_by_the_version_in_them() {
        let held = |version: u64| Association {
            lambda_arn: format!(
                "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:{version}"
            ),
            include_body: false,
        };
        let request = Slot::new("default", EventType::ViewerRequest);
        let response = Slot::new("default", EventType::ViewerResponse);
        let places = by_version(BTreeMap::from([
            (
                "E1".to_owned(),
                BTreeMap::from([(request.clone(), held(7)), (response.clone(), held(10))]),
            ),
            (
                "E2".to_owned(),
                BTreeMap::from([(request.clone(), held(7))]),
            ),
        ]));
        let version = |number: &str| number.parse::<Version>().expect("a version");
        assert_eq!(
            places[&version("7")],
            Places::from([
                ("E1".to_owned(), [request.clone()].into()),
                ("E2".to_owned(), [request].into()),
            ])
        );
        assert_eq!(
            places[&version("10")],
            Places::from([("E1".to_owned(), [response].into())])
        );
    }

    #[test]
    fn lambdas_times_become_rfc_3339() {
        assert_eq!(
            rfc3339("2026-11-28T20:24:19.000+0000"),
            "2026-11-28T20:24:19.000Z"
        );
        assert_eq!(rfc3339("2026-11-28T20:24:19Z"), "2026-11-28T20:24:19Z");
    }
}
