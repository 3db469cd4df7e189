//! What the fuzz targets do with their input: `proto/fuzz` runs them by the million, the tests here
//! on their seeds and some thousands of generated inputs.
//!
//! Each fails by panicking.

mod json_state;
mod msgpack_value;
#[cfg(test)]
mod tests;
mod type_json;

pub use json_state::json_state;
pub use msgpack_value::msgpack_value;
pub use type_json::type_json;

pub use crate::goplugin::handshake_environment;
use crate::value::Type;

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
