use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

/// The `ignore_tags` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IgnoreTags {
    /// Whole tag keys.
    pub(crate) keys: Attr<BTreeSet<String>>,
    /// Beginnings of tag keys.
    pub(crate) key_prefixes: Attr<BTreeSet<String>>,
}

impl Model for IgnoreTags {
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
                    Err("Every key begins with the empty text. Leave it out.".to_owned())
                } else {
                    Ok(())
                }
            })
            .describe("Beginnings of tag keys, like `cost:`.");
    }
}
