//! Decides when waiting log entries go and how they are divided into records (protocol section
//! 9.4).

use crate::settings;

/// Records of one `PutRecords` call: what AWS allows.
const CALL_RECORDS: usize = 500;
/// Bytes of all of them, counted as they are sent, in base64. AWS allows 1 MiB for each record and
/// 5 MiB for the call; one that is smaller is through within the deadline on a slow network too,
/// and several copies of it fit into 128 MB.
const CALL_BYTES: usize = 1 << 20;
/// What surrounds the data of a record in the body.
const RECORD_OVERHEAD: usize = 80;

/// When waiting entries go, and how many of them together (protocol section 9.4).
#[derive(Debug)]
pub(crate) struct Batching {
    /// Entries in a record, and entries that make it go.
    size: usize,
    size_limit: usize,
    call_records: usize,
    /// Milliseconds after which fewer entries go.
    max_age: u64,
    /// Calls that may fail in a row by chance: one entry is a small sample of how the service is.
    pub(super) patience: u32,
}

impl Batching {
    /// Each entry at once and alone.
    pub(crate) fn single() -> Self {
        Self {
            size: 1,
            size_limit: 1,
            call_records: 1,
            max_age: 0,
            patience: 2,
        }
    }

    pub(crate) fn of(kinesis: &settings::Kinesis) -> Self {
        let size_limit = kinesis.batch_size.max(1) as usize;
        Self {
            size: if kinesis.ramp_up { 1 } else { size_limit },
            size_limit,
            call_records: CALL_RECORDS,
            max_age: u64::from(kinesis.max_age_seconds) * 1000,
            patience: 0,
        }
    }

    /// Milliseconds at which so many entries go, the oldest of them waiting since then; 0 = at
    /// once.
    pub(super) fn due(&self, waiting: usize, oldest: u64) -> u64 {
        if waiting >= self.size {
            0
        } else {
            oldest.saturating_add(self.max_age)
        }
    }

    /// After a success larger batches are dared.
    pub(super) fn succeed(&mut self) {
        self.size = (2 * self.size).min(self.size_limit);
    }

    /// Divides as many of the entries as one call takes into records, and returns the number of
    /// entries in each.
    pub(super) fn divide(&self, lengths: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut records: Vec<usize> = Vec::new();
        let (mut entries, mut bytes, mut sent) = (0, 0, 0);
        for length in lengths {
            if entries == self.size {
                records.push(entries);
                sent += encoded(bytes);
                (entries, bytes) = (0, 0);
            }
            // One more byte for the bracket or comma.
            if entries == 0 && records.len() == self.call_records
                || !(records.is_empty() && entries == 0)
                    && sent + encoded(bytes + length + 2) > CALL_BYTES
            {
                break;
            }
            entries += 1;
            bytes += length + 1;
        }
        records.extend((entries > 0).then_some(entries));
        records
    }
}

fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4 + RECORD_OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::Batching;
    use crate::settings::Kinesis;

    fn batching(batch_size: u32) -> Batching {
        Batching::of(&Kinesis {
            batch_size,
            ramp_up: false,
            ..Kinesis::default()
        })
    }

    #[test]
    fn a_call_holds_what_aws_takes() {
        assert_eq!(batching(2).divide([5; 5].into_iter()), [2, 2, 1]);
        assert_eq!(batching(1).divide([5; 700].into_iter()), [1; 500]);
        let entries = [100_000; 20];
        assert_eq!(batching(500).divide(entries.into_iter()), [7]);
        assert_eq!(batching(2).divide(entries.into_iter()), [2, 2, 2, 1]);
        let longest = [512 << 10; 2];
        assert_eq!(batching(2).divide(longest.into_iter()), [1]);
        assert_eq!(Batching::single().divide([5; 5].into_iter()), [1]);
    }

    #[test]
    fn sizes_ramp_up_to_the_limit() {
        let mut batching = Batching::of(&Kinesis {
            batch_size: 3,
            ..Kinesis::default()
        });
        for due in [1, 2, 3, 3] {
            assert_eq!(batching.due(due, 7), 0);
            assert_eq!(batching.due(due - 1, 7), 10_007);
            batching.succeed();
        }
    }
}
