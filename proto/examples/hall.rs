//! The guests of a hall, which stand nowhere but in the state. It shows what modules tell a
//! provider, objects that get another identity, a log without secrets, and what is put off.

use std::process::ExitCode;

use tfplugin::{
    Attr, Call, Configure, Create, DataSource, Deferral, Identified, Identity, Model, Object,
    Provider, Registry, Resource, Result, Schema, Sensitive, Update,
};

/// `provider "hall" { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    password: Attr<Sensitive<String>>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("password", |configuration| &mut configuration.password)
            .optional()
            .describe("What the porter wants to hear.");
    }
}

/// `provider_meta "hall" { ... }`, in the block `terraform` of a module.
#[derive(Clone, Debug, Default, PartialEq)]
struct ModuleMeta {
    module_name: Attr<String>,
}

impl Model for ModuleMeta {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("module_name", |meta| &mut meta.module_name)
            .required()
            .check(|name| {
                if name.contains('/') {
                    Ok(())
                } else {
                    Err("must be of the form OWNER/NAME".into())
                }
            })
            .describe("Who sends the guests.");
    }
}

/// The porter's view of the hall.
pub(crate) struct Porter {
    /// What they answer to the password.
    session: String,
}

/// `resource "hall_guest" "x" { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Guest {
    name: Attr<String>,
    seat: Attr<String>,
    sent_by: Attr<String>,
}

impl Model for Guest {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |guest| &mut guest.name)
            .required()
            .describe("The name, which may change.");
        object
            .attribute("seat", |guest| &mut guest.seat)
            .optional()
            .describe("Where the guest sits.");
        object
            .attribute("sent_by", |guest| &mut guest.sent_by)
            .computed()
            .keep()
            .describe("The module that the guest came with.");
    }
}

/// A guest is known by name, for as long as the guest has it.
#[derive(Clone, Debug, Default, PartialEq)]
struct GuestIdentity {
    name: Attr<String>,
}

impl Model for GuestIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |identity| &mut identity.name)
            .required();
    }
}

impl Identity<Guest> for GuestIdentity {
    fn of(guest: &Guest) -> Self {
        Self {
            name: guest.name.clone(),
        }
    }

    fn import(self) -> Result<Guest> {
        Ok(Guest {
            name: self.name,
            ..Guest::default()
        })
    }
}

struct GuestResource;

impl Resource for GuestResource {
    type Model = Guest;
    type Client = Porter;
    const TYPE: &'static str = "guest";

    fn schema(&self) -> Schema<Guest> {
        Schema::of::<Guest>().describe("A guest of the hall.")
    }

    fn identity(&self) -> Option<Identified<Guest>> {
        Some(Identified::by::<GuestIdentity>().mutable())
    }

    async fn plan(&self, call: &mut Call<Porter>, plan: &mut tfplugin::Plan<Guest>) -> Result<()> {
        tracing::debug!(can_wait = call.can_defer(), "the porter looks for a seat");
        // Nobody is let in before there is a seat; where Terraform cannot wait, the seat is shown
        // later.
        if plan.planned.seat.is_unknown() && call.can_defer() {
            return call.defer(Deferral::ConfigUnknown);
        }
        Ok(())
    }

    async fn create(
        &self,
        call: &mut Call<Porter>,
        change: Create<Guest>,
        state: &mut Option<Guest>,
    ) -> Result<()> {
        let sent_by = sender(call)?;
        let guest = Guest {
            sent_by: sent_by.into(),
            ..change.planned
        };
        // Both lines have the guest's name.
        let name = guest.name.known().map_or("", String::as_str);
        tracing::info_span!("arrival", guest = name).in_scope(|| {
            tracing::info!(session = call.client.session, "the porter is asked");
            tracing::info!("the guest is let in");
        });
        *state = Some(guest);
        Ok(())
    }

    async fn read(&self, call: &mut Call<Porter>, state: Guest) -> Result<Option<Guest>> {
        tracing::debug!("{} is asked by {}", call.client.session, sender(call)?);
        Ok(Some(state))
    }

    async fn update(
        &self,
        _: &mut Call<Porter>,
        change: Update<Guest>,
        state: &mut Guest,
    ) -> Result<()> {
        *state = change.planned;
        Ok(())
    }

    async fn delete(&self, _: &mut Call<Porter>, _: &mut Guest) -> Result<()> {
        Ok(())
    }
}

/// `data "hall_greeting" "x" {}`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Greeting {
    text: Attr<String>,
}

impl Model for Greeting {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("text", |greeting| &mut greeting.text)
            .computed()
            .describe("What the porter says.");
    }
}

struct GreetingData;

impl DataSource for GreetingData {
    type Model = Greeting;
    type Client = Porter;
    const TYPE: &'static str = "greeting";

    fn schema(&self) -> Schema<Greeting> {
        Schema::of::<Greeting>().describe("What is said at the door.")
    }

    async fn read(&self, call: &mut Call<Porter>, _: Greeting) -> Result<Greeting> {
        Ok(Greeting {
            text: format!("Welcome, {}!", sender(call)?).into(),
        })
    }
}

/// The module that the call is for.
fn sender(call: &Call<Porter>) -> Result<String> {
    let meta = call.provider_meta.get::<ModuleMeta>()?;
    let name = meta.and_then(|meta| meta.module_name.known().cloned());
    Ok(name.unwrap_or_else(|| "nobody".to_owned()))
}

pub(crate) struct Hall;

impl Provider for Hall {
    type Configuration = Configuration;
    type Client = Porter;
    const NAME: &'static str = "hall";

    fn schema(&self) -> Schema<Configuration> {
        Schema::of::<Configuration>().describe("A hall with a porter.")
    }

    /// Without the password, nothing can be done.
    fn defers(&self, configuration: &Configuration) -> bool {
        configuration.password.is_unknown()
    }

    async fn configure(&self, _: &mut Configure, configuration: Configuration) -> Result<Porter> {
        let password = configuration.password.known();
        let password = password.map_or("", |password| password.expose().as_str());
        tracing::info!("the porter hears {password}");
        let session = format!("session-{}", password.len() * 1111);
        // It came from elsewhere, so nobody knows yet that it is a secret.
        tfplugin::log::mask(&session);
        Ok(Porter { session })
    }

    fn register(&self, registry: &mut Registry<Porter>) {
        registry.provider_meta(Schema::of::<ModuleMeta>());
        registry.resource(GuestResource);
        registry.data_source(GreetingData);
    }
}

fn main() -> ExitCode {
    let address = "registry.terraform.io/example/hall";
    tfplugin::serve_from_args(Hall, address, env!("CARGO_PKG_VERSION"))
}
