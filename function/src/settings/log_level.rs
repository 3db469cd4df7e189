use super::choice::choice;

choice! {
    /// Importance of a line in CloudWatch, most important first.
    LogLevel {
        /// The protection is not working.
        Error = "error",
        /// A visitor passed without a verdict, or something was dropped.
        #[default]
        Warn = "warn",
        /// One line per decision that stops a visitor.
        Info = "info",
        /// Everything that helps to find a mistake.
        Debug = "debug",
    }
}
