use super::choice::choice;

choice! {
    /// Layout of the session cookie that is written (protocol section 5).
    SessionFormat {
        /// Signed with the secret key.
        #[default]
        V1 = "V1",
        /// Unsigned, therefore only inside an encrypted cookie.
        V3 = "V3",
    }
}
