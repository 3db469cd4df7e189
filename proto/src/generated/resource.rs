//! [`Generated`]: the resource of a blueprint.

use std::sync::Arc;

use tfplugin::{Call, Create, Plan, Resource, Result, Schema, Update};

use super::blueprint::Blueprint;
use super::node::{Meddling, Node, declared_as};

/// A resource that does what was planned, and makes up the rest.
pub(crate) struct Generated<const N: usize> {
    pub(crate) blueprint: Arc<Blueprint>,
    /// Whether its plan says what follows from the configuration.
    pub(crate) predicts: bool,
    /// Which part it makes something else of than it should.
    pub(crate) meddling: Option<Meddling>,
}

/// The types of the resources of one provider.
pub(crate) const TYPES: [&str; 8] = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"];

impl<const N: usize> Resource for Generated<N> {
    type Model = Node;
    type Client = ();
    const TYPE: &'static str = TYPES[N];

    fn schema(&self) -> Schema<Node> {
        declared_as(&self.blueprint, Schema::of::<Node>)
    }

    async fn read(&self, _: &mut Call<()>, state: Node) -> Result<Option<Node>> {
        Ok(Some(state))
    }

    async fn plan(&self, _: &mut Call<()>, plan: &mut Plan<Node>) -> Result<()> {
        if self.predicts {
            plan.planned.predict(&self.blueprint);
        }
        if let Some(meddling) = self.meddling.filter(|meddling| meddling.in_plan) {
            plan.planned.meddle(&self.blueprint, meddling);
        }
        Ok(())
    }

    async fn create(
        &self,
        call: &mut Call<()>,
        change: Create<Node>,
        state: &mut Option<Node>,
    ) -> Result<()> {
        *state = Some(self.made(call, change.planned));
        Ok(())
    }

    async fn update(
        &self,
        call: &mut Call<()>,
        change: Update<Node>,
        state: &mut Node,
    ) -> Result<()> {
        *state = self.made(call, change.planned);
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Node) -> Result<()> {
        Ok(())
    }
}

impl<const N: usize> Generated<N> {
    fn made(&self, call: &mut Call<()>, mut node: Node) -> Node {
        let number = next(call);
        if self.predicts {
            node.begin(&self.blueprint, number);
            node.predict(&self.blueprint);
        }
        node.complete(&self.blueprint, number);
        if let Some(meddling) = self.meddling.filter(|meddling| !meddling.in_plan) {
            node.meddle(&self.blueprint, meddling);
        }
        node
    }
}

/// Numbers what a provider makes up, so that each update makes something else.
fn next(call: &mut Call<()>) -> i64 {
    let number = call.private.get::<i64>("made").unwrap_or_default() + 1;
    call.private.set("made", &number);
    number
}
