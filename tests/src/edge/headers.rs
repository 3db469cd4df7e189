//! Headers as Lambda@Edge events carry them.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One element of a header's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The name as the sender spelled it; functions may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The value.
    pub value: String,
}

/// An object from lower-case name to list, in order: the order is part of a visitor's fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<Header>)>);

impl Headers {
    /// Adds one element after those of the same name.
    pub fn append(&mut self, name: &str, value: &str) {
        let element = Header {
            key: Some(name.to_owned()),
            value: value.to_owned(),
        };
        let lower = name.to_ascii_lowercase();
        match self.0.iter_mut().find(|(name, _)| *name == lower) {
            Some((_, elements)) => elements.push(element),
            None => self.0.push((lower, vec![element])),
        }
    }

    /// Replaces all elements of a name with one.
    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.append(name, value);
    }

    /// Removes a name.
    pub fn remove(&mut self, name: &str) {
        self.0
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    /// Keeps the names that `wanted` accepts; they are in lower case.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| wanted(name));
    }

    /// The values of a name, in lower case; empty when it is absent.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(found, _)| found == name)
            .flat_map(|(_, list)| list)
            .map(|it| it.value.as_str())
            .collect()
    }

    /// The names, in order, in lower case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Every element's object name and the `key` it carries.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, list)| {
            list.iter()
                .filter_map(move |it| Some((name.as_str(), it.key.as_deref()?)))
        })
    }

    /// Every element as name and value; a missing `key` is replaced by the object's own name.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, list)| {
            list.iter().map(move |element| {
                (
                    element.key.as_deref().unwrap_or(name),
                    element.value.as_str(),
                )
            })
        })
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, elements) in &self.0 {
            map.serialize_entry(name, elements)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Headers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object from header name to a list of {key, value}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut headers = Vec::new();
        while let Some(entry) = map.next_entry()? {
            headers.push(entry);
        }
        Ok(Headers(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn the_order_of_headers_survives_both_ways() {
        let text = r#"{"user-agent":[{"value":"b"}],"accept":[{"key":"Accept","value":"a"}]}"#;
        let headers: Headers = serde_json::from_str(text).expect("headers");
        assert_eq!(serde_json::to_string(&headers).expect("JSON"), text);
    }

    #[test]
    fn a_repeated_header_is_one_name_with_two_elements() {
        let mut headers = Headers::default();
        headers.append("Set-Cookie", "a=1");
        headers.append("set-cookie", "b=2");
        assert_eq!(headers.values("set-cookie"), ["a=1", "b=2"]);
        assert_eq!(headers.names().count(), 1);
    }
}
