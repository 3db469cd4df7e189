//! [`Crowd`]: a provider of several generated resources.

use std::sync::Arc;

use tfplugin::{Configure, Provider, Registry, Result};

use super::blueprint::Blueprint;
use super::node::Meddling;
use super::resource::Generated;

/// What a resource type is made of.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) blueprint: Arc<Blueprint>,
    pub(crate) predicts: bool,
    pub(crate) meddling: Option<Meddling>,
}

pub(crate) struct Crowd(pub(crate) Vec<Member>);

impl Provider for Crowd {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "crowd";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        self.add::<0>(registry);
        self.add::<1>(registry);
        self.add::<2>(registry);
        self.add::<3>(registry);
        self.add::<4>(registry);
        self.add::<5>(registry);
        self.add::<6>(registry);
        self.add::<7>(registry);
    }
}

impl Crowd {
    fn add<const N: usize>(&self, registry: &mut Registry<()>) {
        let Member {
            blueprint,
            predicts,
            meddling,
        } = self.0[N].clone();
        registry.resource(Generated::<N> {
            blueprint,
            predicts,
            meddling,
        });
    }
}
