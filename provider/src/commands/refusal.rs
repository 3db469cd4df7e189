//! Why a command has no output.

/// What went wrong, line by line.
pub(super) struct Refusal(pub(super) Vec<String>);

impl Refusal {
    /// One line.
    pub(super) fn of(line: impl ToString) -> Refusal {
        Refusal(vec![line.to_string()])
    }
}
