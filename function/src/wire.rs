//! What host and core must agree on. The host's table is `host/wire.mjs`; the test below compares
//! the two, name by name.

/// Declares each constant, and for the test all of them in one list.
macro_rules! table {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: $type = $value;)+

        #[cfg(test)]
        const TABLE: &[(&str, &str)] = &[$((stringify!($name), stringify!($value)),)+];
    };
}

table! {
    /// First byte of a frame that goes out: the frame that came in, or the configuration, cannot be
    /// used. Log lines follow.
    FRAME_REFUSED: u8 = 0;
    /// A call, behind the id of its flow.
    FRAME_CALL: u8 = 1;
    /// Edits.
    FRAME_PASS: u8 = 2;
    /// A generated answer.
    FRAME_ANSWER: u8 = 3;
    /// Done; what follows depends on the question.
    FRAME_OK: u8 = 4;

    /// First byte of an edit: all headers of that name go.
    EDIT_REMOVE: u8 = 0;
    /// All headers of that name are replaced.
    EDIT_SET: u8 = 1;
    /// One more header of that name is added.
    EDIT_APPEND: u8 = 2;

    /// First byte of a reply: a complete answer.
    REPLY_ANSWERED: u8 = 0;
    /// The deadline passed first.
    REPLY_TIMED_OUT: u8 = 1;
    /// There was no connection.
    REPLY_UNREACHABLE: u8 = 2;
    /// The connection broke.
    REPLY_BROKEN: u8 = 3;
    /// The answer was longer than the call allows.
    REPLY_TOO_LARGE: u8 = 4;
    /// Lambda's time was over before the deadline.
    REPLY_OUT_OF_TIME: u8 = 5;
    /// Status and headers came, and one of the above happened to the body.
    REPLY_CUT: u8 = 6;

    /// Random bytes that one step may use.
    ENTROPY_BYTES: usize = 72;
    /// Milliseconds by which a timer must be late to tell that the instance was frozen.
    FROZEN_MS: u64 = 1000;
    /// Milliseconds that a call gets after a thaw, to receive what has arrived meanwhile.
    THAW_MS: u64 = 250;
    /// Beginning of every header that carries Netacea's word to the origin. A visitor's own are
    /// removed: the origin could take them for a verdict (protocol section 12).
    PREFIX: &str = "x-netacea-";
    /// The sealed state (protocol section 4.1). No visitor needs it.
    STATE: &str = "x-netacea-edge-state";
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn the_host_has_the_same_table() {
        let host: Vec<(String, String)> = include_str!("../host/wire.mjs")
            .lines()
            .filter_map(|line| line.strip_prefix("export "))
            .map(|line| {
                let constant = line.strip_prefix("const ").and_then(|line| {
                    let (name, value) = line.strip_suffix(';')?.split_once(" = ")?;
                    Some((name.to_owned(), value.replace('\'', "\"")))
                });
                constant.unwrap_or_else(|| panic!("not a constant: {line}"))
            })
            .collect();
        let core: Vec<(String, String)> = TABLE
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(host, core);
    }
}
