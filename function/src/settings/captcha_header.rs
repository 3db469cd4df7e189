/// A header added to captcha answers only. JSON key `captchaHeader`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptchaHeader {
    /// Header name. Names that CloudFront disallows are refused.
    pub name: String,
    /// Header value.
    pub value: String,
}
