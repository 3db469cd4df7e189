//! [`Set`]: elements without order and without duplicates.

use super::Value;

/// The elements of a set: sorted and without duplicates, so that equal sets compare equal.
///
/// Elements that are unknown, wholly or in part, are all kept: two of them may turn out to differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set(Vec<Value>);

impl Set {
    /// One element after the other, in a fixed order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.0.iter()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        let mut elements: Vec<Value> = elements.into_iter().collect();
        elements.sort();
        elements.dedup_by(|one, other| one == other && one.is_wholly_known());
        Self(elements)
    }
}

impl IntoIterator for Set {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_duplicates_do_not_count() {
        let one: Set = ["b", "a", "b"].map(Value::text).into_iter().collect();
        let other: Set = ["a", "b"].map(Value::text).into_iter().collect();
        assert_eq!(one, other);
    }

    #[test]
    fn unknown_elements_are_all_kept() {
        let set: Set = [Value::UNKNOWN, Value::UNKNOWN].into_iter().collect();
        assert_eq!(set.len(), 2);
    }
}
