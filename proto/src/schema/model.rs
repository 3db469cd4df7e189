//! [`Model`]: an object as a Rust struct, and [`Object`]: the declarations of its fields.
//!
//! An object decodes by its fields and is one more shape itself, so that objects nest.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::sync::Arc;

use super::attribute::Attribute;
use super::blocks::Blocks;
use super::declaration::{Declaration, Kind, Nesting, Preset};
use super::notation::notation_of;
use super::shape::{ListOf, MapOf, Plain, SetOf, Shape};
use crate::attr::Attr;
use crate::attribute_value::{AttributeValue, not_known};
use crate::path::Step;
use crate::string_value::MapKey;
use crate::value::{Value, ValueError};

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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the model of an object",
    note = "derive `Clone, Debug, Default, PartialEq`, and declare every field in `impl \
            tfplugin::Model for {Self}`",
    note = "for a plain value, use `attribute` instead of `nested` or `block`"
)]
pub trait Model: Clone + Debug + Default + PartialEq + Send + Sync + 'static {
    /// Declares every field. Called when the schema is built.
    fn declare(object: &mut Object<Self>);
}

impl Model for () {
    fn declare(_: &mut Object<Self>) {}
}

/// Collects the declarations of `M`'s fields; see [`Model::declare`].
///
/// Every method takes the attribute's name and a closure that returns the field and captures
/// nothing. The attribute's type is the field's.
pub struct Object<M> {
    declarations: Vec<Declaration>,
    fields: Vec<Box<dyn Field<M>>>,
}

