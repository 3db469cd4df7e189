use super::choice::choice;

choice! {
    /// Layout of a log entry (protocol section 9).
    LogVersion {
        /// The layout every Netacea account understands.
        #[default]
        V1 = "V1",
        /// The newer layout, only when Netacea asks for it.
        V2 = "V2",
    }
}
