//! The facts about a visitor and their request that outlive an event: what Protector is told and
//! what is logged.

use crate::address;
use crate::event::{Request, Trigger};
use crate::settings::ClientIp;

/// The user agent that CloudFront puts in place of the visitor's on its way to the origin.
const CLOUDFRONT_USER_AGENT: &str = "Amazon CloudFront";

/// Longest path and query that travel from event to event.
const TARGET_LIMIT: usize = 512;

/// One visitor's request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visitor {
    /// Empty if unknown.
    pub(crate) ip: String,
    /// How the address was found.
    pub(crate) ip_source: IpSource,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Without `?`.
    pub(crate) query: String,
    /// For example `HTTP/1.1`.
    pub(crate) protocol: String,
    /// Without port.
    pub(crate) host: String,
    pub(crate) user_agent: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) accept: String,
    pub(crate) forwarded_for: String,
    pub(crate) cookies: String,
    /// The origin of the page that asks, if it says so.
    pub(crate) origin: Option<String>,
    /// Whether a browser asks what it may ask (CORS). It sends no cookies then.
    pub(crate) is_preflight: bool,
}

/// How a visitor's address was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IpSource {
    /// Where the configuration says that it stands.
    #[default]
    AsConfigured,
    /// The header is missing or too short: the visitor came past the proxy, and CloudFront's peer
    /// is taken.
    Missing,
    /// The entry is not an address, and CloudFront's peer is taken.
    Unusable,
}

impl Visitor {
    pub(crate) fn new(
        trigger: Trigger,
        request: &Request<'_>,
        domain: &str,
        client_ip: Option<&ClientIp>,
    ) -> Self {
        let user_agent = request.header("user-agent");
        let is_origin_event = matches!(trigger, Trigger::OriginRequest | Trigger::OriginResponse);
        let (ip, ip_source) = address(request, client_ip, is_origin_event);
        Self {
            ip,
            ip_source,
            method: request.method.to_owned(),
            path: request.uri.to_owned(),
            query: request.querystring.to_owned(),
            protocol: protocol(request),
            host: without_port(
                request
                    .header("host")
                    .filter(|host| !host.is_empty())
                    .unwrap_or(domain),
            )
            .to_owned(),
            user_agent: user_agent
                .filter(|user_agent| !(is_origin_event && *user_agent == CLOUDFRONT_USER_AGENT))
                .map(str::to_owned),
            referer: request.header("referer").map(str::to_owned),
            accept: request.joined("accept", ", "),
            forwarded_for: request.joined(address::X_FORWARDED_FOR, ", "),
            cookies: request.joined("cookie", "; "),
            origin: request.header("origin").map(str::to_owned),
            is_preflight: request.method.eq_ignore_ascii_case("OPTIONS")
                && request.header("origin").is_some()
                && request.header("access-control-request-method").is_some(),
        }
    }

    /// Path and query, unless they are too long to travel: a cut one would be another request.
    pub(crate) fn short_target(&self) -> Option<(String, String)> {
        let fits = self.path.len() + self.query.len() <= TARGET_LIMIT;
        fits.then(|| (self.path.clone(), self.query.clone()))
    }

    /// Path and query as the visitor sent them.
    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }
}

/// The address CloudFront saw, or the one that the outermost trusted proxy saw. Counted from the
/// right: everything further left is the visitor's to forge. In origin events CloudFront has added
/// its own peer to `X-Forwarded-For`. What is not an address is not believed.
fn address(
    request: &Request<'_>,
    client_ip: Option<&ClientIp>,
    is_origin_event: bool,
) -> (String, IpSource) {
    let peer = || request.client_ip.to_owned();
    let Some(ClientIp {
        header,
        trusted_proxy_hops,
    }) = client_ip
    else {
        return (peer(), IpSource::AsConfigured);
    };
    let is_appended = is_origin_event && header.eq_ignore_ascii_case(address::X_FORWARDED_FOR);
    let hops = trusted_proxy_hops + u32::from(is_appended);
    let list = request.joined(header, ",");
    let Some(entry) = address::entry(header, &list, hops) else {
        return (peer(), IpSource::Missing);
    };
    match address::of_entry(header, entry) {
        Some(address) => (address, IpSource::AsConfigured),
        None if list.is_empty() => (peer(), IpSource::Missing),
        None => (peer(), IpSource::Unusable),
    }
}

