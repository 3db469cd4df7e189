//! The package that runs at the edge: the very zip that an apply publishes.

use std::io::{Cursor, Read};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::provider::Provider;

/// Keys of a `NetaceaConfig.json` that hold secrets, at any depth.
const SECRETS: [&str; 6] = [
    "apiKey",
    "secretKey",
    "cookieEncryptionKey",
    "captchaSecretKey",
    "kinesisAccessKey",
    "kinesisSecretKey",
];

/// The zip and its content.
#[derive(Debug)]
pub(crate) struct EdgePackage {
    pub(crate) zip: Vec<u8>,
    /// Its hash as Lambda reports it.
    pub(crate) code_sha256: String,
    /// The version of the function.
    pub(crate) version: String,
    /// `NetaceaConfig.json`, without the secrets.
    pub(crate) configuration: Map<String, Value>,
}

impl EdgePackage {
    /// Has the provider make it.
    pub(crate) fn make(provider: &Provider, configuration: &Value) -> Result<Self> {
        let zip = provider.edge_package(configuration)?;
        let mut text = String::new();
        ZipArchive::new(Cursor::new(&zip))
            .context("cannot read the package")?
            .by_name("NetaceaConfig.json")
            .context("the package has no NetaceaConfig.json")?
            .read_to_string(&mut text)?;
        let mut configuration: Value = serde_json::from_str(&text)?;
        leave_out_secrets(&mut configuration);
        let Value::Object(configuration) = configuration else {
            anyhow::bail!("the package's NetaceaConfig.json is not an object");
        };
        Ok(Self {
            code_sha256: STANDARD.encode(Sha256::digest(&zip)),
            version: provider.version()?,
            zip,
            configuration,
        })
    }

    /// A string of the configuration.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.configuration.get(key)?.as_str()
    }

    /// The package, as the console shows it.
    pub(crate) fn describe(&self) -> Value {
        json!({
            "bytes": self.zip.len(),
            "code_sha256": self.code_sha256,
            "version": self.version,
        })
    }
}

fn leave_out_secrets(value: &mut Value) {
    if let Value::Object(entries) = value {
        entries.retain(|key, _| !SECRETS.contains(&key.as_str()));
        entries.values_mut().for_each(leave_out_secrets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let mut configuration = json!({
            "apiKey": "hush", "timeout": 3, "kinesis": { "kinesisAccessKey": "hush", "a": 1 },
        });
        leave_out_secrets(&mut configuration);
        assert_eq!(
            configuration,
            json!({ "timeout": 3, "kinesis": { "a": 1 } })
        );
    }
}
