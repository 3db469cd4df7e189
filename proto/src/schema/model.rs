//! [`Model`]: an object as a Rust struct.

use std::fmt::Debug;

use super::Object;

/// A struct whose fields are attributes, each declared once; `()` for a block without attributes.
///
/// ```
/// use tfplugin::{Attr, Model, Object};
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// struct Bucket {
///     name: Attr<String>,
///     versions: Attr<i64>,
///     arn: Attr<String>,
/// }
///
/// impl Model for Bucket {
///     fn declare(object: &mut Object<Self>) {
///         object.attribute("name", |bucket| &mut bucket.name).required().replace();
///         object.attribute("versions", |bucket| &mut bucket.versions).default(3)
///             .check(|count| if *count > 0 { Ok(()) } else { Err("must be at least 1".into()) });
///         object.attribute("arn", |bucket| &mut bucket.arn).computed().keep();
///     }
/// }
/// ```
pub trait Model: Clone + Debug + Default + PartialEq + Send + Sync + 'static {
    /// Declares every field. Called when the schema is built.
    fn declare(object: &mut Object<Self>);
}

impl Model for () {
    fn declare(_: &mut Object<Self>) {}
}
