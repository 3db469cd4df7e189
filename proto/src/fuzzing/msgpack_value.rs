//! Values as they come over the wire.

use super::typed;
use crate::value::msgpack;

/// What can be read can be written, and then means the same.
pub fn msgpack_value(input: &[u8]) {
    let (of, bytes) = typed(input);
    if let Ok(value) = msgpack::decode(bytes, &of) {
        let written = msgpack::encode(&value, &of).expect("what was read can be written");
        assert_eq!(msgpack::decode(&written, &of), Ok(value));
    }
}
