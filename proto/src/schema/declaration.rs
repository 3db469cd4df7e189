//! [`Declaration`]: one attribute or block, without Rust types.

use std::fmt;
use std::sync::Arc;

use super::notation::Notation;
use super::planner::Planner;
use super::replace::Replace;
use super::shape::Shape;
use crate::attr::Attr;
use crate::value::{Type, Value};

/// What schema, plan rules and validation need to know about an attribute or block.
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    /// When a change needs a new resource; never if there is no rule. More than one is a fault.
    pub(crate) replace: Vec<Replace>,
    pub(crate) keep: bool,
    pub(crate) planner: Option<Planner>,
    pub(crate) preset: Option<Preset>,
    /// How many elements or blocks are allowed.
    pub(crate) limits: Limits,
    /// Which values mean the same; `None` if only equal ones do.
    pub(crate) notation: Option<Box<dyn Notation>>,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) checks: Vec<Check>,
    /// Another declaration over the same field of the model.
    pub(crate) shares_field_of: Option<String>,
}

/// A validator over the untyped value; it only sees values that are known.
pub(crate) type Check = Box<dyn Fn(&Value) -> Result<(), String> + Send + Sync>;

#[derive(Debug)]
pub(crate) enum Kind {
    /// A value of one type.
    Value(Type),
    /// Objects with declared attributes, written `name = { ... }`.
    Nested(Nesting, Vec<Declaration>),
    /// Objects with declared attributes, written `name { ... }`.
    Block(Nesting, Vec<Declaration>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

/// What an attribute is when the configuration does not set it.
#[derive(Clone, Debug)]
pub(crate) enum Preset {
    Value(Value),
    /// The object made of its attributes' own presets.
    Object,
}

/// The smallest and the largest number of elements or blocks that is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) least: Option<u32>,
    pub(crate) most: Option<u32>,
}

impl Declaration {
    pub(crate) fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            replace: Vec::new(),
            keep: false,
            planner: None,
            preset: None,
            limits: Limits::default(),
            notation: None,
            description: String::new(),
            deprecated: None,
            checks: Vec::new(),
            shares_field_of: None,
        }
    }

    pub(crate) fn value_type(&self) -> Type {
        match &self.kind {
            Kind::Value(of) => of.clone(),
            Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => {
                let object = Box::new(block_type(inner));
                match nesting {
                    Nesting::Single => *object,
                    Nesting::List => Type::List(object),
                    Nesting::Set => Type::Set(object),
                    Nesting::Map => Type::Map(object),
                }
            }
        }
    }

    /// The declarations inside, of a nested attribute or block.
    pub(crate) fn inner(&self) -> Option<(Nesting, &[Declaration])> {
        match &self.kind {
            Kind::Value(_) => None,
            Kind::Nested(nesting, inner) | Kind::Block(nesting, inner) => Some((*nesting, inner)),
        }
    }

    /// Whether the provider alone sets it.
    pub(crate) fn is_computed_only(&self) -> bool {
        self.computed && !self.optional
    }

    pub(crate) fn is_block(&self) -> bool {
        matches!(self.kind, Kind::Block(..))
    }

    /// Whether a change of it, or of something inside, needs a new resource although nobody
    /// configured it.
    pub(crate) fn replaces_unconfigured(&self) -> bool {
        let is_so = |rule: &Replace| !matches!(rule, Replace::IfConfigured);
        self.replace.iter().any(is_so)
            || self
                .inner()
                .is_some_and(|(_, inner)| inner.iter().any(Self::replaces_unconfigured))
    }

    /// Whether an update that changes any other attribute plans this one as unknown: it is
    /// computed, has no `keep`, and is not configured.
    pub(crate) fn is_forgotten(&self) -> bool {
        self.computed && self.preset.is_none() && !self.keep && self.planner.is_none()
    }

    /// Whether it is, or holds, a block that the provider fills in.
    pub(crate) fn has_computed_block(&self) -> bool {
        let is_inside = |(_, inner): (Nesting, &[Self])| inner.iter().any(Self::has_computed_block);
        self.is_block() && (self.computed || self.inner().is_some_and(is_inside))
    }

    /// Adds a validator over the typed value. A value that does not decode has been reported by
    /// then.
    pub(crate) fn add_check<T: 'static>(
        &mut self,
        shape: Arc<dyn Shape<T>>,
        accept: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static,
    ) {
        self.checks
            .push(Box::new(move |value| match shape.decode(value.clone()) {
                Ok(Attr::Known(value)) => accept(&value),
                Ok(Attr::Null | Attr::Unknown) | Err(_) => Ok(()),
            }));
    }

    /// Sets the write-only mark here and on everything inside.
    pub(crate) fn spread_write_only(&mut self) {
        self.write_only = true;
        if let Kind::Nested(_, inner) = &mut self.kind {
            inner.iter_mut().for_each(Self::spread_write_only);
        }
    }
}

impl fmt::Debug for Declaration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Declaration")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

pub(crate) fn block_type(declarations: &[Declaration]) -> Type {
    Type::Object(
        declarations
            .iter()
            .map(|declaration| (declaration.name.clone(), declaration.value_type()))
            .collect(),
    )
}