/// The event does not say, but two headers may (protocol section 12).
fn protocol(request: &Request<'_>) -> String {
    let version = request
        .header("cloudfront-viewer-http-version")
        .or_else(|| {
            request
                .header("via")
                .and_then(|via| via.split([' ', ',']).next())
        })
        .map(|version| version.trim_start_matches("HTTP/"))
        .filter(|version| {
            version.starts_with(|first: char| first.is_ascii_digit())
                && version.len() <= 3
                && version
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        });
    format!("HTTP/{}", version.unwrap_or("1.1"))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            // `::1` is an address without brackets and without port.
            if name.contains(':') && !name.ends_with(']') {
                host
            } else {
                name
            }
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::{IpSource, Visitor, without_port};
    use crate::event::{Request, Trigger};
    use crate::settings::ClientIp;

    fn request<'a>(headers: &[(&'a str, &'a str)]) -> Request<'a> {
        Request {
            client_ip: "192.0.2.1",
            method: "GET",
            uri: "/a",
            querystring: "b=c",
            header_names: Vec::new(),
            headers: headers.to_vec(),
            header_bytes: 0,
            body: None,
        }
    }

    fn ip(forwarded: &str, trusted_proxy_hops: u32) -> String {
        let client_ip = ClientIp {
            header: "X-Forwarded-For".to_owned(),
            trusted_proxy_hops,
        };
        let request = request(&[("x-forwarded-for", forwarded)]);
        Visitor::new(Trigger::ViewerRequest, &request, "", Some(&client_ip)).ip
    }

    #[test]
    fn the_address_is_counted_from_the_right_and_must_be_one() {
        assert_eq!(ip("6.6.6.6, 203.0.113.9", 1), "203.0.113.9");
        assert_eq!(ip("6.6.6.6, 203.0.113.9, 10.0.0.1", 2), "203.0.113.9");
        assert_eq!(ip("2001:db8::7", 1), "2001:db8::7");
        assert_eq!(
            ip("203.0.113.9", 2),
            "192.0.2.1",
            "too short a list did not come through the proxies"
        );
        assert_eq!(ip("x\r\ny: z", 1), "192.0.2.1");
    }

    #[test]
    fn cloudfront_adds_its_own_peer_in_origin_events() {
        let list = "6.6.6.6, 203.0.113.9, 10.0.0.1";
        for (trigger, header, expected) in [
            (Trigger::ViewerRequest, "X-Forwarded-For", "10.0.0.1"),
            (Trigger::ViewerResponse, "X-Forwarded-For", "10.0.0.1"),
            (Trigger::OriginRequest, "X-Forwarded-For", "203.0.113.9"),
            (Trigger::OriginResponse, "X-Forwarded-For", "203.0.113.9"),
            // To no other header.
            (Trigger::OriginResponse, "X-Client", "10.0.0.1"),
        ] {
            let client_ip = ClientIp {
                header: header.to_owned(),
                trusted_proxy_hops: 1,
            };
            let request = request(&[("x-forwarded-for", list), ("x-client", list)]);
            let visitor = Visitor::new(trigger, &request, "", Some(&client_ip));
            assert_eq!(visitor.ip, expected, "{trigger:?} {header}");
        }
    }

    #[test]
    fn an_address_that_is_missing_is_told_from_one_that_is_none() {
        let source = |headers: &[(&str, &str)]| {
            let client_ip = ClientIp::default();
            Visitor::new(
                Trigger::ViewerRequest,
                &request(headers),
                "",
                Some(&client_ip),
            )
            .ip_source
        };
        for (value, expected) in [
            ("203.0.113.9:51234", IpSource::AsConfigured),
            ("unknown", IpSource::Unusable),
            ("203.0.113.9,", IpSource::Unusable),
            ("", IpSource::Missing),
        ] {
            assert_eq!(source(&[("x-forwarded-for", value)]), expected, "{value}");
        }
        assert_eq!(source(&[]), IpSource::Missing);
    }

    #[test]
    fn the_port_of_a_host_is_dropped() {
        for (host, expected) in [
            ("a.example:8443", "a.example"),
            ("a.example", "a.example"),
            ("[::1]:443", "[::1]"),
            ("[::1]", "[::1]"),
            ("::1", "::1"),
            ("a:", "a:"),
        ] {
            assert_eq!(without_port(host), expected);
        }
    }

    #[test]
    fn the_protocol_comes_from_a_header_or_is_assumed() {
        for (headers, expected) in [
            (vec![], "HTTP/1.1"),
            (
                vec![("via", "2.0 abc.cloudfront.net (CloudFront)")],
                "HTTP/2.0",
            ),
            (
                vec![("cloudfront-viewer-http-version", "3.0"), ("via", "1.1 x")],
                "HTTP/3.0",
            ),
            (vec![("via", "evil\" x")], "HTTP/1.1"),
        ] {
            let visitor = Visitor::new(Trigger::ViewerRequest, &request(&headers), "", None);
            assert_eq!(visitor.protocol, expected);
        }
    }

    #[test]
    fn the_user_agent_of_cloudfront_is_not_the_visitors() {
        let request = request(&[("user-agent", "Amazon CloudFront")]);
        assert_eq!(
            Visitor::new(Trigger::OriginResponse, &request, "", None).user_agent,
            None
        );
        assert!(
            Visitor::new(Trigger::ViewerRequest, &request, "", None)
                .user_agent
                .is_some()
        );
    }
}
