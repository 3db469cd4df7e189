//! [`Node`]: a model whose fields are what a blueprint says.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use tfplugin::{Attr, Attribute, AttributeValue, Blocks, Json, Model, Number, Object, ObjectValue};

use super::blueprint::{Blueprint, Kind, Leaf, Mark, NAMES, Nesting, Part, Replacing};
use super::choices::Choices;

/// An object of any blueprint: one slot for each part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node(Vec<Slot>);

#[derive(Clone, Debug, Default, PartialEq)]
enum Slot {
    #[default]
    Empty,
    Text(Attr<String>),
    Whole(Attr<i64>),
    Truth(Attr<bool>),
    Decimal(Attr<Number>),
    Texts(Attr<Vec<String>>),
    OpenTexts(Attr<Vec<Attr<String>>>),
    TextSet(Attr<BTreeSet<String>>),
    Wholes(Attr<BTreeMap<String, i64>>),
    OpenWholes(Attr<BTreeMap<String, Attr<i64>>>),
    Pair(Attr<ObjectValue<Pair>>),
    Document(Attr<Json>),
    Float(Attr<f64>),
    Single(Attr<Node>),
    Nodes(Attr<Vec<Node>>),
    NodeMap(Attr<BTreeMap<String, Node>>),
    Blocks(Vec<Node>),
}

/// The attributes of an object that is a value as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pair {
    left: Attr<String>,
    right: Attr<i64>,
}

impl Model for Pair {
    fn declare(object: &mut Object<Self>) {
        object.attribute("left", |pair| &mut pair.left).optional();
        object.attribute("right", |pair| &mut pair.right).optional();
    }
}

/// What stands in a slot.
trait Held: Sized + 'static {
    fn held(slot: &mut Slot) -> &mut Attr<Self>;

    /// The value of that number that a provider makes up; the default is number 0.
    fn made(number: i64) -> Self;
}

macro_rules! held {
    ($($variant:ident: $of:ty = |$number:pat_param| $made:expr;)*) => {$(
        impl Held for $of {
            fn held(slot: &mut Slot) -> &mut Attr<Self> {
                if !matches!(slot, Slot::$variant(_)) {
                    *slot = Slot::$variant(Attr::Null);
                }
                match slot {
                    Slot::$variant(held) => held,
                    _ => unreachable!("it has just been put there"),
                }
            }

            fn made($number: i64) -> Self {
                $made
            }
        }
    )*};
}

held! {
    Text: String = |number| format!("made {number}");
    Whole: i64 = |number| number;
    Truth: bool = |number| number % 2 == 0;
    Decimal: Number = |number| number.into();
    Texts: Vec<String> = |number| vec![number.to_string()];
    OpenTexts: Vec<Attr<String>> = |number| vec![number.to_string().into()];
    TextSet: BTreeSet<String> = |number| [number.to_string()].into();
    Wholes: BTreeMap<String, i64> = |number| [("made".to_owned(), number)].into();
    OpenWholes: BTreeMap<String, Attr<i64>> = |number| [("made".to_owned(), number.into())].into();
    Pair: ObjectValue<Pair> = |number| ObjectValue(Pair { left: "made".into(), right: number.into() });
    Document: Json = |number| format!("[{number}]").parse().expect("it is JSON");
    Float: f64 = |number| 0.5 + number as f64;
    Single: Node = |_| Node::default();
    Nodes: Vec<Node> = |_| Vec::new();
    NodeMap: BTreeMap<String, Node> = |_| BTreeMap::new();
}

/// Runs `$body` with `$of` as the Rust type of a leaf.
macro_rules! of_leaf {
    ($leaf:expr, $of:ident => $body:expr) => {
        match $leaf {
            Leaf::Text => {
                type $of = String;
                $body
            }
            Leaf::Whole => {
                type $of = i64;
                $body
            }
            Leaf::Truth => {
                type $of = bool;
                $body
            }
            Leaf::Decimal => {
                type $of = Number;
                $body
            }
            Leaf::Texts => {
                type $of = Vec<String>;
                $body
            }
            Leaf::OpenTexts => {
                type $of = Vec<Attr<String>>;
                $body
            }
            Leaf::TextSet => {
                type $of = BTreeSet<String>;
                $body
            }
            Leaf::Wholes => {
                type $of = BTreeMap<String, i64>;
                $body
            }
            Leaf::OpenWholes => {
                type $of = BTreeMap<String, Attr<i64>>;
                $body
            }
            Leaf::Pair => {
                type $of = ObjectValue<Pair>;
                $body
            }
            Leaf::Document => {
                type $of = Json;
                $body
            }
            Leaf::Float => {
                type $of = f64;
                $body
            }
        }
    };
}

