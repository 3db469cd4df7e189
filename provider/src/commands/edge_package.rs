//! `edge-package`: the zip that an apply would publish, from settings and secrets.
//!
//! Input is JSON: `{"settings": {…}, "secrets": {…}}` with the attributes of the resource, or a
//! `NetaceaConfig.json` as Netacea's own package has it.

use std::io::Write;

use netacea_edge::settings::Configuration;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tfplugin::{Attr, Diagnostic, Diagnostics, Model, Object, Schema};

use super::refusal::Refusal;
use crate::bundle::Package;
use crate::integration::{
    IntegrationModel, SecretsModel, SettingsModel, path_of, to_publish, validate,
};

/// The attributes of an integration that its package is made of.
#[derive(Clone, Debug, Default, PartialEq)]
struct PackageModel {
    settings: Attr<SettingsModel>,
    secrets: Attr<SecretsModel>,
}

/// Which of the two forms a JSON has.
#[derive(Deserialize)]
struct Form {
    settings: Option<IgnoredAny>,
    secrets: Option<IgnoredAny>,
}

impl Model for PackageModel {
    fn declare(object: &mut Object<Self>) {
        object
            .nested("settings", |package| &mut package.settings)
            .optional();
        object
            .nested("secrets", |package| &mut package.secrets)
            .required();
    }
}

/// Reads `input`; warnings go to `warnings`, every violation into the refusal.
pub(super) fn run(input: &[u8], warnings: &mut dyn Write) -> Result<Vec<u8>, Refusal> {
    let form: Form = serde_json::from_slice(input).map_err(|error| {
        Refusal::of(format!(
            "the input is not a JSON object (line {}, column {}); pass {{\"settings\": …, \
             \"secrets\": …}} or a NetaceaConfig.json",
            error.line(),
            error.column()
        ))
    })?;
    let package = if form.settings.is_some() || form.secrets.is_some() {
        of_attributes(input, warnings)?
    } else {
        of_configuration_file(input, warnings)?
    };
    Ok(package.bytes().to_vec())
}

fn of_attributes(input: &[u8], warnings: &mut dyn Write) -> Result<Package, Refusal> {
    let integration = |package: &PackageModel| IntegrationModel {
        settings: package.settings.clone(),
        secrets: package.secrets.clone(),
        ..IntegrationModel::default()
    };
    let check = |package: &PackageModel, diagnostics: &mut Diagnostics| {
        validate(&integration(package), diagnostics);
    };
    let schema = Schema::of::<PackageModel>();
    let read = schema.read_json(input, check);
    let (package, told) = read.map_err(|diagnostics| refusal(&diagnostics))?;
    tell(&told, warnings);
    let integration = integration(&package);
    to_publish(&integration, &integration).map_err(|diagnostics| refusal(&diagnostics))
}

fn of_configuration_file(input: &[u8], warnings: &mut dyn Write) -> Result<Package, Refusal> {
    // The error names keys and positions, never values.
    let (configuration, ignored) = Configuration::from_json(input)
        .map_err(|error| Refusal::of(format!("NetaceaConfig.json: {error}")))?;
    for warning in ignored {
        // A closed stream is whoever's wish who closed it.
        let _ = writeln!(warnings, "NetaceaConfig.json: {warning}");
    }
    let integration = IntegrationModel {
        settings: SettingsModel::of(&configuration.settings).into(),
        secrets: Attr::Unknown,
        ..IntegrationModel::default()
    };
    let mut diagnostics = Diagnostics::new();
    validate(&integration, &mut diagnostics);
    let violations = configuration.validate().into_iter();
    let of_secrets = violations.filter(|violation| violation.field.first() == Some(&"secrets"));
    for violation in of_secrets {
        let path = path_of(&violation.field);
        diagnostics.push(Diagnostic::error(violation.message).at(path));
    }
    if diagnostics.has_errors() {
        return Err(refusal(&diagnostics));
    }
    tell(&diagnostics, warnings);
    Package::new(&configuration)
        .map_err(|error| Refusal::of(format!("cannot make the package: {error}")))
}

