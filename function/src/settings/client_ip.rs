//! The object `clientIp`: the header with the visitor's address if another proxy is in front.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// Takes the visitor's address from a header, for distributions behind another proxy. JSON key
/// `clientIp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIp {
    /// Header with a comma-separated list of addresses. JSON key `clientIp.header`.
    pub header: String,
    /// Trusted proxies in front of CloudFront, 1 to 16. The address is counted from the right,
    /// because the visitor can forge everything further left: 1 = the last address. JSON key
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

impl ClientIp {
    pub(super) fn read(file: &mut ConfigurationFile) -> Option<Self> {
        file.open("clientIp").then(|| {
            let defaults = Self::default();
            file.section("clientIp", |file| Self {
                header: file.string("header", defaults.header),
                trusted_proxy_hops: file.integer("trustedProxyHops", defaults.trusted_proxy_hops),
            })
        })
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            header,
            trusted_proxy_hops,
        } = self;
        document.section("clientIp", |document| {
            document.put("header", header);
            document.put("trustedProxyHops", *trusted_proxy_hops);
        });
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            header,
            trusted_proxy_hops,
        } = self;
        rules.header_name(header, "settings.client_ip.header");
        let field = "settings.client_ip.trusted_proxy_hops";
        rules.range(*trusted_proxy_hops, 1, 16, field);
    }
}