/// What an author does wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meddling {
    /// In the plan, or else in the result of a creation or update.
    pub(crate) in_plan: bool,
    /// The number of the part, counted around.
    pub(crate) part: usize,
    pub(crate) instead: Instead,
}

/// What stands there instead.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instead {
    Nothing,
    Unknown,
    MadeUp,
}

impl Meddling {
    pub(crate) fn chosen(choices: &mut Choices<'_>) -> Self {
        Self {
            in_plan: choices.below(2) == 0,
            part: choices.below(6).into(),
            instead: match choices.below(3) {
                0 => Instead::Nothing,
                1 => Instead::Unknown,
                _ => Instead::MadeUp,
            },
        }
    }
}

thread_local! {
    /// What is being declared, the innermost last.
    static DECLARED: RefCell<Vec<Arc<Blueprint>>> = const { RefCell::new(Vec::new()) };
}

/// Whatever is declared meanwhile has the parts of that blueprint.
pub(crate) fn declared_as<T>(blueprint: &Arc<Blueprint>, declare: impl FnOnce() -> T) -> T {
    DECLARED.with_borrow_mut(|declared| declared.push(Arc::clone(blueprint)));
    let value = declare();
    DECLARED.with_borrow_mut(Vec::pop);
    value
}

impl Model for Node {
    fn declare(object: &mut Object<Self>) {
        let blueprint = DECLARED.with_borrow(|declared| declared.last().cloned());
        let blueprint = blueprint.expect("models are declared as something");
        for (index, part) in blueprint.parts.iter().enumerate() {
            part.declare(index, object);
        }
    }
}

impl Part {
    fn declare(&self, index: usize, object: &mut Object<Node>) {
        let name = NAMES[index];
        match &self.kind {
            Kind::Leaf(Leaf::Text) => {
                let text = object.attribute(name, way::<String>(index));
                let text = if self.mark == Mark::Computed {
                    text
                } else {
                    text.check(|text| match text {
                        "bad" => Err("It is bad.".to_owned()),
                        _ => Ok(()),
                    })
                };
                self.mark(self.planned(text));
            }
            Kind::Leaf(leaf) => of_leaf!(leaf, Of => {
                self.mark(self.planned(object.attribute(name, way::<Of>(index))));
            }),
            Kind::Nested(Nesting::Single, inner) => {
                let nested = declared_as(inner, || object.nested(name, way::<Node>(index)));
                if self.mark == Mark::Default {
                    self.mark_further(nested.default_object());
                } else {
                    self.mark(nested);
                }
            }
            Kind::Nested(Nesting::List, inner) => {
                self.mark(declared_as(inner, || {
                    object.nested_list(name, way::<Vec<Node>>(index))
                }));
            }
            Kind::Nested(Nesting::Set, inner) => {
                self.mark(declared_as(inner, || {
                    object.nested_set(name, way::<Vec<Node>>(index))
                }));
            }
            Kind::Nested(Nesting::Map, inner) => {
                self.mark(declared_as(inner, || {
                    object.nested_map::<String, Node>(name, way(index))
                }));
            }
            Kind::Block(Nesting::Single, inner) => {
                let block = declared_as(inner, || object.block(name, way::<Node>(index)));
                self.mark_blocks(block);
            }
            Kind::Block(Nesting::Set, inner) => {
                let blocks = declared_as(inner, || object.block_set(name, way_to_blocks(index)));
                self.mark_blocks(if self.limited {
                    blocks.max_items(1)
                } else {
                    blocks
                });
            }
            Kind::Block(_, inner) => {
                let blocks = declared_as(inner, || object.block_list(name, way_to_blocks(index)));
                self.mark_blocks(if self.limited {
                    blocks.max_items(1)
                } else {
                    blocks
                });
            }
        }
    }

