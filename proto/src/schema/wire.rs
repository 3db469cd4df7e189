//! Schemas as the protocol writes them.

use super::declaration::{Declaration, Kind, Nesting};
use super::{Model, Schema};
use crate::wire;

pub(crate) fn schema_to_wire<M: Model>(schema: &Schema<M>) -> wire::Schema {
    wire::Schema {
        version: schema.version,
        block: Some(wire::schema::Block {
            description: schema.description.clone(),
            deprecated: schema.deprecated.is_some(),
            deprecation_message: schema.deprecated.clone().unwrap_or_default(),
            ..block(schema.declarations())
        }),
    }
}

/// Here "required" and "optional" mean: for an import.
pub(crate) fn identity_to_wire<I: Model>(schema: &Schema<I>) -> wire::ResourceIdentitySchema {
    let attributes = schema.declarations().iter().map(|declaration| {
        wire::resource_identity_schema::IdentityAttribute {
            name: declaration.name.clone(),
            r#type: declaration.value_type().to_json(),
            required_for_import: declaration.required,
            optional_for_import: declaration.optional,
            description: declaration.description.clone(),
        }
    });
    wire::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: attributes.collect(),
    }
}

fn block(declarations: &[Declaration]) -> wire::schema::Block {
    wire::schema::Block {
        version: 0,
        attributes: declarations
            .iter()
            .filter(|declaration| !declaration.is_block())
            .map(attribute)
            .collect(),
        block_types: declarations.iter().filter_map(nested_block).collect(),
        description: String::new(),
        description_kind: wire::StringKind::Markdown.into(),
        deprecated: false,
        deprecation_message: String::new(),
        computed: false,
    }
}

fn attribute(declaration: &Declaration) -> wire::schema::Attribute {
    let (value_type, nested_type) = match &declaration.kind {
        Kind::Value(of) => (of.to_json(), None),
        Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => {
            (Vec::new(), Some(nested(*nesting, inner)))
        }
    };
    wire::schema::Attribute {
        name: declaration.name.clone(),
        r#type: value_type,
        nested_type,
        description: declaration.description.clone(),
        required: declaration.required,
        optional: declaration.optional,
        computed: declaration.computed,
        sensitive: declaration.sensitive,
        description_kind: wire::StringKind::Markdown.into(),
        deprecated: declaration.deprecated.is_some(),
        write_only: declaration.write_only,
        deprecation_message: declaration.deprecated.clone().unwrap_or_default(),
    }
}

fn nested(nesting: Nesting, inner: &[Declaration]) -> wire::schema::Object {
    use wire::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    wire::schema::Object {
        attributes: inner.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}

fn nested_block(declaration: &Declaration) -> Option<wire::schema::NestedBlock> {
    use wire::schema::nested_block::NestingMode;
    let Kind::Block(nesting, inner) = &declaration.kind else {
        return None;
    };
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    // A block that may be written once has no limits; it is required or not.
    let once = declaration.required.then_some(1);
    Some(wire::schema::NestedBlock {
        type_name: declaration.name.clone(),
        block: Some(wire::schema::Block {
            description: declaration.description.clone(),
            deprecated: declaration.deprecated.is_some(),
            deprecation_message: declaration.deprecated.clone().unwrap_or_default(),
            computed: declaration.computed,
            ..block(inner)
        }),
        nesting: nesting.into(),
        min_items: declaration.limits.least.or(once).unwrap_or_default().into(),
        max_items: declaration.limits.most.or(once).unwrap_or_default().into(),
    })
}
