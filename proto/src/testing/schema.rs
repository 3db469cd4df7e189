//! Schemas as Terraform has them: from the provider's answer, not from its declarations.

use std::collections::BTreeMap;

use crate::value::{Type, Value};
use crate::wire;
use crate::wire::schema::{Attribute, Block, NestedBlock, Object};

/// How the objects of a nested attribute or block are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

impl Nesting {
    pub(super) fn of_object(object: &Object) -> Self {
        use crate::wire::schema::object::NestingMode;
        match object.nesting() {
            NestingMode::List => Self::List,
            NestingMode::Set => Self::Set,
            NestingMode::Map => Self::Map,
            NestingMode::Single | NestingMode::Invalid => Self::Single,
        }
    }

    pub(super) fn of_block(block: &NestedBlock) -> Self {
        use crate::wire::schema::nested_block::NestingMode;
        match block.nesting() {
            NestingMode::List => Self::List,
            NestingMode::Set => Self::Set,
            NestingMode::Map => Self::Map,
            NestingMode::Single | NestingMode::Group | NestingMode::Invalid => Self::Single,
        }
    }

    fn around(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::List(Box::new(object)),
            Self::Set => Type::Set(Box::new(object)),
            Self::Map => Type::Map(Box::new(object)),
        }
    }

    /// The value in a configuration without such a block.
    pub(super) fn no_blocks(self) -> Value {
        match self {
            Self::Single => Value::Null,
            Self::List => Value::List(Vec::new()),
            Self::Set => Value::Set(std::iter::empty().collect()),
            Self::Map => Value::Map(BTreeMap::new()),
        }
    }
}

/// The type of the objects that a block describes.
pub(super) fn block_type(block: &Block) -> Type {
    let attributes = block.attributes.iter();
    let attributes = attributes.map(|one| (one.name.clone(), attribute_type(one)));
    let blocks = block.block_types.iter().map(|nested| {
        let of = Nesting::of_block(nested).around(block_type(content(nested)));
        (nested.type_name.clone(), of)
    });
    Type::Object(attributes.chain(blocks).collect())
}

pub(super) fn attribute_type(attribute: &Attribute) -> Type {
    match &attribute.nested_type {
        Some(object) => {
            let inner = object.attributes.iter();
            let inner = inner.map(|one| (one.name.clone(), attribute_type(one)));
            Nesting::of_object(object).around(Type::Object(inner.collect()))
        }
        // What the crate writes it can read.
        None => Type::from_json(&attribute.r#type).unwrap_or(Type::Dynamic),
    }
}

/// A block without anything.
static EMPTY: Block = Block {
    version: 0,
    attributes: Vec::new(),
    block_types: Vec::new(),
    description: String::new(),
    description_kind: 0,
    deprecated: false,
    deprecation_message: String::new(),
    computed: false,
};

/// The block of a schema; one that is missing is empty.
pub(super) fn block_of(schema: Option<&wire::Schema>) -> &Block {
    schema
        .and_then(|schema| schema.block.as_ref())
        .unwrap_or(&EMPTY)
}

/// The content of a nested block.
pub(super) fn content(nested: &NestedBlock) -> &Block {
    nested.block.as_ref().unwrap_or(&EMPTY)
}
