//! The list resource.

use super::{Specimen, Thing, Things};
use crate::{
    Attr, Call, Diagnostic, Diagnostics, ListResource, Listing, Model, Object, Path, Result,
};

/// Finds as many things as it is asked for; the last of them is what `mode` says.
pub(crate) struct ThingsList;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    count: Attr<i64>,
    mode: Attr<String>,
}

impl Wanted {
    pub(crate) fn of(count: i64) -> Self {
        Self {
            count: count.into(),
            ..Self::default()
        }
    }
}

impl Model for Wanted {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("count", |wanted| &mut wanted.count)
            .required();
        object
            .attribute("mode", |wanted| &mut wanted.mode)
            .optional();
    }
}

impl ListResource for ThingsList {
    type Resource = Things;
    type Model = Wanted;
    type Client = Specimen;

    fn validate(&self, config: &Wanted, diagnostics: &mut Diagnostics) {
        if config.count == Attr::Known(0) {
            diagnostics.push(Diagnostic::error("Nothing wanted").at(Path::root("count")));
        }
    }

    async fn list(
        &self,
        call: &mut Call<Specimen>,
        config: Wanted,
        listing: &mut Listing<Thing>,
    ) -> Result<()> {
        for index in 0..config.count.into_known().unwrap_or_default() {
            let thing = Thing {
                id: format!("t-{index}").as_str().into(),
                mode: "x".into(),
                secret_wo: "a careless author".into(),
                size: listing.wants_states().then_some(index).into(),
                ..Thing::default()
            };
            if !listing.push(format!("thing {index}"), thing).await {
                call.diagnostics.warning("Enough", format!("{index}"));
                return Ok(());
            }
        }
        match config.mode.known().map(String::as_str) {
            Some("fail") => Err(Diagnostic::error("The rest is out of reach").into()),
            Some("unidentified") => {
                while listing.push("nothing", Thing::default()).await {}
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
