/// Takes the visitor's address from a header, for distributions behind another proxy. JSON key
/// `clientIp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIp {
    /// Header with a comma-separated list of addresses. JSON key `clientIp.header`.
    pub header: String,
    /// Trusted proxies in front of CloudFront, 1 to 16. The address is counted from the right,
    /// because everything further left is the visitor's to forge: 1 = the last address. JSON key
    /// `clientIp.trustedProxyHops`.
    pub trusted_proxy_hops: u32,
}

impl Default for ClientIp {
    fn default() -> Self {
        Self {
            header: "x-forwarded-for".to_owned(),
            trusted_proxy_hops: 1,
        }
    }
}
