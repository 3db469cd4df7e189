use std::collections::BTreeMap;

use tfplugin::{Attr, Model, Object};

/// The `default_tags` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DefaultTags {
    /// Tag keys and values.
    pub(crate) tags: Attr<BTreeMap<String, String>>,
}

impl Model for DefaultTags {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("tags", |m| &mut m.tags)
            .optional()
            .describe("Tag keys and values.");
    }
}
