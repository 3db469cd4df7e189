use super::choice::choice;

choice! {
    /// How log entries leave the edge (protocol section 2).
    IngestKind {
        /// One HTTPS POST per entry.
        #[default]
        Http = "HTTP",
        /// Batches into a Kinesis stream owned by Netacea.
        Kinesis = "KINESIS",
        /// As request headers to the origin.
        Origin = "ORIGIN",
        /// Through the CDN's own log shipping: the function sends nothing.
        Native = "NATIVE",
    }
}
