//! [`MetaHandler`]: the block `provider_meta` without its model's type. [`TypedMeta`] implements it
//! for an author's schema.

use crate::decoding::{decoded, validated};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::provider_meta::ProviderMeta;
use crate::schema::{Model, Owner, Schema, check, schema_to_wire};
use crate::value::{Type, Value};
use crate::wire;

/// What the calls need of the block.
pub(crate) trait MetaHandler: Send + Sync {
    fn faults(&self) -> Vec<String>;

    fn value_type(&self) -> &Type;

    fn wire_schema(&self) -> wire::Schema;

    /// The module's block, or the errors in it.
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

/// Removes the path: no call validates this block alone, so Terraform would look for the path in
/// the resource.
fn in_its_block(diagnostic: &Diagnostic) -> Diagnostic {
    let path = diagnostic.path().cloned().unwrap_or_default();
    Diagnostic::error(format!(
        "{} in the block provider_meta: {path}",
        diagnostic.summary()
    ))
    .detail(format!(
        "{} Correct it in the module's provider_meta block.",
        diagnostic.detail_text()
    ))
}
