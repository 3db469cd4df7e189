//! [`Receipt`]: which records of a call have arrived.

/// What the answer to a call says about the records in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// All arrived.
    Arrived,
    /// The marked ones did not arrive; one mark for each record.
    Partly(Vec<bool>),
    /// Refused because of their content.
    Refused,
    /// Not accepted because of a failure of the service.
    Failed {
        /// Whether they may have arrived all the same.
        is_ambiguous: bool,
    },
}
