use super::CaptchaHeader;

/// The captcha cookie and page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captcha {
    /// Name of the cookie towards the browser. JSON key `netaceaCaptchaCookieName`.
    pub cookie_name: String,
    /// Extra attributes of that cookie. JSON key `netaceaCaptchaCookieAttributes`.
    pub cookie_attributes: String,
    /// Path that shows the captcha page, with its leading slash. JSON key `netaceaCaptchaPath`.
    pub path: Option<String>,
    /// Takes only requests for exactly that path, or for one below it, as requests for the captcha
    /// page. The vendor's plugins take every path that contains it. JSON key `strictCaptchaPath`.
    pub strict_path: bool,
    /// Answers API clients with a JSON captcha; without effect unless there is a `path`. JSON key
    /// `enableDynamicCaptchaContentType`.
    pub dynamic_content_type: bool,
    /// The customer's own captcha site key, sent only together with the captcha secret key. JSON
    /// key `captchaSiteKey`.
    pub site_key: Option<String>,
    /// Extra header on captcha answers. JSON key `captchaHeader`.
    pub header: Option<CaptchaHeader>,
}

impl Default for Captcha {
    fn default() -> Self {
        Self {
            cookie_name: "_mitatacaptcha".to_owned(),
            cookie_attributes: String::new(),
            path: None,
            strict_path: false,
            dynamic_content_type: false,
            site_key: None,
            header: None,
        }
    }
}
