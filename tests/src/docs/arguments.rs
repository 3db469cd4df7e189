//! The section `Schema` of a page: arguments and results, with nested schemas.

use super::schema::{Attribute, Block, BlockType};
use super::type_name;

/// The page on which Terraform explains write-only arguments.
const WRITE_ONLY: &str =
    "https://developer.hashicorp.com/terraform/language/resources/arguments#write-only-arguments";

/// The section of a whole block.
pub(super) fn section(block: &Block) -> String {
    format!("\n## Schema\n{}", level(entries(block), "###", &[]))
}

/// An attribute or a nested block.
enum Entry<'a> {
    Attribute(&'a str, &'a Attribute),
    Block(&'a str, &'a BlockType),
}

#[derive(Clone, Copy, PartialEq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

/// The groups of one level, then the nested schemas of its entries.
fn level(mut entries: Vec<Entry<'_>>, heading: &str, path: &[&str]) -> String {
    entries.sort_by_key(Entry::name);
    let mut text = String::new();
    let mut inner = String::new();
    for group in [Group::Required, Group::Optional, Group::ReadOnly] {
        let members: Vec<_> = entries
            .iter()
            .filter(|entry| entry.group() == group)
            .collect();
        if members.is_empty() {
            continue;
        }
        let title = group.title();
        text += &match heading {
            "" => format!("\n{title}:\n\n"),
            _ => format!("\n{heading} {title}\n\n"),
        };
        for entry in members {
            let mut path = path.to_vec();
            path.push(entry.name());
            text += &entry.line(&path);
            if let Some(children) = entry.children() {
                inner += &format!(
                    "\n<a id=\"{}\"></a>\n### Nested Schema for `{}`\n{}",
                    entry.anchor(&path),
                    path.join("."),
                    level(children, "", &path)
                );
            }
        }
    }
    text + &inner
}

fn entries(block: &Block) -> Vec<Entry<'_>> {
    let attributes = block
        .attributes
        .iter()
        .map(|(name, attribute)| Entry::Attribute(name, attribute));
    let blocks = block
        .block_types
        .iter()
        .map(|(name, block)| Entry::Block(name, block));
    attributes.chain(blocks).collect()
}

impl<'a> Entry<'a> {
    fn name(&self) -> &'a str {
        match self {
            Entry::Attribute(name, _) | Entry::Block(name, _) => name,
        }
    }

    fn group(&self) -> Group {
        let (required, optional) = match self {
            Entry::Attribute(_, attribute) => (attribute.required, attribute.optional),
            Entry::Block(_, block) => (block.min_items > 0, true),
        };
        match (required, optional) {
            (true, _) => Group::Required,
            (false, true) => Group::Optional,
            (false, false) => Group::ReadOnly,
        }
    }

    fn children(&self) -> Option<Vec<Entry<'a>>> {
        match self {
            Entry::Attribute(_, attribute) => attribute.nested_type.as_ref().map(|nested| {
                let children = nested.attributes.iter();
                children
                    .map(|(name, attribute)| Entry::Attribute(name, attribute))
                    .collect()
            }),
            Entry::Block(_, block) => Some(entries(&block.block)),
        }
    }

    fn line(&self, path: &[&str]) -> String {
        let description = match self {
            Entry::Attribute(_, attribute) => &attribute.description,
            Entry::Block(_, block) => &block.block.description,
        };
        let below = match self.children() {
            Some(_) => format!(" (see [below for nested schema](#{}))", self.anchor(path)),
            None => String::new(),
        };
        // A paragraph of its own must be indented to stay in the list.
        let description = description.replace('\n', "\n  ");
        format!(
            "- `{}` ({}) {}{below}\n",
            self.name(),
            self.traits(),
            description.trim()
        )
    }

    fn traits(&self) -> String {
        match self {
            Entry::Attribute(_, attribute) => {
                let value_type = match (&attribute.nested_type, &attribute.value_type) {
                    (Some(nested), _) => nesting("Attributes", &nested.nesting_mode),
                    (None, Some(value_type)) => type_name::words(value_type),
                    (None, None) => "Dynamic".to_owned(),
                };
                let mut traits = vec![value_type];
                if attribute.sensitive {
                    traits.push("Sensitive".to_owned());
                }
                if attribute.write_only {
                    traits.push(format!("[Write-only]({WRITE_ONLY})"));
                }
                if attribute.deprecated {
                    traits.push("Deprecated".to_owned());
                }
                traits.join(", ")
            }
            Entry::Block(_, block) => {
                let mut text = nesting("Block", &block.nesting_mode);
                for (word, items) in [("Min", block.min_items), ("Max", block.max_items)] {
                    if items > 0 {
                        text += &format!(", {word}: {items}");
                    }
                }
                text
            }
        }
    }

    fn anchor(&self, path: &[&str]) -> String {
        let kind = match self {
            Entry::Attribute(..) => "nestedatt",
            Entry::Block(..) => "nestedblock",
        };
        format!("{kind}--{}", path.join("--"))
    }
}

impl Group {
    fn title(self) -> &'static str {
        match self {
            Group::Required => "Required",
            Group::Optional => "Optional",
            Group::ReadOnly => "Read-Only",
        }
    }
}

fn nesting(kind: &str, mode: &str) -> String {
    match mode {
        "list" => format!("{kind} List"),
        "set" => format!("{kind} Set"),
        "map" => format!("{kind} Map"),
        _ => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_grouped_and_nested_ones_follow() -> Result<()> {
        let block: Block = serde_json::from_value(json!({
            "attributes": {
                "name": { "type": "string", "description": "A name.", "required": true },
                "arn": { "type": "string", "description": "Its ARN.", "computed": true },
                "secrets": {
                    "description": "Keys.", "optional": true, "write_only": true,
                    "nested_type": { "nesting_mode": "single", "attributes": {
                        "key": { "type": "string", "description": "A key.", "required": true, "sensitive": true }
                    } }
                }
            },
            "block_types": { "timeouts": { "nesting_mode": "single", "block": {
                "description": "Limits.",
                "attributes": { "create": { "type": "string", "description": "One.", "optional": true } }
            } } }
        }))?;
        let expected = format!(
            "
## Schema

### Required

- `name` (String) A name.

### Optional

- `secrets` (Attributes, [Write-only]({WRITE_ONLY})) Keys. (see [below for nested schema](#nestedatt--secrets))
- `timeouts` (Block) Limits. (see [below for nested schema](#nestedblock--timeouts))

### Read-Only

- `arn` (String) Its ARN.

<a id=\"nestedatt--secrets\"></a>
### Nested Schema for `secrets`

Required:

- `key` (String, Sensitive) A key.

<a id=\"nestedblock--timeouts\"></a>
### Nested Schema for `timeouts`

Optional:

- `create` (String) One.
"
        );
        assert_eq!(section(&block), expected);
        Ok(())
    }
}
