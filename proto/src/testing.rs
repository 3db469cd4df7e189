//! For tests of providers without Terraform: a provider is called in the test's own process.
//!
//! [`Client`] does what Terraform does around the calls. It validates, reads, plans, plans a second
//! time with what was unknown, and applies; it carries state, private data and identity from call
//! to call; a replacement is a destruction and a creation. And it refuses what Terraform refuses:
//! plans that contradict the configuration, second plans and results that contradict the plan,
//! values that are unknown or write-only in a state, calls that are deferred without permission.
//! Failures read as Terraform would print them.
//!
//! Single calls need no client: [`Call::new`](crate::Call::new), [`Plan::new`](crate::Plan::new)
//! and similar functions create what a call gets, and
//! [`Listing::collecting`](crate::Listing::collecting) and
//! [`Progress::collecting`](crate::Progress::collecting) collect what it sends.
//!
//! # A whole example
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use tfplugin::*;
//!
//! // The provider: a lamp that remembers how bright it is.
//!
//! #[derive(Clone, Debug, Default, PartialEq)]
//! struct LampModel {
//!     room: Attr<String>,
//!     brightness: Attr<i64>,
//!     id: Attr<String>,
//! }
//!
//! impl Model for LampModel {
//!     fn declare(object: &mut Object<Self>) {
//!         object.attribute("room", |lamp| &mut lamp.room).required().replace();
//!         object.attribute("brightness", |lamp| &mut lamp.brightness).default(100);
//!         object.attribute("id", |lamp| &mut lamp.id).computed().keep();
//!     }
//! }
//!
//! type House = Arc<Mutex<Option<i64>>>;
//!
//! struct Lamp;
//!
//! impl Resource for Lamp {
//!     type Model = LampModel;
//!     type Client = House;
//!     const TYPE: &'static str = "lamp";
//!
//!     async fn read(&self, call: &mut Call<House>, lamp: LampModel) -> Result<Option<LampModel>> {
//!         let found = *call.client.lock().unwrap();
//!         Ok(found.map(|brightness| LampModel { brightness: brightness.into(), ..lamp }))
//!     }
//!
//!     async fn create(
//!         &self,
//!         call: &mut Call<House>,
//!         change: Create<LampModel>,
//!         state: &mut Option<LampModel>,
//!     ) -> Result<()> {
//!         *call.client.lock().unwrap() = change.planned.brightness.known().copied();
//!         *state = Some(LampModel { id: "lamp-1".into(), ..change.planned });
//!         Ok(())
//!     }
//!
//!     async fn update(
//!         &self,
//!         call: &mut Call<House>,
//!         change: Update<LampModel>,
//!         state: &mut LampModel,
//!     ) -> Result<()> {
//!         *call.client.lock().unwrap() = change.planned.brightness.known().copied();
//!         *state = change.planned;
//!         Ok(())
//!     }
//!
//!     async fn delete(&self, call: &mut Call<House>, _: &mut LampModel) -> Result<()> {
//!         *call.client.lock().unwrap() = None;
//!         Ok(())
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Lights(House);
//!
//! impl Provider for Lights {
//!     type Configuration = ();
//!     type Client = House;
//!     const NAME: &'static str = "lights";
//!
//!     async fn configure(&self, _: &mut Configure, (): ()) -> Result<House> {
//!         Ok(Arc::clone(&self.0))
//!     }
//!
//!     fn register(&self, registry: &mut Registry<House>) {
//!         registry.resource(Lamp);
//!     }
//! }
//!
//! // The test.
//!
//! use tfplugin::testing::{Action, Client, Refusal, UNKNOWN, json};
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn a_lamp_lives() -> Result<(), Refusal> {
//!     let house = House::default();
//!     let client = Client::new(Lights(Arc::clone(&house))).await?;
//!     client.configure(json!({})).await?;
//!     let mut lamp = client.resource("lights_lamp");
//!
//!     // The room comes from a resource that does not exist yet.
//!     let planned = lamp.plan(json!({ "room": UNKNOWN })).await?;
//!     assert_eq!(planned.action(), Action::Create);
//!     assert_eq!(planned.after()["brightness"], 100);
//!     assert_eq!(planned.after()["id"], UNKNOWN);
//!
//!     let config = json!({ "room": "kitchen" });
//!     let state = lamp.apply_plan(planned, config.clone()).await?;
//!     assert_eq!(state["id"], "lamp-1");
//!     assert!(lamp.plan(config.clone()).await?.is_empty());
//!
//!     // Somebody turns it down by hand, and the next plan turns it up again.
//!     *house.lock().unwrap() = Some(20);
//!     let planned = lamp.plan(config.clone()).await?;
//!     assert_eq!(planned.action(), Action::Update);
//!     assert_eq!(planned.after()["brightness"], 100);
//!     lamp.apply_plan(planned, config).await?;
//!
//!     // A configuration may be a model, too.
//!     let cellar = LampModel { room: "cellar".into(), ..LampModel::default() };
//!     let planned = lamp.plan(cellar).await?;
//!     assert_eq!(planned.action(), Action::Replace);
//!     assert_eq!(planned.replace_paths(), [Path::root("room")]);
//!
//!     // What Terraform refuses is an error that says so.
//!     let refusal = lamp.plan(json!({ "color": "red" })).await.unwrap_err();
//!     assert!(refusal.is_at(&Path::root("color")));
//!
//!     lamp.destroy().await?;
//!     assert_eq!(*house.lock().unwrap(), None);
//!     Ok(())
//! }
//! # tokio::runtime::Runtime::new().unwrap().block_on(a_lamp_lives()).unwrap();
//! ```
//!
//! # What it does not do
//!
//! There is one resource at a time: no expressions, no dependencies, no `ignore_changes` and no
//! other `lifecycle`. Terraform converts values where it can (`"3"` to a number); here a test
//! writes the type that the schema has.
//!
//! Ephemeral resources, list resources and actions are not called. A test calls their methods
//! itself: `list` with what [`Listing::collecting`](crate::Listing::collecting) makes, `invoke`
//! with what [`Progress::collecting`](crate::Progress::collecting) makes.
//!
//! Calls can be deferred only if the test says [`allowing_deferral`](Client::allowing_deferral),
//! because no release of Terraform accepts that.
//!
//! [`Attached`] is for tests with a real Terraform, whose provider is in the process of the test.
//! [`InProcess`] makes single calls and leaves everything around them to its caller.

mod applying;
mod calls;
mod client;
mod configuration;
mod import_identity;
mod importing;
mod instance;
mod literal;
mod planned;
mod planning;
mod refusal;
mod rules;
mod schema;
mod shown;
mod unknown;

#[cfg(test)]
mod tests;

pub use client::Client;
pub use instance::Instance;
pub use literal::Literal;
pub use planned::{Action, Planned};
pub use refusal::Refusal;
pub use serde_json::json;
pub use shown::Shown;
pub use unknown::UNKNOWN;

pub use crate::collected::Collected;
pub use crate::goplugin::Attached;
pub use crate::service::{Answered, InProcess, Kept};