fn tell(diagnostics: &Diagnostics, warnings: &mut dyn Write) {
    for warning in diagnostics.iter() {
        let _ = writeln!(warnings, "{}", line(warning));
    }
}

fn refusal(diagnostics: &Diagnostics) -> Refusal {
    let errors = diagnostics.iter().filter(|one| one.is_error());
    Refusal(errors.map(line).collect())
}

/// `settings.protector.url: what is wrong. Why, and what to do.`
fn line(diagnostic: &Diagnostic) -> String {
    let parts = [
        diagnostic
            .path()
            .map(|path| format!("{path}: "))
            .unwrap_or_default(),
        diagnostic.summary().to_owned(),
        match diagnostic.detail_text() {
            "" => String::new(),
            detail => format!(". {detail}"),
        },
    ];
    parts.concat().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{CONFIGURATION_FILE, unpack};

    const SECRETS: &str = r#"{"api_key":"hush-1","secret_key":"hush-2"}"#;

    fn made(input: &str) -> (Result<Vec<u8>, Vec<String>>, String) {
        let mut warnings = Vec::new();
        let made = run(input.as_bytes(), &mut warnings).map_err(|Refusal(lines)| lines);
        (made, String::from_utf8(warnings).unwrap())
    }

    fn configuration(zip: &[u8]) -> serde_json::Value {
        serde_json::from_slice(&unpack(zip).unwrap()[CONFIGURATION_FILE]).unwrap()
    }

    #[test]
    fn both_forms_of_one_configuration_give_the_same_bytes() {
        let attributes = format!(
            r#"{{"settings":{{"mitigation_type":"MITIGATE","protector":{{"timeout_ms":900}}}},"secrets":{SECRETS}}}"#
        );
        let (zip, _) = made(&attributes);
        let file =
            r#"{"apiKey":"hush-1","secretKey":"hush-2","mitigationType":"MITIGATE","timeout":900}"#;
        assert_eq!(zip, made(file).0);
        let read = configuration(&zip.unwrap());
        assert_eq!(read["timeout"], 900);
        assert_eq!(read["apiKey"], "hush-1");
    }

    #[test]
    fn every_violation_is_told_at_its_path_and_no_secret_is() {
        let (refused, _) = made(
            r#"{"settings":{"protector":{"timeout_ms":3900,"url":"http://a"},"zeta":1},"secrets":{"api_key":"hush"}}"#,
        );
        let lines = refused.unwrap_err();
        for path in [
            "settings.protector.url: ",
            "settings.zeta: ",
            "settings.protector.timeout_ms: ",
            "secrets.secret_key: ",
        ] {
            assert!(
                lines.iter().any(|line| line.starts_with(path)),
                "{path} of {lines:#?}"
            );
        }
        assert!(!lines.concat().contains("hush"), "{lines:?}");
    }

    #[test]
    fn a_configuration_file_is_held_against_the_same_rules() {
        let (refused, _) = made(r#"{"timeout":3900,"mitigationServiceUrl":"http://a"}"#);
        let lines = refused.unwrap_err();
        for path in [
            "settings.protector.url: ",
            "settings.protector.timeout_ms: ",
            "secrets.api_key: ",
        ] {
            assert!(
                lines.iter().any(|line| line.starts_with(path)),
                "{path} of {lines:#?}"
            );
        }
    }

    #[test]
    fn what_a_configuration_file_has_in_vain_is_a_warning() {
        let file = r#"{"apiKey":"hush-1","secretKey":"hush-2","zeta":"hush-3"}"#;
        let (zip, warnings) = made(file);
        assert!(zip.is_ok() && warnings.contains("zeta"), "{warnings}");
        assert!(!warnings.contains("hush"), "{warnings}");
    }

    #[test]
    fn what_is_no_json_is_refused_without_its_content() {
        for input in ["", "[1]", "{\"apiKey\": \"hush"] {
            let lines = made(input).0.unwrap_err().concat();
            assert!(lines.contains("JSON") && !lines.contains("hush"), "{lines}");
        }
    }
}
