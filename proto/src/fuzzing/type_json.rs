//! Types as a dynamic value carries them.

use crate::value::Type;

/// What can be read can be written, and then means the same.
pub fn type_json(input: &[u8]) {
    if let Ok(of) = Type::from_json(input) {
        assert_eq!(Type::from_json(&of.to_json()), Ok(of));
    }
}
