//! The object `kinesis`: the stream that receives log entries, and how they are batched. Its
//! credentials are in the same object of the file, but among the secrets here.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// The Kinesis stream that receives batches of log entries. JSON key `kinesis`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinesis {
    /// Stream name. JSON key `kinesis.kinesisStreamName`.
    pub stream_name: String,
    /// Region of the stream. JSON key `kinesis.region`.
    pub region: String,
    /// Entries per record, 1 to 500. JSON key `kinesis.logBatchSize`.
    pub batch_size: u32,
    /// Seconds after which a partly filled batch is sent, 1 to 10. JSON key
    /// `kinesis.maxLogAgeSeconds`.
    pub max_age_seconds: u32,
    /// Starts with batches of one and doubles after each success. JSON key
    /// `kinesis.rampUpBatchSize`.
    pub ramp_up: bool,
}

impl Default for Kinesis {
    fn default() -> Self {
        Self {
            stream_name: String::new(),
            region: "eu-west-1".to_owned(),
            batch_size: 20,
            max_age_seconds: 10,
            ramp_up: true,
        }
    }
}

impl Kinesis {
    /// Reads it from an object of its own, or from the top level, as in a file of January 2021.
    /// Without a name there is no stream.
    pub(super) fn read(file: &mut ConfigurationFile) -> Option<Self> {
        let defaults = Self::default();
        let outside = file.string("kinesisStreamName", defaults.stream_name);
        let kinesis = file.section("kinesis", |file| Self {
            stream_name: file.string("kinesisStreamName", outside),
            batch_size: file.integer("logBatchSize", defaults.batch_size),
            max_age_seconds: max_age(file, defaults.max_age_seconds),
            region: file.string("region", defaults.region),
            ramp_up: file.flag("rampUpBatchSize", defaults.ramp_up),
        });
        (!kinesis.stream_name.is_empty()).then_some(kinesis)
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            stream_name,
            region,
            batch_size,
            max_age_seconds,
            ramp_up,
        } = self;
        document.section("kinesis", |document| {
            document.put("kinesisStreamName", stream_name);
            document.put("logBatchSize", *batch_size);
            document.put("maxLogAgeSeconds", *max_age_seconds);
            document.put("region", region);
            document.put("rampUpBatchSize", *ramp_up);
        });
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            stream_name,
            region,
            batch_size,
            max_age_seconds,
            ramp_up: _,
        } = self;
        let legal = (1..=128).contains(&stream_name.len())
            && stream_name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        let message = "must be 1 to 128 letters, digits, `_`, `.` and `-`";
        rules.require(legal, "settings.ingest.kinesis.stream_name", message);
        let legal = region.contains('-')
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let message = "must be a region name such as `eu-west-1`";
        rules.require(legal, "settings.ingest.kinesis.region", message);
        rules.range(*batch_size, 1, 500, "settings.ingest.kinesis.batch_size");
        let field = "settings.ingest.kinesis.max_age_seconds";
        rules.range(*max_age_seconds, 1, 10, field);
    }
}

/// Only ages above 0 and below 10 count (protocol section 3); a part of a second counts as a whole
/// one.
fn max_age(file: &mut ConfigurationFile, default: u32) -> u32 {
    let age = file.read("maxLogAgeSeconds", "a number of seconds", |value| {
        value.ceiling()
    });
    age.and_then(|age| u32::try_from(age).ok())
        .filter(|age| (1..10).contains(age))
        .unwrap_or(default)
}
