//! [`Identity`]: which object a resource's state is about, and [`Identified`]: that a resource has
//! an identity.

mod handler;
mod identified;
mod selected;
mod typed;

use crate::diagnostics::Result;
use crate::raw_state::RawState;
use crate::schema::Model;

pub use identified::Identified;

pub(crate) use handler::{IdentityHandler, Mutability};

/// What tells an object of a resource from all others of its type (Terraform 1.12 and later): kept
/// with the state, accepted by `import { identity = { ... } }`, and listed by `terraform query`.
///
/// If it consists of unchanged attributes of the resource, you do not need to implement this:
/// [`Identified::by_attributes`] names them. This trait is for identities of another form.
///
/// It is a part of the resource's model `M`, so you declare what it takes from the model and how to
/// begin a model from it; reading, planning, applying and importing then need no more code. Its
/// attributes are plain values or lists of them: `required()` means that an import must name it,
/// `optional()` that it may.
///
/// An identity never changes as long as the object exists, unless it is
/// [mutable](Identified::mutable). If its attributes are unknown before apply, it appears after the
/// apply.
///
/// ```
/// # use tfplugin::{Attr, Identified, Identity, Model, Object, Result};
/// # #[derive(Clone, Debug, Default, PartialEq)]
/// # struct Bucket { name: Attr<String>, days: Attr<i64> }
/// # impl Model for Bucket {
/// #     fn declare(object: &mut Object<Self>) {
/// #         object.attribute("name", |bucket| &mut bucket.name).required();
/// #         object.attribute("days", |bucket| &mut bucket.days).optional();
/// #     }
/// # }
/// #[derive(Clone, Debug, Default, PartialEq)]
/// struct BucketIdentity {
///     name: Attr<String>,
/// }
///
/// impl Model for BucketIdentity {
///     fn declare(object: &mut Object<Self>) {
///         object.attribute("name", |identity| &mut identity.name).required();
///     }
/// }
///
/// impl Identity<Bucket> for BucketIdentity {
///     fn of(state: &Bucket) -> Self {
///         Self { name: state.name.clone() }
///     }
///
///     fn import(self) -> Result<Bucket> {
///         Ok(Bucket { name: self.name, ..Bucket::default() })
///     }
/// }
///
/// // In the resource: fn identity(&self) -> Option<Identified<Bucket>>
/// let identified = Identified::<Bucket>::by::<BucketIdentity>();
/// # let _ = identified;
/// ```
pub trait Identity<M>: Model {
    /// The version of its layout; raise it when old identities must be rewritten.
    const VERSION: i64 = 0;

    /// The identity of what `state` is about.
    fn of(state: &M) -> Self;

    /// The beginning of a state, from which [`read`](crate::Resource::read) finds the rest.
    ///
    /// # Errors
    /// If it cannot be the identity of anything.
    fn import(self) -> Result<M>;

    /// Reads an identity of the older layout `version`.
    ///
    /// # Errors
    /// If it has another form.
    fn upgrade(version: i64, raw: &RawState) -> Result<Self> {
        let _ = version;
        raw.model()
    }
}
