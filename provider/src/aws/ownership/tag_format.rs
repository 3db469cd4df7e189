//! How a function's tags hold what it displaced:
//! `netacea:displaced:<code> = <entry> <code> <code> …`.
//!
//! A code is the first 8 hex digits of the SHA-256 of a distribution and one of its slots (or
//! behaviors), because tags hold neither `*` nor enough characters for a path pattern. An entry is
//! the former content: the ARN of a version, followed by `include-body` if it got request bodies
//! and by `together` if it comes back with the others of its behavior or not at all; or
//! `no-element`. The tag is named by the first code and lists the others of the same entry, because
//! a function has at most 50 tags.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::aws::slot::{Association, Slot};
use crate::aws::tags::Tags;

pub(super) const PREFIX: &str = "netacea:displaced:";
/// AWS allows values of 256 characters.
pub(super) const LONGEST_VALUE: usize = 256;
const NO_ELEMENT: &str = "no-element";
const INCLUDE_BODY: &str = "include-body";
const TOGETHER: &str = "together";
const CODE_DIGITS: usize = 8;

/// The code of one slot, or one behavior, of one distribution.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Code(String);

/// The former content of a slot or a behavior.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The behavior had no element for associations at all.
    NoElement,
    /// A stranger's association held the slot.
    Association {
        held: Association,
        /// It comes back with the others of its behavior or not at all.
        together: bool,
    },
}

/// One tag, unpacked: the entry and every code that it is written for.
pub(super) struct DisplacedTag<'a> {
    pub(super) key: &'a String,
    pub(super) entry: Entry,
    pub(super) codes: Vec<Code>,
}

/// The tags with displaced associations, in the order of their keys.
pub(super) fn unpack(tags: &Tags) -> Vec<DisplacedTag<'_>> {
    tags.iter()
        .filter_map(|(key, value)| DisplacedTag::read(key, value))
        .collect()
}

/// As few tags as these entries fit into.
pub(super) fn pack(entries: &BTreeMap<Code, Entry>) -> Tags {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (Code(code), entry) in entries {
        alike.entry(entry.to_string()).or_default().push(code);
    }
    let mut tags = Tags::new();
    for (entry, codes) in alike {
        let mut key = String::new();
        for code in codes {
            match tags.get_mut(&key) {
                Some(value) if value.len() + 1 + code.len() <= LONGEST_VALUE => {
                    value.push(' ');
                    value.push_str(code);
                }
                _ => {
                    key = format!("{PREFIX}{code}");
                    tags.insert(key.clone(), entry.clone());
                }
            }
        }
    }
    tags
}

impl Code {
    pub(super) fn of_slot(distribution_id: &str, slot: &Slot) -> Code {
        Code::of(&format!("{distribution_id} {slot}"))
    }

    /// The code of a behavior. No slot has this name: slots end in an event.
    pub(super) fn of_behavior(distribution_id: &str, behavior: &str) -> Code {
        Code::of(&format!("{distribution_id} {behavior} element"))
    }

    fn of(name: &str) -> Code {
        let mut digits = hex::encode(Sha256::digest(name));
        digits.truncate(CODE_DIGITS);
        Code(digits)
    }
}

impl<'a> DisplacedTag<'a> {
    /// `None`: a tag of another kind.
    fn read(key: &'a String, value: &str) -> Option<DisplacedTag<'a>> {
        let first = key.strip_prefix(PREFIX)?;
        let mut words = value.split(' ').peekable();
        let what = words.next()?;
        let include_body = words.next_if_eq(&INCLUDE_BODY).is_some();
        let together = words.next_if_eq(&TOGETHER).is_some();
        let entry = match what {
            NO_ELEMENT => Entry::NoElement,
            lambda_arn => Entry::Association {
                held: Association {
                    lambda_arn: lambda_arn.to_owned(),
                    include_body,
                },
                together,
            },
        };
        let codes = std::iter::once(first).chain(words);
        Some(DisplacedTag {
            key,
            entry,
            codes: codes.map(|code| Code(code.to_owned())).collect(),
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::NoElement => f.write_str(NO_ELEMENT),
            Entry::Association { held, together } => {
                f.write_str(&held.lambda_arn)?;
                if held.include_body {
                    write!(f, " {INCLUDE_BODY}")?;
                }
                if *together {
                    write!(f, " {TOGETHER}")?;
                }
                Ok(())
            }
        }
    }
}
