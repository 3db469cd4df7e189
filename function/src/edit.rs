/// A change to the headers of the event's request or response. Everything else stays as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Removes all headers of this name.
    Remove {
        /// Name exactly as in the event.
        name: String,
    },
    /// Replaces all headers of this name.
    Set {
        /// Name in lower case.
        name: &'static str,
        /// Value.
        value: String,
    },
    /// Adds one more header of this name.
    Append {
        /// Name in lower case.
        name: &'static str,
        /// Value.
        value: String,
    },
}
