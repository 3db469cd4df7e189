//! [`Listing`]: where a list resource puts what it finds.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::collected::Collected;
use crate::engine::without_write_only;
use crate::schema::{Model, Schema};
use crate::value::Value;

/// The way of objects with the model `M` to Terraform, one after the other.
pub struct Listing<M> {
    way: Way<M>,
    /// How many more Terraform wants; `None` if all.
    left: Option<u64>,
    wants_states: bool,
}

enum Way<M> {
    Terraform {
        schema: Arc<Schema<M>>,
        found: mpsc::Sender<Listed>,
    },
    Test(Collected<(String, M)>),
}

/// An object on its way.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) display_name: String,
    pub(crate) state: Value,
}

impl<M: Model> Listing<M> {
    pub(crate) fn new(
        schema: Arc<Schema<M>>,
        found: mpsc::Sender<Listed>,
        limit: Option<u64>,
        wants_states: bool,
    ) -> Self {
        Self {
            way: Way::Terraform { schema, found },
            left: limit,
            wants_states,
        }
    }

    /// For tests of a list resource: collects the names and models that are pushed. It wants all
    /// there are, with their states, unless [`limit`](Self::limit) or
    /// [`identities_only`](Self::identities_only) say otherwise.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # use tfplugin::{Attr, Listing, Model, Object};
    /// # #[derive(Clone, Debug, Default, PartialEq)]
    /// # struct Bucket { name: Attr<String> }
    /// # impl Model for Bucket {
    /// #     fn declare(object: &mut Object<Self>) {
    /// #         object.attribute("name", |bucket| &mut bucket.name).required();
    /// #     }
    /// # }
    /// let (listing, found) = Listing::<Bucket>::collecting();
    /// let mut listing = listing.limit(1);
    /// // Here a test calls `list` of its list resource with `&mut listing`.
    /// let wants_more = listing.push("the first", Bucket { name: "b-1".into() }).await;
    /// assert!(!wants_more);
    /// assert_eq!(found.take(), [("the first".to_owned(), Bucket { name: "b-1".into() })]);
    /// # }
    /// ```
    pub fn collecting() -> (Self, Collected<(String, M)>) {
        let found = Collected::default();
        let listing = Self {
            way: Way::Test(found.clone()),
            left: None,
            wants_states: true,
        };
        (listing, found)
    }

    /// For tests: wants at most so many, as a `limit` in the list block does.
    pub fn limit(mut self, limit: u64) -> Self {
        self.left = Some(limit);
        self
    }

    /// For tests: wants no whole states, as a list block without `include_resource` does.
    pub fn identities_only(mut self) -> Self {
        self.wants_states = false;
        self
    }

    /// Whether Terraform wants whole states. Otherwise the attributes of the identity are enough.
    pub fn wants_states(&self) -> bool {
        self.wants_states
    }

    /// Hands over one object, with a name that people know it by. Returns whether Terraform wants
    /// more: if not, come to an end.
    pub async fn push(&mut self, display_name: impl Into<String>, state: M) -> bool {
        if !self.wants_more() {
            return false;
        }
        let display_name = display_name.into();
        match &self.way {
            Way::Terraform { schema, found } => {
                let state = without_write_only(schema.declarations(), schema.encode(state));
                let listed = Listed {
                    display_name,
                    state,
                };
                // Nobody receives any more: Terraform has hung up.
                if found.send(listed).await.is_err() {
                    self.left = Some(0);
                }
            }
            Way::Test(found) => found.add((display_name, state)),
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        self.wants_more()
    }

    fn wants_more(&self) -> bool {
        self.left != Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Call;
    use crate::list_resource::ListResource as _;
    use crate::specimen::{Specimen, ThingsList, Wanted};

    #[tokio::test]
    async fn a_test_collects_what_a_list_resource_finds_as_far_as_it_is_wanted() {
        let mut call = Call::new(Specimen::default());
        let (mut listing, found) = Listing::collecting();
        let wanted = ThingsList.list(&mut call, Wanted::of(3), &mut listing);
        wanted.await.expect("nothing fails");
        let names = |found: Vec<(String, crate::specimen::Thing)>| -> Vec<String> {
            found.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(found.take()), ["thing 0", "thing 1", "thing 2"]);
        assert!(found.take().is_empty(), "it was taken");

        let (listing, found) = Listing::collecting();
        let mut listing = listing.limit(2).identities_only();
        let wanted = ThingsList.list(&mut call, Wanted::of(3), &mut listing);
        wanted.await.expect("nothing fails");
        let found = found.take();
        assert!(found.iter().all(|(_, thing)| thing.size.is_null()));
        assert_eq!(names(found), ["thing 0", "thing 1"]);
    }
}
