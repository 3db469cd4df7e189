use thiserror::Error;

/// Why a visitor could not be judged. Every one ends in the same place, [`crate::flow`]'s
/// fail-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Failure {
    #[error("protector_status")]
    ProtectorStatus(u16),
    #[error("protector_timeout")]
    ProtectorTimeout,
    #[error("protector_unreachable")]
    ProtectorUnreachable,
    #[error("protector_broken")]
    ProtectorBroken,
    #[error("protector_reply_too_large")]
    ReplyTooLarge,
    #[error("protector_verdict_missing")]
    VerdictMissing,
    #[error("protector_captcha_unreadable")]
    CaptchaUnreadable,
    #[error("breaker_open")]
    BreakerOpen,
    #[error("captcha_body_unusable")]
    BodyUnusable,
    #[error("encryption_failed")]
    Encryption,
}