    fn mark_blocks<T: 'static, C: ?Sized + 'static>(&self, blocks: Blocks<'_, T, C>) {
        if self.replace == Replacing::Always {
            blocks.replace();
        }
    }

    /// Keeps what was, as an author's function may.
    fn planned<'a, T: AttributeValue, C: ?Sized + 'static>(
        &self,
        attribute: Attribute<'a, T, C>,
    ) -> Attribute<'a, T, C> {
        if !self.plans {
            return attribute;
        }
        attribute.plan(|change| match change.prior {
            Some(Attr::Known(prior)) if change.config.is_null() => Attr::Known(prior),
            _ => change.planned,
        })
    }

    fn mark<T: Held, C: ?Sized + 'static>(&self, attribute: Attribute<'_, T, C>) {
        self.mark_further(match self.mark {
            Mark::Optional => attribute.optional(),
            Mark::Required => attribute.required(),
            Mark::Computed => attribute.computed(),
            Mark::OptionalComputed => attribute.optional_computed(),
            Mark::Default => attribute.default(T::made(0)),
        });
    }

    fn mark_further<T: 'static, C: ?Sized + 'static>(&self, attribute: Attribute<'_, T, C>) {
        let attribute = if self.keep {
            attribute.keep()
        } else {
            attribute
        };
        let attribute = match self.replace {
            Replacing::Never => attribute,
            Replacing::Always => attribute.replace(),
            Replacing::IfConfigured => attribute.replace_if_configured(),
            Replacing::IfBoth => {
                attribute.replace_if(|before, after| before.is_some() && after.is_some())
            }
        };
        let attribute = if self.sensitive {
            attribute.sensitive()
        } else {
            attribute
        };
        if self.write_only {
            attribute.write_only();
        }
    }
}

impl Instead {
    fn of<T: Held>(self) -> Attr<T> {
        match self {
            Self::Nothing => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::MadeUp => Attr::Known(T::made(99)),
        }
    }
}

impl Node {
    /// Makes up everything that is not known yet.
    pub(crate) fn complete(&mut self, blueprint: &Blueprint, number: i64) {
        for (index, part) in blueprint.parts.iter().enumerate() {
            match &part.kind {
                Kind::Leaf(leaf) => of_leaf!(leaf, Of => complete(self.at::<Of>(index), number)),
                Kind::Nested(Nesting::Single, inner) => {
                    let node = self.at::<Self>(index);
                    if node.is_unknown() {
                        *node = Self::made_up(inner, number).into();
                    }
                    node.known_mut()
                        .into_iter()
                        .for_each(|node| node.complete(inner, number));
                }
                Kind::Nested(Nesting::List | Nesting::Set, inner) => {
                    let nodes = self.at::<Vec<Self>>(index);
                    if nodes.is_unknown() {
                        *nodes = vec![Self::made_up(inner, number)].into();
                    }
                    let nodes = nodes.known_mut().into_iter().flatten();
                    nodes.for_each(|node| node.complete(inner, number));
                }
                Kind::Nested(Nesting::Map, inner) => {
                    let nodes = self.at::<BTreeMap<String, Self>>(index);
                    if nodes.is_unknown() {
                        let made = Self::made_up(inner, number);
                        *nodes = BTreeMap::from([("made".to_owned(), made)]).into();
                    }
                    let nodes = nodes.known_mut().into_iter().flat_map(BTreeMap::values_mut);
                    nodes.for_each(|node| node.complete(inner, number));
                }
                Kind::Block(Nesting::Single, inner) => {
                    let node = self.at::<Self>(index).known_mut();
                    node.into_iter()
                        .for_each(|node| node.complete(inner, number));
                }
                Kind::Block(_, inner) => {
                    let nodes = way_to_blocks(index)(self);
                    nodes
                        .iter_mut()
                        .for_each(|node| node.complete(inner, number));
                }
            }
        }
    }

    /// Strings that follow from the first part, once that is known: what an author's plan may say
    /// and then has to come true. From blocks nothing follows, since an unknown number of them
    /// reads as none.
    pub(crate) fn predict(&mut self, blueprint: &Blueprint) {
        if matches!(blueprint.parts[0].kind, Kind::Block(..)) {
            return;
        }
        let source = format!("{:?}", self.slot(0));
        if source.contains("Unknown") {
            return;
        }
        for (index, part) in blueprint.parts.iter().enumerate().skip(1) {
            if matches!(part.kind, Kind::Leaf(Leaf::Text)) && part.mark == Mark::Computed {
                let text = self.at::<String>(index);
                if text.is_unknown() {
                    *text = format!("of {source}").into();
                }
            }
        }
    }

