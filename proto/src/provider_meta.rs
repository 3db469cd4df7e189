//! [`ProviderMeta`]: what a module tells the provider about itself.

use std::any::{Any, TypeId, type_name};
use std::sync::Arc;

use crate::decoding::{decoded, validated};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::fault::bug;
use crate::schema::{Model, Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

/// What the module of a resource or data source says in its block `provider_meta`; see
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
    fn absent<M: Model>() -> Self {
        Self {
            declared: Some(Declared {
                id: TypeId::of::<M>(),
                name: type_name::<M>(),
            }),
            model: None,
        }
    }

    /// The block as the model that was declared. `None` if the module has none, and in calls for
    /// which Terraform sends none: it does to read, plan and apply resources, and to read data
    /// sources.
    ///
    /// # Errors
    /// If another model was declared.
    pub fn get<M: Model>(&self) -> Result<Option<&M>> {
        match self.declared {
            Some(declared) if declared.id != TypeId::of::<M>() => Err(bug(&format!(
                "The provider declared the block provider_meta as {}, and wants it as {}",
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

/// The block, its model's type forgotten.
pub(crate) trait MetaHandler: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    /// What a module says, or what is wrong with it.
    fn read(&self, block: Value) -> Result<ProviderMeta>;
}

pub(crate) struct TypedMeta<M>(pub(crate) Schema<M>);

impl<M: Model> MetaHandler for TypedMeta<M> {
    fn faults(&self) -> Vec<String> {
        check(Owner::ProviderMeta, "provider_meta", self.0.declarations())
    }

    fn value_type(&self) -> &Type {
        self.0.value_type()
    }

    fn wire_schema(&self) -> wire::Schema {
        schema_to_wire(&self.0)
    }

    fn read(&self, block: Value) -> Result<ProviderMeta> {
        if block.is_null() {
            return Ok(ProviderMeta::absent::<M>());
        }
        let validation = validated(&self.0, &block, "validation of provider_meta", |_, _| {});
        if validation.has_errors() {
            return Err(validation.iter().map(in_its_block).collect());
        }
        Ok(ProviderMeta::new(decoded(&self.0, block)?))
    }
}

/// The block has no call of its own to be validated in, and a path would be one in the resource.
fn in_its_block(diagnostic: &Diagnostic) -> Diagnostic {
    let path = diagnostic.path().cloned().unwrap_or_default();
    Diagnostic::error(format!(
        "{} in the block provider_meta: {path}",
        diagnostic.summary()
    ))
    .detail(format!(
        "{} Correct it in the block provider_meta of the module.",
        diagnostic.detail_text()
    ))
}
