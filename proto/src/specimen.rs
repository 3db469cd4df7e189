//! A provider for this crate's own tests: one of everything, told by its attributes how to behave.

mod lookup;
mod module_meta;
mod poke;
mod repeat;
mod session;
mod thing;
mod thing_identity;
mod things_list;

pub(crate) use lookup::Found;
pub(crate) use module_meta::ModuleMeta;
pub(crate) use poke::{Poke, Pokes};
pub(crate) use thing::{Thing, Things};
pub(crate) use thing_identity::ThingIdentity;
pub(crate) use things_list::{ThingsList, Wanted};

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use tokio::sync::Notify;

use lookup::Lookup;
use repeat::Repeat;
use session::Session;

use crate::{
    Attr, Configure, Diagnostic, Diagnostics, Model, Object, Path, Provider, Registry, Result,
    Schema,
};

/// The provider. Its client is itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Specimen {
    /// Told when a call of mode `wait` has begun.
    pub(crate) waiting: Arc<Notify>,
    /// How many calls of mode `wait` have begun.
    pub(crate) begun: Arc<AtomicUsize>,
    /// How many ids plans of mode `choose` have made up.
    pub(crate) chosen: Arc<AtomicUsize>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    token: Attr<String>,
    roles: Vec<Role>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Role {
    name: Attr<String>,
}

impl Model for Role {
    fn declare(object: &mut Object<Self>) {
        object.attribute("name", |role| &mut role.name).required();
    }
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("token", |configuration| &mut configuration.token)
            .optional()
            .sensitive();
        object.block_list("role", |configuration| &mut configuration.roles);
    }
}

impl Provider for Specimen {
    type Configuration = Configuration;
    type Client = Self;
    const NAME: &'static str = "specimen";

    fn validate(&self, configuration: &Configuration, diagnostics: &mut Diagnostics) {
        if configuration.token == "panic" {
            panic!("a bad token");
        }
        if configuration.token.is_null() {
            diagnostics.warning("No token", "Some calls will fail.");
        }
    }

    fn defers(&self, configuration: &Configuration) -> bool {
        configuration.token.is_unknown() || configuration.token == "later"
    }

    async fn configure(&self, call: &mut Configure, configuration: Configuration) -> Result<Self> {
        if configuration.token == "wrong" {
            return Err(Diagnostic::error("Wrong token")
                .at(Path::root("token"))
                .into());
        }
        call.diagnostics
            .warning("Configured", call.terraform_version.clone());
        Ok(self.clone())
    }

    fn register(&self, registry: &mut Registry<Self>) {
        registry.resource(Things);
        registry.data_source(Lookup);
        registry.ephemeral_resource(Session);
        registry.list_resource(ThingsList);
        registry.action(Poke);
        registry.function(Repeat);
        registry.provider_meta(Schema::of::<ModuleMeta>());
    }
}