    /// Makes up the first part alone, from which others may follow.
    pub(crate) fn begin(&mut self, blueprint: &Blueprint, number: i64) {
        let first = Blueprint {
            parts: blueprint.parts[..1].to_vec(),
        };
        self.complete(&first, number);
    }

    /// Puts something else into one part.
    pub(crate) fn meddle(&mut self, blueprint: &Blueprint, meddling: Meddling) {
        let index = meddling.part % blueprint.parts.len();
        let instead = meddling.instead;
        match &blueprint.parts[index].kind {
            Kind::Leaf(leaf) => of_leaf!(leaf, Of => *self.at::<Of>(index) = instead.of()),
            Kind::Nested(Nesting::Single, _) | Kind::Block(Nesting::Single, _) => {
                *self.at::<Self>(index) = instead.of();
            }
            Kind::Nested(Nesting::Map, _) => {
                *self.at::<BTreeMap<String, Self>>(index) = instead.of();
            }
            Kind::Nested(..) => *self.at::<Vec<Self>>(index) = instead.of(),
            Kind::Block(..) => {
                let blocks = way_to_blocks(index)(self);
                match instead {
                    Instead::Nothing => blocks.clear(),
                    Instead::Unknown | Instead::MadeUp => blocks.push(Self::default()),
                }
            }
        }
    }

    /// An object in which everything is made up that a provider sets.
    fn made_up(blueprint: &Blueprint, number: i64) -> Self {
        let mut node = Self::default();
        for (index, part) in blueprint.parts.iter().enumerate() {
            if part.mark == Mark::Computed {
                node.forget(index, part);
            }
        }
        node.complete(blueprint, number);
        node
    }

    fn forget(&mut self, index: usize, part: &Part) {
        match &part.kind {
            Kind::Leaf(leaf) => of_leaf!(leaf, Of => *self.at::<Of>(index) = Attr::Unknown),
            Kind::Nested(Nesting::Single, _) => *self.at::<Self>(index) = Attr::Unknown,
            Kind::Nested(Nesting::Map, _) => {
                *self.at::<BTreeMap<String, Self>>(index) = Attr::Unknown;
            }
            Kind::Nested(..) => *self.at::<Vec<Self>>(index) = Attr::Unknown,
            Kind::Block(..) => {}
        }
    }

    fn at<T: Held>(&mut self, index: usize) -> &mut Attr<T> {
        T::held(self.slot(index))
    }

    fn slot(&mut self, index: usize) -> &mut Slot {
        if self.0.len() <= index {
            self.0.resize(index + 1, Slot::Empty);
        }
        &mut self.0[index]
    }
}

fn complete<T: Held + AttributeValue>(attribute: &mut Attr<T>, number: i64) {
    if attribute.is_unknown() {
        *attribute = Attr::Known(T::made(number));
    }
}

/// The way to a field; the index is a part of the function, which can capture nothing.
fn way<T: Held>(index: usize) -> fn(&mut Node) -> &mut Attr<T> {
    fn at<T: Held, const I: usize>(node: &mut Node) -> &mut Attr<T> {
        node.at(I)
    }
    match index {
        0 => at::<T, 0>,
        1 => at::<T, 1>,
        2 => at::<T, 2>,
        3 => at::<T, 3>,
        4 => at::<T, 4>,
        _ => at::<T, 5>,
    }
}

fn way_to_blocks(index: usize) -> fn(&mut Node) -> &mut Vec<Node> {
    fn at<const I: usize>(node: &mut Node) -> &mut Vec<Node> {
        let slot = node.slot(I);
        if !matches!(slot, Slot::Blocks(_)) {
            *slot = Slot::Blocks(Vec::new());
        }
        match slot {
            Slot::Blocks(blocks) => blocks,
            _ => unreachable!("they have just been put there"),
        }
    }
    match index {
        0 => at::<0>,
        1 => at::<1>,
        2 => at::<2>,
        3 => at::<3>,
        4 => at::<4>,
        _ => at::<5>,
    }
}