impl<M: Model> Object<M> {
    /// An attribute with a value: a string, number or boolean, or a collection of these.
    pub fn attribute<T: AttributeValue>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<T>,
    ) -> Attribute<'_, T, T::Borrowed> {
        let added = self.add(
            name,
            Kind::Value(T::value_type()),
            field,
            Arc::new(Plain(PhantomData)),
            T::borrowed,
        );
        let added = added.notation(notation_of::<T>());
        if T::SENSITIVE {
            added.sensitive()
        } else {
            added
        }
    }

    /// An attribute that is an object: `name = { ... }`.
    pub fn nested<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<N>,
    ) -> Attribute<'_, N> {
        let (object, inner) = Object::split();
        self.add(
            name,
            Kind::Nested(Nesting::Single, inner),
            field,
            object,
            |object| object,
        )
    }

    /// An attribute that is a list of objects: `name = [{ ... }, ...]`.
    pub fn nested_list<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<Vec<N>>,
    ) -> Attribute<'_, Vec<N>, [N]> {
        let (object, inner) = Object::split();
        self.add(
            name,
            Kind::Nested(Nesting::List, inner),
            field,
            Arc::new(ListOf(object)),
            Vec::as_slice,
        )
    }

    /// An attribute that is a set of objects: as a list, but their order does not count and equal
    /// ones are one. Terraform cannot address what is inside, so everything there is configured:
    /// required, optional or with a default.
    pub fn nested_set<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<Vec<N>>,
    ) -> Attribute<'_, Vec<N>, [N]> {
        let (object, inner) = Object::split();
        self.add(
            name,
            Kind::Nested(Nesting::Set, inner),
            field,
            Arc::new(SetOf { name, of: object }),
            Vec::as_slice,
        )
    }

    /// An attribute that is a map of objects: `name = { key = { ... }, ... }`.
    pub fn nested_map<K: MapKey, N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<BTreeMap<K, N>>,
    ) -> Attribute<'_, BTreeMap<K, N>> {
        let (object, inner) = Object::split();
        self.add(
            name,
            Kind::Nested(Nesting::Map, inner),
            field,
            Arc::new(MapOf(object)),
            |objects| objects,
        )
    }

    /// A block that may be written once: `name { ... }`. Null if it is absent.
    pub fn block<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Attr<N>,
    ) -> Blocks<'_, N> {
        let (object, inner) = Object::split();
        let shape: Arc<dyn Shape<N>> = object;
        self.fields.push(Box::new(AttrField {
            field,
            shape: Arc::clone(&shape),
        }));
        Blocks::new(
            self.declare(name, Kind::Block(Nesting::Single, inner)),
            shape,
            |object| object,
        )
    }

    /// A block that may be written several times. Terraform has no null here: without blocks the
    /// list is empty. An unknown number of them (a `dynamic` block over an unknown value) reads as
    /// none in a resource, where it is planned as it was configured, and is an error in a
    /// provider's configuration.
    pub fn block_list<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Vec<N>,
    ) -> Blocks<'_, Vec<N>, [N]> {
        let (object, inner) = Object::split();
        self.add_blocks(
            name,
            Kind::Block(Nesting::List, inner),
            field,
            Arc::new(ListOf(object)),
        )
    }

    /// A block that may be written several times, in any order: like
    /// [`block_list`](Self::block_list), but equal blocks are one. Terraform cannot address what is
    /// inside, so everything there is configured: required, optional or with a default.
    ///
    /// ```
    /// use tfplugin::{Attr, Model, Object};
    ///
    /// #[derive(Clone, Debug, Default, PartialEq)]
    /// struct Firewall {
    ///     rules: Vec<Rule>,
    /// }
    ///
    /// #[derive(Clone, Debug, Default, PartialEq)]
    /// struct Rule {
    ///     port: Attr<i64>,
    ///     protocol: Attr<String>,
    /// }
    ///
    /// impl Model for Firewall {
    ///     fn declare(object: &mut Object<Self>) {
    ///         object.block_set("rule", |firewall| &mut firewall.rules).min_items(1);
    ///     }
    /// }
    ///
    /// impl Model for Rule {
    ///     fn declare(object: &mut Object<Self>) {
    ///         object.attribute("port", |rule| &mut rule.port).required();
    ///         object.attribute("protocol", |rule| &mut rule.protocol).default("tcp");
    ///     }
    /// }
    /// ```
    pub fn block_set<N: Model>(
        &mut self,
        name: &'static str,
        field: fn(&mut M) -> &mut Vec<N>,
    ) -> Blocks<'_, Vec<N>, [N]> {
        let (object, inner) = Object::split();
        self.add_blocks(
            name,
            Kind::Block(Nesting::Set, inner),
            field,
            Arc::new(SetOf { name, of: object }),
        )
    }

    pub(crate) fn declared() -> Self {
        let mut object = Self {
            declarations: Vec::new(),
            fields: Vec::new(),
        };
        M::declare(&mut object);
        object
    }

    /// Marks declarations that use the same field of the model: setting one would change the other.
    pub(crate) fn mark_shared_fields(&mut self) {
        let untouched = self.encode(M::default());
        for touched in 0..self.fields.len() {
            let mut model = M::default();
            self.fields[touched].touch(&mut model);
            let name = self.declarations[touched].name.clone();
            let later = self.declarations.iter_mut().zip(&self.fields);
            for (declaration, field) in later.skip(touched + 1) {
                // Two declarations with one name are reported as duplicates; a second message would
                // not help.
                if declaration.name != name
                    && field.encode(&mut model) != *untouched.entry(&declaration.name)
                {
                    declaration.shares_field_of = Some(name.clone());
                }
            }
        }
    }

    pub(crate) fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    pub(crate) fn decode(&self, value: Value) -> Result<M, ValueError> {
        let Value::Map(mut entries) = value else {
            return Err(ValueError::new("expected an object"));
        };
        let mut model = M::default();
        for (declaration, field) in self.named_fields() {
            let value = entries.remove(&declaration.name).unwrap_or_default();
            field
                .decode(&mut model, value)
                .map_err(|error| error.inside(Step::Attribute(declaration.name.clone())))?;
        }
        Ok(model)
    }

    pub(crate) fn encode(&self, mut model: M) -> Value {
        let entries = self
            .named_fields()
            .map(|(declaration, field)| (declaration.name.clone(), field.encode(&mut model)));
        Value::map(entries)
    }

    /// The declarations of a nested object, twice: the field decodes by the first copy, and the
    /// parent's declaration owns the second, in which it may change marks (write-only).
    fn split() -> (Arc<Self>, Vec<Declaration>) {
        let mut marked = Self::declared();
        marked.mark_shared_fields();
        (Arc::new(Self::declared()), marked.declarations)
    }

    fn add<T: 'static, C: ?Sized + 'static>(
        &mut self,
        name: &'static str,
        kind: Kind,
        field: fn(&mut M) -> &mut Attr<T>,
        shape: Arc<dyn Shape<T>>,
        borrow: fn(&T) -> &C,
    ) -> Attribute<'_, T, C> {
        self.fields.push(Box::new(AttrField {
            field,
            shape: Arc::clone(&shape),
        }));
        Attribute::new(self.declare(name, kind), shape, borrow)
    }

    fn add_blocks<N: Model>(
        &mut self,
        name: &'static str,
        kind: Kind,
        field: fn(&mut M) -> &mut Vec<N>,
        shape: Arc<dyn Shape<Vec<N>>>,
    ) -> Blocks<'_, Vec<N>, [N]> {
        self.fields.push(Box::new(BlocksField {
            field,
            shape: Arc::clone(&shape),
        }));
        Blocks::new(self.declare(name, kind), shape, Vec::as_slice)
    }

    fn declare(&mut self, name: &str, kind: Kind) -> &mut Declaration {
        self.declarations.push(Declaration::new(name, kind));
        // Just pushed, so there is one.
        let last = self.declarations.len() - 1;
        &mut self.declarations[last]
    }

    /// Declarations and fields are only ever pushed together.
    fn named_fields(&self) -> impl Iterator<Item = (&Declaration, &dyn Field<M>)> {
        self.declarations
            .iter()
            .zip(self.fields.iter().map(Box::as_ref))
    }
}

