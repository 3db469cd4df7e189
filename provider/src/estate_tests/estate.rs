//! What a user has written down: resources, in two states, through two provider blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tfplugin::value::{Type, Value};

/// Functions that there may be.
pub(super) const NAMES: [&str; 2] = ["netacea-shop", "netacea-more"];
pub(super) const DISTRIBUTIONS: [&str; 2] = ["E1SHOP23456789", "E2MORE23456789"];
pub(super) const BEHAVIORS: [&str; 3] = ["default", "/static/*", "/checkout/*"];
const EVENTS: [&str; 2] = ["viewer-request", "origin-response"];
pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/edge";

/// Where a resource is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Address {
    pub(super) kind: Kind,
    pub(super) key: char,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Integration,
    Association,
}

/// All resources of both states.
pub(super) type Estate = BTreeMap<Address, Resource>;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource {
    pub(super) state: usize,
    /// Which provider block.
    pub(super) alias: usize,
    pub(super) create_before_destroy: bool,
    pub(super) hand_over_from: Vec<Handing>,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Integration {
        name: usize,
        /// A change of it publishes a version.
        memory_size: i32,
        site: Option<Site>,
        adopt_function: bool,
        on_destroy: &'static str,
    },
    Association {
        of: Of,
        site: Site,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Site {
    pub(super) distribution: usize,
    /// Empty: all of them.
    pub(super) behaviors: BTreeSet<usize>,
    pub(super) adopt: bool,
}

/// Which version an association places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Of {
    /// `netacea_cloudfront_integration.<key>.qualified_arn`.
    Reference(Address),
    /// Version 1 of this function, as a string.
    Literal(usize),
}

/// Who gives slots up for a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Handing {
    /// `netacea_cloudfront_integration.<key>.name`.
    Function(Address),
    /// The name of a function as a string.
    Name(usize),
    /// `<distribution id>,<function name>`: an association of the same function.
    Pair(usize, usize),
}

impl Kind {
    pub(super) const fn type_name(self) -> &'static str {
        match self {
            Kind::Integration => "netacea_cloudfront_integration",
            Kind::Association => "netacea_cloudfront_association",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Integration => "integration",
            Kind::Association => "association",
        };
        write!(f, "{kind}.{}", self.key)
    }
}

/// A reference: address and attribute to its value.
pub(super) type Resolve<'a> = &'a dyn Fn(&Address, &str) -> Value;

impl Resource {
    /// The resources that this one refers to.
    pub(super) fn references(&self) -> BTreeSet<Address> {
        let handing = self.hand_over_from.iter();
        let handing = handing.filter_map(|handing| match handing {
            Handing::Function(address) => Some(*address),
            Handing::Pair(..) | Handing::Name(_) => None,
        });
        let placed = match &self.what {
            What::Association {
                of: Of::Reference(address),
                ..
            } => Some(*address),
            _ => None,
        };
        handing.chain(placed).collect()
    }

    /// The configuration as Terraform evaluates it.
    pub(super) fn config(&self, of: &Type, resolve: Resolve<'_>) -> Value {
        let mut entries = match &self.what {
            What::Integration {
                name,
                memory_size,
                site,
                adopt_function,
                on_destroy,
            } => {
                let secrets = [("api_key", "key"), ("secret_key", "secret")];
                let secrets = secrets.map(|(name, value)| (name, Value::text(value)));
                let mut entries = vec![
                    ("name", Value::text(NAMES[*name])),
                    ("role_arn", Value::text(ROLE)),
                    ("memory_size", Value::Number(i64::from(*memory_size).into())),
                    ("secrets", object(part(of, "secrets"), secrets)),
                    ("adopt_existing_function", Value::Bool(*adopt_function)),
                    ("on_destroy", Value::text(*on_destroy)),
                ];
                if let Some(site) = site {
                    let mut parts = site.parts();
                    parts.push(("id", Value::text(DISTRIBUTIONS[site.distribution])));
                    entries.push(("distribution", object(part(of, "distribution"), parts)));
                }
                entries
            }
            What::Association { of: function, site } => {
                let arn = match function {
                    Of::Reference(address) => resolve(address, "qualified_arn"),
                    Of::Literal(name) => Value::text(qualified(NAMES[*name], 1)),
                };
                let mut entries = site.parts();
                let id = Value::text(DISTRIBUTIONS[site.distribution]);
                entries.extend([("distribution_id", id), ("lambda_arn", arn)]);
                entries
            }
        };
        if !self.hand_over_from.is_empty() {
            let handing = |handing: &Handing| match handing {
                Handing::Function(address) => resolve(address, "name"),
                Handing::Name(name) => Value::text(NAMES[*name]),
                Handing::Pair(distribution, name) => {
                    Value::text(format!("{},{}", DISTRIBUTIONS[*distribution], NAMES[*name]))
                }
            };
            let handed = self.hand_over_from.iter().map(handing).collect();
            entries.push(("hand_over_from", Value::Set(handed)));
        }
        object(of, entries)
    }
}

impl Handing {
    /// Whether it speaks of this function, in that distribution.
    pub(super) fn names(self, estate: &Estate, function: &str, distribution: Option<&str>) -> bool {
        match self {
            Handing::Function(address) => match estate.get(&address).map(|one| &one.what) {
                Some(What::Integration { name, .. }) => NAMES[*name] == function,
                _ => false,
            },
            Handing::Name(name) => NAMES[name] == function,
            Handing::Pair(id, name) => {
                NAMES[name] == function && distribution == Some(DISTRIBUTIONS[id])
            }
        }
    }
}

impl Site {
    fn parts(&self) -> Vec<(&'static str, Value)> {
        let texts =
            |all: &mut dyn Iterator<Item = &str>| Value::Set(all.map(Value::text).collect());
        let mut parts = vec![
            ("events", texts(&mut EVENTS.iter().copied())),
            ("adopt_existing", Value::Bool(self.adopt)),
        ];
        if !self.behaviors.is_empty() {
            let mut names = self.behaviors.iter().map(|index| BEHAVIORS[*index]);
            parts.push(("behaviors", texts(&mut names)));
        }
        parts
    }
}

pub(super) fn qualified(name: &str, version: u64) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:{version}")
}

/// The name of the function in an ARN, qualified or not.
pub(super) fn function_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(6)
}

/// An object of that type; attributes that are not named are null.
fn object(of: &Type, entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let Type::Object(attributes) = of else {
        panic!("not an object: {of:?}")
    };
    let null = attributes.keys().map(|name| (name.clone(), Value::Null));
    let mut whole: BTreeMap<String, Value> = null.collect();
    for (name, value) in entries {
        let known = whole.insert(name.to_owned(), value);
        assert!(known.is_some(), "there is no {name}");
    }
    Value::Map(whole)
}

fn part<'a>(of: &'a Type, name: &str) -> &'a Type {
    match of {
        Type::Object(attributes) => &attributes[name],
        other => panic!("not an object: {other:?}"),
    }
}
