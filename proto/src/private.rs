//! [`Private`]: what a resource remembers in addition to its state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The layout of the bytes; another number means that another provider version wrote them.
const VERSION: u32 = 1;

/// A small map that Terraform carries from plan to apply to state to the next read, without showing
/// it to the user.
///
/// Use it for ETags and for documents that must be restored exactly as they were found. The state
/// file stores it unencrypted, so do not put secrets into it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Private {
    values: BTreeMap<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Stored {
    version: u32,
    values: BTreeMap<String, Value>,
}

impl Private {
    /// The value kept under `key`; `None` if there is none or if it does not have the form of `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        T::deserialize(self.values.get(key)?).ok()
    }

    /// Keeps `value` under `key`. A value that JSON cannot represent (a map whose keys are not
    /// strings) is not kept, and the previous value is removed.
    pub fn set(&mut self, key: impl Into<String>, value: &impl Serialize) {
        let key = key.into();
        match serde_json::to_value(value) {
            Ok(value) => self.values.insert(key, value),
            Err(_) => self.values.remove(&key),
        };
    }

    /// Forgets what is kept under `key`.
    pub fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }

    /// Bytes of another layout (from a later provider, or a damaged state) are treated as empty:
    /// private data is a convenience, and must never make a state unreadable.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        match serde_json::from_slice::<Stored>(bytes) {
            Ok(stored) if stored.version == VERSION => Self {
                values: stored.values,
            },
            _ => Self::default(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        if self.values.is_empty() {
            return Vec::new();
        }
        // A map with text keys and JSON values always has a JSON form.
        serde_json::to_vec(&Stored {
            version: VERSION,
            values: self.values.clone(),
        })
        .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_comes_back_after_a_trip_through_state() {
        let mut private = Private::default();
        private.set("etag", &"E1");
        private.set("counts", &[1, 2]);
        let back = Private::from_bytes(&private.to_bytes());
        assert_eq!(back.get::<String>("etag").as_deref(), Some("E1"));
        assert_eq!(back.get::<Vec<u8>>("counts"), Some(vec![1, 2]));
        assert_eq!(back.get::<u8>("etag"), None, "another shape is not there");
    }

    #[test]
    fn damaged_or_foreign_bytes_mean_nothing_remembered() {
        for bytes in [
            &b""[..],
            b"{",
            b"\xff",
            br#"{"version":2,"values":{"etag":"E1"}}"#,
        ] {
            assert_eq!(Private::from_bytes(bytes), Private::default());
        }
    }

    #[test]
    fn an_empty_map_takes_no_bytes() {
        let mut private = Private::default();
        private.set("etag", &"E1");
        private.remove("etag");
        assert!(private.to_bytes().is_empty());
    }
}
