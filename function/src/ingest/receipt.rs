/// What the answer to a call says about the records in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// All arrived.
    Arrived,
    /// Those did not that are marked, one mark for each record.
    Partly(Vec<bool>),
    /// Not accepted for their content.
    Refused,
    /// Not accepted for the service's sake.
    Failed {
        /// Whether they may have arrived all the same.
        is_ambiguous: bool,
    },
}
