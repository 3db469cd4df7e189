//! Values as a state file has them.

use super::typed;
use crate::value::json;

/// What can be read can be written, and then means the same.
pub fn json_state(input: &[u8]) {
    let (of, bytes) = typed(input);
    if let Ok(value) = json::decode(bytes, &of) {
        let written = json::encode(&value, &of).expect("what was read can be written");
        assert_eq!(json::decode(written.as_bytes(), &of), Ok(value));
    }
}
