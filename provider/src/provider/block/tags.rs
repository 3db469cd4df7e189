//! The blocks about tags: those that everything gets, and those that are somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Model, Object};

use crate::aws::tags;

/// The `default_tags` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DefaultTagsBlock {
    /// Tag keys and values.
    pub(crate) tags: Attr<BTreeMap<String, String>>,
}

impl Model for DefaultTagsBlock {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("tags", |m| &mut m.tags)
            .optional()
            .check(tags::check)
            .describe("Tag keys and values.");
    }
}

/// The `ignore_tags` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IgnoreTagsBlock {
    /// Whole tag keys.
    pub(crate) keys: Attr<BTreeSet<String>>,
    /// Beginnings of tag keys.
    pub(crate) key_prefixes: Attr<BTreeSet<String>>,
}

impl Model for IgnoreTagsBlock {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("keys", |m| &mut m.keys)
            .optional()
            .describe("Tag keys.");
        object
            .attribute("key_prefixes", |m| &mut m.key_prefixes)
            .optional()
            .check(|prefixes| {
                if prefixes.contains("") {
                    Err(
                        "An empty prefix would cover every tag. Remove it, or use a prefix like \
                         \"cost:\"."
                            .to_owned(),
                    )
                } else {
                    Ok(())
                }
            })
            .describe("Prefixes of tag keys, like `cost:`.");
    }
}
