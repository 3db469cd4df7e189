//! What `terraform providers schema -json` prints about one provider. Parts that the pages do not
//! show are left out.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::PROVIDER;
use crate::terraform::WorkingDirectory;
use crate::toolchain::Toolchain;

/// Everything that a provider offers.
#[derive(Debug, Deserialize)]
pub struct ProviderSchema {
    /// The provider block.
    pub provider: Schema,
    /// By full name.
    #[serde(default)]
    pub resource_schemas: BTreeMap<String, Schema>,
    /// By full name.
    #[serde(default)]
    pub data_source_schemas: BTreeMap<String, Schema>,
    /// By full name.
    #[serde(default)]
    pub ephemeral_resource_schemas: BTreeMap<String, Schema>,
    /// By full name.
    #[serde(default)]
    pub list_resource_schemas: BTreeMap<String, Schema>,
    /// By full name.
    #[serde(default)]
    pub action_schemas: BTreeMap<String, Schema>,
    /// By name, without `provider::netacea::`.
    #[serde(default)]
    pub functions: BTreeMap<String, Function>,
}

/// A provider block, resource or data source.
#[derive(Debug, Deserialize)]
pub struct Schema {
    /// Its body.
    pub block: Block,
}

impl Schema {
    /// Whether there is an attribute at this path, such as `settings.protector.url`.
    pub fn has(&self, path: &str) -> bool {
        let mut attributes = Some(&self.block.attributes);
        path.split('.').all(|name| {
            let found = attributes.and_then(|attributes| attributes.get(name));
            attributes = found
                .and_then(|attribute| attribute.nested_type.as_ref())
                .map(|nested| &nested.attributes);
            found.is_some()
        })
    }
}

/// Attributes and the blocks between them.
#[derive(Debug, Deserialize)]
pub struct Block {
    /// Arguments and results.
    #[serde(default)]
    pub attributes: BTreeMap<String, Attribute>,
    /// Nested blocks.
    #[serde(default)]
    pub block_types: BTreeMap<String, BlockType>,
    /// Markdown.
    #[serde(default)]
    pub description: String,
}

/// One attribute.
#[derive(Debug, Deserialize)]
pub struct Attribute {
    /// Terraform's own notation, such as `["list", "string"]`; absent with `nested_type`.
    #[serde(rename = "type")]
    pub value_type: Option<Value>,
    /// The attribute's own attributes.
    pub nested_type: Option<NestedType>,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// The user must set it.
    #[serde(default)]
    pub required: bool,
    /// The user may set it.
    #[serde(default)]
    pub optional: bool,
    /// Hidden in output.
    #[serde(default)]
    pub sensitive: bool,
    /// Neither in plan nor in state.
    #[serde(default)]
    pub write_only: bool,
    /// Deprecated.
    #[serde(default)]
    pub deprecated: bool,
}

/// The type of an attribute that has attributes of its own.
#[derive(Debug, Deserialize)]
pub struct NestedType {
    /// The inner attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, Attribute>,
    /// `single`, `list`, `set` or `map`.
    pub nesting_mode: String,
}

/// A nested block.
#[derive(Debug, Deserialize)]
pub struct BlockType {
    /// `single`, `list`, `set` or `map`.
    pub nesting_mode: String,
    /// Its body.
    pub block: Block,
    /// The smallest number of blocks.
    #[serde(default)]
    pub min_items: u64,
    /// The largest number of blocks; 0 = any number.
    #[serde(default)]
    pub max_items: u64,
}

/// A function of the provider.
#[derive(Debug, Deserialize)]
pub struct Function {
    /// One sentence.
    #[serde(default)]
    pub summary: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// Terraform's notation.
    pub return_type: Value,
    /// In order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// May be given any number of times, last.
    pub variadic_parameter: Option<Parameter>,
}

/// An argument of a function.
#[derive(Debug, Deserialize)]
pub struct Parameter {
    /// As signatures show it.
    pub name: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// Whether it may be null.
    #[serde(default)]
    pub is_nullable: bool,
    /// Terraform's notation.
    #[serde(rename = "type")]
    pub value_type: Value,
}

impl ProviderSchema {
    /// Asks the built provider, through terraform.
    pub fn read() -> Result<Self> {
        // An older Terraform does not know actions, and pages must not depend on the Terraform that
        // is installed.
        let tools = Toolchain::of_each_terraform(false)?.remove(0);
        // Nothing calls AWS for a schema; port 9 is where nobody listens.
        let directory = WorkingDirectory::create(&tools, "http://127.0.0.1:9")?;
        directory.write("main.tf", REQUIREMENT)?;
        directory.init()?;
        let outcome = directory
            .run(&["providers", "schema", "-json"])?
            .success()?;
        let mut printed: Printed =
            serde_json::from_str(&outcome.stdout).context("the schema that terraform printed")?;
        let address = format!("registry.terraform.io/netacea/{PROVIDER}");
        printed
            .provider_schemas
            .remove(&address)
            .with_context(|| format!("terraform printed no schema of {address}"))
    }
}

/// A configuration that needs the provider and nothing else.
const REQUIREMENT: &str = "terraform {\n  required_providers {\n    netacea = {\n      source = \"netacea/netacea\"\n    }\n  }\n}\n";

#[derive(Deserialize)]
struct Printed {
    provider_schemas: BTreeMap<String, ProviderSchema>,
}
