//! [`Listing`]: where a list resource puts what it finds.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::engine::without_write_only;
use crate::schema::{Model, Schema};
use crate::value::Value;

/// The way of objects with the model `M` to Terraform, one after the other.
pub struct Listing<M> {
    schema: Arc<Schema<M>>,
    found: mpsc::Sender<Listed>,
    /// How many more Terraform wants; `None` if all.
    left: Option<u64>,
    wants_states: bool,
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
            schema,
            found,
            left: limit,
            wants_states,
        }
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
        let state = without_write_only(self.schema.declarations(), self.schema.encode(state));
        let listed = Listed {
            display_name: display_name.into(),
            state,
        };
        // Nobody receives any more: Terraform has hung up.
        if self.found.send(listed).await.is_err() {
            self.left = Some(0);
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        self.wants_more()
    }

    fn wants_more(&self) -> bool {
        self.left != Some(0)
    }
}
