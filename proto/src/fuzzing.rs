//! What the fuzz targets do with their input: `proto/fuzz` runs them by the million, the tests here
//! on their seeds and some thousands of generated inputs.
//!
//! Each fails by panicking.

#[cfg(test)]
mod tests;

pub use crate::goplugin::handshake_environment;
use crate::value::{Type, json, msgpack};

/// Values as a state file has them: what can be read can be written, and then means the same.
pub fn json_state(input: &[u8]) {
    let (of, bytes) = typed(input);
    if let Ok(value) = json::decode(bytes, &of) {
        let written = json::encode(&value, &of).expect("what was read can be written");
        assert_eq!(json::decode(written.as_bytes(), &of), Ok(value));
    }
}

/// Values as they come over the wire: what can be read can be written, and then means the same.
pub fn msgpack_value(input: &[u8]) {
    let (of, bytes) = typed(input);
    if let Ok(value) = msgpack::decode(bytes, &of) {
        let written = msgpack::encode(&value, &of).expect("what was read can be written");
        assert_eq!(msgpack::decode(&written, &of), Ok(value));
    }
}

/// Types as a dynamic value carries them: what can be read can be written, and then means the same.
pub fn type_json(input: &[u8]) {
    if let Ok(of) = Type::from_json(input) {
        assert_eq!(Type::from_json(&of.to_json()), Ok(of));
    }
}

/// A type in JSON, a line feed, and bytes of that type; without such a type, all of it is a dynamic
/// value, which carries its type.
fn typed(input: &[u8]) -> (Type, &[u8]) {
    let mut halves = input.splitn(2, |byte| *byte == b'\n');
    let of = halves.next().and_then(|json| Type::from_json(json).ok());
    match (of, halves.next()) {
        (Some(of), Some(bytes)) => (of, bytes),
        _ => (Type::Dynamic, input),
    }
}
