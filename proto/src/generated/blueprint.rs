//! [`Blueprint`]: what a generated object consists of.

use std::sync::Arc;

use super::choices::Choices;

/// The names of an object's parts, in order.
pub(crate) const NAMES: [&str; 6] = ["a0", "a1", "a2", "a3", "a4", "a5"];

/// An object, and everything inside it.
#[derive(Clone, Debug)]
pub(crate) struct Blueprint {
    pub(crate) parts: Vec<Part>,
}

/// An attribute or a block.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) mark: Mark,
    pub(crate) keep: bool,
    pub(crate) replace: Replacing,
    /// Whether its plan keeps what was, by a function of the author.
    pub(crate) plans: bool,
    /// Whether there may be one block at most, though more can be written.
    pub(crate) limited: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Leaf(Leaf),
    Nested(Nesting, Arc<Blueprint>),
    Block(Nesting, Arc<Blueprint>),
}

/// The type of an attribute without attributes inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Text,
    Whole,
    Truth,
    Decimal,
    Texts,
    OpenTexts,
    TextSet,
    Wholes,
    OpenWholes,
    Pair,
    Document,
    Float,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

/// Which change needs a new resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacing {
    Never,
    Always,
    IfConfigured,
    /// From one value to another, and not from or to null.
    IfBoth,
}

/// Who sets it. A block is always optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Optional,
    Required,
    Computed,
    OptionalComputed,
    Default,
}

/// Where a part stands, as far as that forbids something.
#[derive(Clone, Copy)]
struct Place {
    /// In a resource or in blocks, and so next to blocks.
    among_blocks: bool,
    in_set: bool,
    in_computed: bool,
    may_replace: bool,
    /// In something whose every change needs a new resource.
    in_replaced: bool,
}

impl Blueprint {
    /// The object of a resource.
    pub(crate) fn of_resource(choices: &mut Choices<'_>) -> Self {
        let place = Place {
            among_blocks: true,
            in_set: false,
            in_computed: false,
            may_replace: true,
            in_replaced: false,
        };
        let count = 1 + choices.below(6);
        Self::chosen(choices, place, count, 2)
    }

    fn chosen(choices: &mut Choices<'_>, place: Place, count: u8, depth: u8) -> Self {
        let parts = (0..count).map(|_| Part::chosen(choices, place, depth));
        Self {
            parts: parts.collect(),
        }
    }

    fn inner(choices: &mut Choices<'_>, place: Place, depth: u8) -> Arc<Self> {
        let count = 1 + choices.below(3);
        Arc::new(Self::chosen(choices, place, count, depth - 1))
    }

    pub(crate) fn has_required(&self) -> bool {
        self.parts.iter().any(|part| part.mark == Mark::Required)
    }
}

impl Part {
    fn chosen(choices: &mut Choices<'_>, place: Place, depth: u8) -> Self {
        let nestings = [Nesting::Single, Nesting::List, Nesting::Set, Nesting::Map];
        let shape = if depth == 0 { 0 } else { choices.below(16) };
        match shape {
            0..8 => Self::leaf(choices, place),
            8..12 => Self::nested(choices, place, depth, nestings[usize::from(shape) - 8]),
            _ if !place.among_blocks => Self::nested(choices, place, depth, Nesting::Single),
            12..14 => Self::block(choices, place, depth, Nesting::Single),
            14 => Self::block(choices, place, depth, Nesting::List),
            _ => Self::block(choices, place, depth, Nesting::Set),
        }
    }

    fn leaf(choices: &mut Choices<'_>, place: Place) -> Self {
        let leaf = match choices.below(14) {
            0..3 => Leaf::Text,
            3 => Leaf::Whole,
            4 => Leaf::Truth,
            5 => Leaf::Decimal,
            6 => Leaf::Texts,
            7 => Leaf::OpenTexts,
            8 => Leaf::TextSet,
            9 => Leaf::Wholes,
            10 => Leaf::OpenWholes,
            11 => Leaf::Pair,
            12 => Leaf::Document,
            _ => Leaf::Float,
        };
        let mut part = Self::marked(choices, place, Kind::Leaf(leaf));
        let is_configured = matches!(part.mark, Mark::Optional | Mark::Required);
        part.write_only = is_configured && !place.in_set && !part.replaces() && choices.once_in(12);
        part.sensitive = choices.once_in(12);
        let is_set_by_provider = matches!(part.mark, Mark::Computed | Mark::OptionalComputed);
        part.plans = is_set_by_provider && !place.in_set && choices.once_in(4);
        part
    }

    fn nested(choices: &mut Choices<'_>, place: Place, depth: u8, nesting: Nesting) -> Self {
        let empty = Arc::new(Blueprint { parts: Vec::new() });
        let mut part = Self::marked(choices, place, Kind::Nested(nesting, empty));
        let is_set_by_provider = matches!(part.mark, Mark::Computed | Mark::OptionalComputed);
        let inside = Place {
            among_blocks: false,
            in_set: place.in_set || nesting == Nesting::Set,
            in_computed: place.in_computed || part.mark == Mark::Computed,
            may_replace: place.may_replace && (!is_set_by_provider || part.keep),
            in_replaced: place.in_replaced || part.replaces(),
        };
        let inner = Blueprint::inner(choices, inside, depth);
        if part.mark == Mark::Default && nesting == Nesting::Single && inner.has_required() {
            part.mark = Mark::Optional;
        }
        part.kind = Kind::Nested(nesting, inner);
        part
    }

    fn block(choices: &mut Choices<'_>, place: Place, depth: u8, nesting: Nesting) -> Self {
        let replace = if place.may_replace && !place.in_set && choices.once_in(4) {
            Replacing::Always
        } else {
            Replacing::Never
        };
        let inside = Place {
            in_set: place.in_set || nesting == Nesting::Set,
            in_replaced: place.in_replaced || replace == Replacing::Always,
            ..place
        };
        Self {
            kind: Kind::Block(nesting, Blueprint::inner(choices, inside, depth)),
            mark: Mark::Optional,
            keep: false,
            replace,
            plans: false,
            limited: nesting != Nesting::Single && choices.once_in(4),
            sensitive: false,
            write_only: false,
        }
    }

    fn replaces(&self) -> bool {
        self.replace != Replacing::Never
    }

    fn marked(choices: &mut Choices<'_>, place: Place, kind: Kind) -> Self {
        let mark = match choices.below(6) {
            // What only the provider sets is told apart by all that it holds.
            _ if place.in_computed && place.in_set => Mark::Optional,
            _ if place.in_computed => Mark::Computed,
            0 => Mark::Optional,
            1 => Mark::Required,
            2 => Mark::Default,
            _ if place.in_set => Mark::Optional,
            3 => Mark::Computed,
            4 => Mark::OptionalComputed,
            _ => Mark::Optional,
        };
        let is_set_by_provider = matches!(mark, Mark::Computed | Mark::OptionalComputed);
        let keep = is_set_by_provider && (choices.once_in(2) || place.in_replaced);
        let replace = match choices.below(6) {
            _ if !place.may_replace || place.in_set || place.in_computed => Replacing::Never,
            4 if mark != Mark::Computed => Replacing::IfConfigured,
            _ if is_set_by_provider && !keep => Replacing::Never,
            3 => Replacing::Always,
            5 => Replacing::IfBoth,
            _ => Replacing::Never,
        };
        Self {
            kind,
            mark,
            keep,
            replace,
            plans: false,
            limited: false,
            sensitive: false,
            write_only: false,
        }
    }
}
