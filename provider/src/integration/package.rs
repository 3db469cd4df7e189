//! Makes the package that Lambda gets from the attributes.
//!
//! Settings are always in the plan, but secrets may be write-only. So the hash of the settings is
//! known at plan, and the package only if every secret is kept in state. At apply everything is
//! known, and the edge function's rules are checked once more.

use netacea_edge::settings::Configuration;
use sha2::{Digest, Sha256};
use tfplugin::{Attr, Diagnostic, Result};

use super::model::IntegrationModel;
use super::secrets::SecretsModel;
use super::settings::{Reading, SettingsModel};
use crate::bundle::Package;

/// Hex SHA-256 of the settings; unknown while one of them is.
pub(crate) fn settings_sha256(settings: &Attr<SettingsModel>) -> Attr<String> {
    let mut reading = Reading::default();
    let settings = SettingsModel::read(settings, &mut reading);
    if !reading.is_complete() {
        return Attr::Unknown;
    }
    Attr::Known(hex::encode(Sha256::digest(settings.to_json())))
}

/// The package of `planned`, if everything in it is known and kept in state. Write-only secrets may
/// differ between plan and apply, so nothing that depends on them can be said before apply.
pub(crate) fn foreseeable(planned: &IntegrationModel) -> Option<Result<Package>> {
    if !planned.secrets.is_known() {
        return None;
    }
    let mut reading = Reading::default();
    let settings = SettingsModel::read(&planned.settings, &mut reading);
    let secrets = SecretsModel::read(&planned.secrets, &mut reading);
    reading
        .is_complete()
        .then(|| pack(&Configuration { settings, secrets }))
}

/// The package to publish. `config` is the only place where write-only secrets are.
pub(crate) fn to_publish(planned: &IntegrationModel, config: &IntegrationModel) -> Result<Package> {
    let mut reading = Reading::default();
    let settings = SettingsModel::read(&planned.settings, &mut reading);
    let secrets = match &config.secrets_wo {
        Attr::Null => SecretsModel::read(&planned.secrets, &mut reading),
        write_only => SecretsModel::read(write_only, &mut reading),
    };
    let configuration = Configuration { settings, secrets };
    // Values that were unknown when the configuration was validated are known only now.
    if let Some(violation) = configuration.validate().first() {
        return Err(
            Diagnostic::error("The edge function's configuration is not valid")
                .detail(format!(
                    "`{}`: {}. Correct the value, then apply again.",
                    violation.field.join("."),
                    violation.message
                ))
                .into(),
        );
    }
    let package = pack(&configuration)?;
    as_planned(&package, &planned.code_sha256)?;
    Ok(package)
}

/// Two compilers make two packages of one version. Terraform refuses a result that differs from its
/// plan, so that has to be found out before anything is written.
fn as_planned(package: &Package, planned: &Attr<String>) -> Result<()> {
    match planned.known() {
        Some(planned) if planned != package.code_sha256() => Err(Diagnostic::error(
            "The plan was made by another build of the provider",
        )
        .detail(
            "The package of this build differs from the planned one. Nothing was written. Plan \
             and apply again with the same provider binary.",
        )
        .into()),
        _ => Ok(()),
    }
}

fn pack(configuration: &Configuration) -> Result<Package> {
    Package::new(configuration).map_err(|error| {
        Diagnostic::error("The provider cannot make the edge function's package")
            .detail(format!(
                "{error}. This is a bug in the provider; please report it."
            ))
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_hash_is_the_same_whether_defaults_are_written_out_or_not() {
        let written = Attr::Known(SettingsModel::of(&netacea_edge::settings::Settings {
            session: netacea_edge::settings::Session {
                expiry_seconds: Some(3600),
                ..Default::default()
            },
            ..Default::default()
        }));
        assert_eq!(settings_sha256(&written), settings_sha256(&Attr::Null));
    }

    #[test]
    fn an_unknown_setting_leaves_the_hash_unknown() {
        let settings = SettingsModel {
            log_level: Attr::Unknown,
            ..SettingsModel::default()
        };
        assert_eq!(settings_sha256(&settings.into()), Attr::Unknown);
    }

    #[test]
    fn a_package_other_than_the_planned_one_is_refused() {
        let package = pack(&Configuration::default()).expect("a package");
        assert!(as_planned(&package, &package.code_sha256().into()).is_ok());
        assert!(as_planned(&package, &Attr::Unknown).is_ok());
        assert!(as_planned(&package, &"another".into()).is_err());
    }

    #[test]
    fn write_only_secrets_leave_the_package_unforeseeable() {
        assert!(foreseeable(&IntegrationModel::default()).is_none());
    }
}
