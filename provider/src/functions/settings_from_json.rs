//! `provider::netacea::settings_from_json(text)`: a `NetaceaConfig.json` as the settings of a
//! resource.

use netacea_edge::settings::Configuration;
use tfplugin::{
    Arguments, Attr, Function, FunctionError, Model, Object, ObjectValue, Parameters, Signature,
};

use crate::integration::SettingsModel;

/// The function.
#[derive(Debug)]
pub(crate) struct SettingsFromJson;

/// What it is called with.
#[derive(Default)]
pub(crate) struct SettingsFromJsonArguments {
    /// Holds secrets, so there is no `Debug`.
    text: String,
}

/// What it returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Converted {
    settings: Attr<SettingsModel>,
    secrets_found: Attr<Vec<String>>,
    warnings: Attr<Vec<String>>,
}

impl Arguments for SettingsFromJsonArguments {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("text", |arguments| &mut arguments.text)
            .describe("Content of the file: `file(\"NetaceaConfig.json\")`.");
    }
}

impl Model for Converted {
    fn declare(object: &mut Object<Self>) {
        object.nested("settings", |converted| &mut converted.settings);
        object.attribute("secrets_found", |converted| &mut converted.secrets_found);
        object.attribute("warnings", |converted| &mut converted.warnings);
    }
}

impl Function for SettingsFromJson {
    type Arguments = SettingsFromJsonArguments;
    type Output = ObjectValue<Converted>;
    const NAME: &'static str = "settings_from_json";

    fn signature(&self) -> Signature<SettingsFromJsonArguments> {
        Signature::of::<SettingsFromJsonArguments>()
            .summary("Converts a NetaceaConfig.json to settings of an integration")
            .describe(
                "Converts the `NetaceaConfig.json` of Netacea's own package to the attribute \
                 `settings` of `netacea_cloudfront_integration`.\n\nThe result is an \
                 object:\n\n  - `settings`: assign it as it is, or change it with `merge`. \
                 Settings that the file leaves out get their defaults; the default of \
                 `session.expiry_seconds` depends on `mitigation_type`.\n  - `secrets_found`: \
                 names of the secrets in the file, as in `secrets_wo`. Their values are not part \
                 of the result; pass them in ephemeral variables.\n  - `warnings`: messages about \
                 keys of the file that the edge function does not use.\n\nThe values are checked \
                 where you assign `settings`.",
            )
    }

    fn call(
        &self,
        arguments: SettingsFromJsonArguments,
    ) -> Result<ObjectValue<Converted>, FunctionError> {
        // The error names keys and positions, never values.
        let (configuration, warnings) = Configuration::from_json(arguments.text.as_bytes())
            .map_err(|error| {
                FunctionError::new(format!(
                    "{error}; pass the content of a NetaceaConfig.json, or correct the file"
                ))
                .argument(0)
            })?;
        let mut settings = SettingsModel::of(&configuration.settings);
        if configuration.settings.session.expiry_seconds.is_none() {
            settings.leave_lifetime_to_the_mode();
        }
        let secrets = configuration.secrets.names().map(str::to_owned).collect();
        Ok(ObjectValue(Converted {
            settings: settings.into(),
            secrets_found: Attr::Known(secrets),
            warnings: Attr::Known(warnings.iter().map(ToString::to_string).collect()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(text: &str) -> Result<Converted, String> {
        let arguments = SettingsFromJsonArguments {
            text: text.to_owned(),
        };
        let converted = SettingsFromJson.call(arguments);
        converted
            .map(|converted| converted.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn secrets_are_named_and_never_part_of_the_result() {
        let converted = convert(
            r#"{"apiKey":"hush-1","secretKey":"hush-2","kinesis":{"kinesisStreamName":"s","kinesisAccessKey":"hush-3",
                "kinesisSecretKey":"hush-4"},"secretsManagerSecretId":"hush-5","zeta":"hush-6"}"#,
        )
        .expect("a result");
        let names = [
            "api_key",
            "secret_key",
            "kinesis_access_key",
            "kinesis_secret_key",
        ];
        assert_eq!(
            converted.secrets_found,
            Attr::Known(names.map(str::to_owned).into())
        );
        assert!(!format!("{converted:?}").contains("hush"), "{converted:?}");
        let warnings = converted.warnings.into_known().expect("known");
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }

    #[test]
    fn a_lifetime_that_the_file_does_not_set_follows_the_mode() {
        let lifetime = |text: &str| {
            let settings = convert(text).expect("a result").settings.into_known();
            let session = settings.expect("known").session.into_known();
            session.expect("known").expiry_seconds
        };
        assert_eq!(lifetime("{}"), Attr::Null);
        assert_eq!(
            lifetime(r#"{"mitataCookieExpirySeconds": 90}"#),
            Attr::Known(90)
        );
    }

    #[test]
    fn what_is_no_configuration_is_refused_without_its_values() {
        for (text, part) in [
            (
                "{\"apiKey\": \"hush\"",
                "not valid JSON (line 1, column 17)",
            ),
            ("[\"hush\"]", "must be a JSON object"),
            ("{\"timeout\": \"hush\"}", "`timeout` must be"),
            ("{\"mitigationType\": \"hush\"}", "INGEST, MITIGATE, INJECT"),
        ] {
            let error = convert(text).expect_err(text);
            assert!(
                error.contains(part) && error.contains("NetaceaConfig.json"),
                "{error}"
            );
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