impl<M: Model> Shape<M> for Object<M> {
    fn decode(&self, value: Value) -> Result<Attr<M>, ValueError> {
        match value {
            Value::Map(_) => self.decode(value).map(Attr::Known),
            other => not_known(other, "an object"),
        }
    }

    fn encode_known(&self, model: M) -> Value {
        self.encode(model)
    }
}

impl<N: Model> Attribute<'_, N> {
    /// The configuration may set the object; else it is the one made of its attributes' defaults.
    pub fn default_object(self) -> Self {
        self.preset(Preset::Object)
    }
}

impl<N: Model> Blocks<'_, N> {
    /// The configuration must have the block. For blocks that may be written several times, use
    /// [`min_items`](Self::min_items).
    pub fn required(self) -> Self {
        self.demand()
    }
}

impl<M> fmt::Debug for Object<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(&self.declarations).finish()
    }
}

/// A field of `M`, its type forgotten.
trait Field<M>: Send + Sync {
    fn decode(&self, model: &mut M, value: Value) -> Result<(), ValueError>;

    /// Sets the field to a value that differs from its default.
    fn touch(&self, model: &mut M);

    /// Takes the value from the model.
    fn encode(&self, model: &mut M) -> Value;
}

struct AttrField<M, T> {
    field: fn(&mut M) -> &mut Attr<T>,
    shape: Arc<dyn Shape<T>>,
}

impl<M, T> Field<M> for AttrField<M, T> {
    fn decode(&self, model: &mut M, value: Value) -> Result<(), ValueError> {
        *(self.field)(model) = self.shape.decode(value)?;
        Ok(())
    }

    fn touch(&self, model: &mut M) {
        *(self.field)(model) = Attr::Unknown;
    }

    fn encode(&self, model: &mut M) -> Value {
        self.shape.encode(std::mem::take((self.field)(model)))
    }
}

struct BlocksField<M, N> {
    field: fn(&mut M) -> &mut Vec<N>,
    shape: Arc<dyn Shape<Vec<N>>>,
}

impl<M, N: Default> Field<M> for BlocksField<M, N> {
    fn decode(&self, model: &mut M, value: Value) -> Result<(), ValueError> {
        *(self.field)(model) = self.shape.decode(value)?.into_known().unwrap_or_default();
        Ok(())
    }

    fn touch(&self, model: &mut M) {
        (self.field)(model).push(N::default());
    }

    fn encode(&self, model: &mut M) -> Value {
        self.shape.encode_known(std::mem::take((self.field)(model)))
    }
}
