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
