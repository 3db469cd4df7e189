//! Every setting goes from HCL into the state and the zip, and comes back from there by an import.
//! The schema says which settings there are, so a new one is followed without a change here, unless
//! not every string will do for it.

use std::collections::BTreeMap;
use std::io::Cursor;

use acceptance::docs::{Attribute, ProviderSchema};
use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use zip::ZipArchive;

use crate::{ADDRESS, FUNCTION};

/// Settings that do not take any string.
const STRINGS: [(&str, &str); 12] = [
    ("bypass.ip_ranges", "203.0.113.0/24"),
    ("bypass.paths", "/static/*"),
    ("captcha.path", "/captcha"),
    ("captcha.signal_path", "/signal"),
    ("cors_origins", "https://app.example.com"),
    ("flagged", "block"),
    ("ingest.kinesis.region", "eu-west-2"),
    ("ingest.log_version", "V2"),
    ("ingest.type", "KINESIS"),
    ("log_level", "debug"),
    ("mitigation_type", "MITIGATE"),
    ("session.format", "V3"),
];

/// Their keys in the file.
const SECRETS: [&str; 6] = [
    "apiKey",
    "secretKey",
    "cookieEncryptionKey",
    "captchaSecretKey",
    "kinesis.kinesisAccessKey",
    "kinesis.kinesisSecretKey",
];

#[test]
fn every_setting_reaches_the_edge_and_comes_back() -> Result<()> {
    let estate = Estate::build()?;
    // Objects that are optional are there, so that what is inside has its defaults.
    let defaults = json!({
        "captcha": { "header": { "name": "x-a", "value": "a" } },
        "client_ip": {},
        "ingest": { "kinesis": { "stream_name": "a" } },
    });
    let terraform = estate.configuration(&configuration(&defaults))?;
    terraform.apply()?;
    let before = terraform.resource(ADDRESS)?["settings"].clone();
    let file_before = leaves(&deployed(&estate, &terraform)?);

    let schema = ProviderSchema::read()?;
    let integration = &schema.resource_schemas["netacea_cloudfront_integration"];
    let attribute = &integration.block.attributes["settings"];
    let wanted = other("", attribute, &before);
    for (setting, value) in leaves(&wanted) {
        let default = leaves(&before).remove(&setting);
        assert_ne!(Some(value), default, "{setting} is to be changed");
    }

    terraform.write("main.tf", &configuration(&wanted))?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        terraform.resource(ADDRESS)?["settings"],
        wanted,
        "the state"
    );

    let mut file = leaves(&deployed(&estate, &terraform)?);
    for secret in SECRETS {
        assert!(file.remove(secret).is_some(), "{secret} is in the file");
    }
    for (key, value) in &file {
        assert_ne!(Some(value), file_before.get(key), "{key} has its default");
    }
    assert_eq!(
        file.len(),
        leaves(&wanted).len(),
        "each setting has its key: {wanted}\n{file:?}"
    );

    let taker = estate.configuration(&configuration(&wanted))?;
    taker
        .run(&["import", "-input=false", ADDRESS, FUNCTION])?
        .success()?;
    assert_eq!(taker.resource(ADDRESS)?["settings"], wanted, "the import");
    Ok(())
}

/// An integration in emit mode, with every secret. JSON is HCL too.
fn configuration(settings: &Value) -> String {
    format!(
        r#"{REQUIREMENT}
resource "netacea_cloudfront_integration" "shop" {{
  name     = "{FUNCTION}"
  role_arn = "arn:aws:iam::000000000000:role/netacea-edge"
  settings = {settings}
  secrets_wo = {{
    api_key               = "api key"
    secret_key            = "secret key"
    cookie_encryption_key = "{encryption_key}"
    captcha_secret_key    = "captcha secret key"
    kinesis_access_key    = "access key"
    kinesis_secret_key    = "kinesis secret key"
  }}
  secrets_wo_version = 1
}}
"#,
        encryption_key = "A".repeat(43),
    )
}

/// The `NetaceaConfig.json` of the published version.
fn deployed(estate: &Estate, terraform: &WorkingDirectory) -> Result<Value> {
    let state = terraform.resource(ADDRESS)?;
    let arn = state["qualified_arn"].as_str().context("no version")?;
    let package = estate.emulator.functions().package(arn)?;
    let mut archive = ZipArchive::new(Cursor::new(package.zip))?;
    Ok(serde_json::from_reader(
        archive.by_name("NetaceaConfig.json")?,
    )?)
}

/// A value for each attribute that is not the one it has.
fn other(path: &str, attribute: &Attribute, value: &Value) -> Value {
    if let Some(nested) = &attribute.nested_type {
        return nested
            .attributes
            .iter()
            .map(|(name, attribute)| {
                let path = qualified(path, name);
                (name.clone(), other(&path, attribute, &value[name]))
            })
            .collect::<Map<_, _>>()
            .into();
    }
    match attribute.value_type.as_ref().and_then(Value::as_str) {
        Some("bool") => json!(value != true),
        Some("number") if path == "captcha.status" => json!(429),
        None => json!([match STRINGS.iter().find(|(name, _)| *name == path) {
            Some((_, string)) => *string,
            None => "x",
        }]),
        Some("number") => match value.as_u64() {
            None | Some(0) => json!(1),
            Some(1) => json!(2),
            Some(number) => json!(number - 1),
        },
        _ => match STRINGS.iter().find(|(name, _)| *name == path) {
            Some((_, string)) => json!(string),
            None => json!(format!("{}x", value.as_str().unwrap_or_default())),
        },
    }
}

/// What is in the objects, by path.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        if value.is_object() {
            let inner = leaves(value).into_iter();
            found.extend(inner.map(|(path, value)| (qualified(name, &path), value)));
        } else {
            found.insert(name.clone(), value.clone());
        }
    }
    found
}

fn qualified(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
