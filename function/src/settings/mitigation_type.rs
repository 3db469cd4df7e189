//! What is done with a visitor. It decides how long a session is valid, so the session's settings
//! use it too.

use super::choice::choice;

choice! {
    /// What is done with a visitor (protocol section 2).
    MitigationType {
        /// Log only: no call to Protector, nobody is stopped.
        #[default]
        Ingest = "INGEST",
        /// Ask Protector and act on its verdict: pass, captcha or block.
        Mitigate = "MITIGATE",
        /// Ask Protector and tell the origin in request headers; the origin acts.
        Inject = "INJECT",
    }
}
