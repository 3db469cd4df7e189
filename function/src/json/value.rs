//! A JSON value that was read, and how its members are reached.

use super::number;

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Flag(bool),
    /// As it was written: few numbers are ever needed, and none as a floating-point number.
    Number(String),
    Text(String),
    List(Vec<Self>),
    /// In order of arrival.
    Object(Vec<(String, Self)>),
}

impl Value {
    /// The member of that name; of several the last one, as in JavaScript.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let member = members.iter().rev().find(|(key, _)| key == name);
        member.map(|(_, value)| value)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// `None` for fractions, for powers of ten and for what an `i64` cannot hold.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The smallest whole number that is not below this one.
    pub(crate) fn ceiling(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number::ceiling(number)),
            _ => None,
        }
    }
}

#[cfg(test)]
impl Value {
    /// Whether serde_json sees the same.
    pub(super) fn is_same(&self, other: &serde_json::Value) -> bool {
        use serde_json::Value as Other;
        match (self, other) {
            (Self::Null, Other::Null) => true,
            (Self::Flag(flag), Other::Bool(other)) => flag == other,
            (Self::Number(number), Other::Number(other)) => {
                number.parse::<f64>().ok() == other.as_f64()
            }
            (Self::Text(text), Other::String(other)) => text == other,
            (Self::List(list), Other::Array(other)) => {
                list.len() == other.len()
                    && list
                        .iter()
                        .zip(other)
                        .all(|(one, other)| one.is_same(other))
            }
            (Self::Object(_), Other::Object(members)) => members
                .iter()
                .all(|(name, other)| self.member(name).is_some_and(|one| one.is_same(other))),
            _ => false,
        }
    }
}
