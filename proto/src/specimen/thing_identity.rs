//! What tells things apart.

use super::Thing;
use crate::{Attr, Diagnostic, Identity, Model, Object, RawState, Result};

/// What tells things apart; the tags come along when they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ThingIdentity {
    id: Attr<String>,
    tags: Attr<Vec<String>>,
}

impl Model for ThingIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("id", |identity| &mut identity.id)
            .required()
            .describe("Its id.");
        object
            .attribute("tags", |identity| &mut identity.tags)
            .optional();
    }
}

impl Identity<Thing> for ThingIdentity {
    const VERSION: i64 = 1;

    fn of(state: &Thing) -> Self {
        Self {
            id: state.id.clone(),
            tags: state.tags.clone(),
        }
    }

    fn import(self) -> Result<Thing> {
        if self.id == "nonsense" {
            return Err(Diagnostic::error("No such id").into());
        }
        Ok(Thing {
            id: self.id,
            secret_wo: "a careless author".into(),
            ..Thing::default()
        })
    }

    fn upgrade(_: i64, raw: &RawState) -> Result<Self> {
        let id: String = raw.read()?;
        Ok(Self {
            id: id.into(),
            ..Self::default()
        })
    }
}
