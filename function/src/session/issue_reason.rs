/// Why a session cookie is issued, in the words of V3 (protocol section 5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueReason {
    /// A captcha solution was verified.
    CaptchaPost,
    /// The last judgement is too old.
    ExpiredSession,
    /// The last judgement must be repeated at every request.
    ForcedRevalidation,
    /// The cookie was not ours.
    InvalidSession,
    /// The visitor came from another address.
    IpChange,
    /// There was no cookie.
    NoSession,
}

impl IssueReason {
    /// The word in the cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaptchaPost => "captcha_post",
            Self::ExpiredSession => "expired_session",
            Self::ForcedRevalidation => "forced_revalidation",
            Self::InvalidSession => "invalid_session",
            Self::IpChange => "ip_change",
            Self::NoSession => "no_session",
        }
    }
}
