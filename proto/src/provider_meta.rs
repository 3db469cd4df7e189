//! [`ProviderMeta`]: what a module tells the provider about itself.

use std::any::{Any, TypeId, type_name};
use std::sync::Arc;

use crate::diagnostics::Result;
use crate::fault::bug;
use crate::schema::Model;

/// What the module of a resource or data source says in its `provider_meta` block; see
/// [`Registry::provider_meta`](crate::Registry::provider_meta).
#[derive(Clone, Debug, Default)]
pub struct ProviderMeta {
    declared: Option<Declared>,
    model: Option<Arc<dyn Any + Send + Sync>>,
}

/// The model that was declared.
#[derive(Clone, Copy, Debug)]
struct Declared {
    id: TypeId,
    name: &'static str,
}

impl ProviderMeta {
    /// What a module says, for tests.
    pub fn new<M: Model>(model: M) -> Self {
        Self {
            model: Some(Arc::new(model)),
            ..Self::absent::<M>()
        }
    }

    /// A module without the block.
    pub(crate) fn absent<M: Model>() -> Self {
        Self {
            declared: Some(Declared {
                id: TypeId::of::<M>(),
                name: type_name::<M>(),
            }),
            model: None,
        }
    }

    /// The block as the model that was declared. `None` if the module has none, and in calls for
    /// which Terraform does not send it. Terraform sends it for reading, planning and applying
    /// resources, and for reading data sources.
    ///
    /// # Errors
    /// If another model was declared.
    pub fn get<M: Model>(&self) -> Result<Option<&M>> {
        match self.declared {
            Some(declared) if declared.id != TypeId::of::<M>() => Err(bug(&format!(
                "The provider declared the provider_meta block as {}, but reads it as {}",
                declared.name,
                type_name::<M>()
            ))
            .into()),
            _ => Ok(self
                .model
                .as_deref()
                .and_then(<dyn Any + Send + Sync>::downcast_ref)),
        }
    }
}
