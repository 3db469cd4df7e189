//! [`Failure`]: why a visitor could not be judged.

/// Why a visitor could not be judged, or their solution not be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    ProtectorStatus,
    ProtectorTimeout,
    ProtectorUnreachable,
    ProtectorBroken,
    ReplyTooLarge,
    VerdictMissing,
    BreakerOpen,
    BodyUnusable,
}

impl Failure {
    /// The reason in lines for CloudWatch.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ProtectorStatus => "protector_status",
            Self::ProtectorTimeout => "protector_timeout",
            Self::ProtectorUnreachable => "protector_unreachable",
            Self::ProtectorBroken => "protector_broken",
            Self::ReplyTooLarge => "protector_reply_too_large",
            Self::VerdictMissing => "protector_verdict_missing",
            Self::BreakerOpen => "breaker_open",
            Self::BodyUnusable => "captcha_body_unusable",
        }
    }
}
