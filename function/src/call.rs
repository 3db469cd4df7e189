/// An HTTPS request that the host is to make.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Complete address, https only.
    pub url: String,
    /// Name and value, in order; names as they appear on the wire.
    pub headers: Vec<(&'static str, String)>,
    /// `None`: no body at all.
    pub body: Option<Vec<u8>>,
    /// Unix time in milliseconds at which the host gives up and aborts the call.
    pub deadline: u64,
    /// Longest reply body in bytes that is read.
    pub reply_limit: u32,
}

/// Credentials travel in headers, so neither they nor a body are shown.
impl core::fmt::Debug for Call {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
