//! Parts of the schema without a description.

use std::collections::BTreeMap;

use super::schema::{Attribute, Block, ProviderSchema};

/// Everything in the schema that has no description, named as in
/// `resource netacea_cloudfront_integration: settings.protector.url`.
pub fn undescribed(schema: &ProviderSchema) -> Vec<String> {
    let mut names = Vec::new();
    block(
        "the provider block",
        &[],
        &schema.provider.block,
        &mut names,
    );
    for (kind, schemas) in [
        ("resource", &schema.resource_schemas),
        ("data source", &schema.data_source_schemas),
        ("ephemeral resource", &schema.ephemeral_resource_schemas),
        ("list resource", &schema.list_resource_schemas),
        ("action", &schema.action_schemas),
    ] {
        for (name, schema) in schemas {
            block(&format!("{kind} {name}"), &[], &schema.block, &mut names);
        }
    }
    for (name, function) in &schema.functions {
        note(
            &function.description,
            &format!("function {name}"),
            &[],
            &mut names,
        );
        let parameters = function.parameters.iter();
        for parameter in parameters.chain(&function.variadic_parameter) {
            let path = [parameter.name.as_str()];
            note(
                &parameter.description,
                &format!("function {name}"),
                &path,
                &mut names,
            );
        }
    }
    names
}

fn block(owner: &str, path: &[&str], block_: &Block, names: &mut Vec<String>) {
    note(&block_.description, owner, path, names);
    attributes(owner, path, &block_.attributes, names);
    for (name, nested) in &block_.block_types {
        block(
            owner,
            &[path, &[name.as_str()]].concat(),
            &nested.block,
            names,
        );
    }
}

fn attributes(
    owner: &str,
    path: &[&str],
    declared: &BTreeMap<String, Attribute>,
    names: &mut Vec<String>,
) {
    for (name, attribute) in declared {
        let path = [path, &[name.as_str()]].concat();
        note(&attribute.description, owner, &path, names);
        if let Some(nested) = &attribute.nested_type {
            attributes(owner, &path, &nested.attributes, names);
        }
    }
}

fn note(description: &str, owner: &str, path: &[&str], names: &mut Vec<String>) {
    if description.trim().is_empty() {
        names.push(if path.is_empty() {
            owner.to_owned()
        } else {
            format!("{owner}: {}", path.join("."))
        });
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_no_description_is_named_with_its_path() -> Result<()> {
        let schema = serde_json::from_value(json!({
            "provider": { "block": { "description": "It." } },
            "resource_schemas": { "netacea_thing": { "block": {
                "description": "A thing.",
                "attributes": {
                    "known": { "type": "string", "description": "Known." },
                    "outer": { "description": "Outer.", "nested_type": {
                        "nesting_mode": "single",
                        "attributes": { "inner": { "type": "string" } }
                    } }
                },
                "block_types": { "limits": { "nesting_mode": "single", "block": {} } }
            } } },
            "functions": { "parse": {
                "description": "Parses.", "return_type": "string",
                "parameters": [{ "name": "text", "type": "string" }]
            } }
        }))?;
        assert_eq!(
            undescribed(&schema),
            [
                "resource netacea_thing: outer.inner",
                "resource netacea_thing: limits",
                "function parse: text"
            ]
        );
        Ok(())
    }
}
