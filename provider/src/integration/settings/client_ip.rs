//! `settings.client_ip`: the header with the visitor's address behind another proxy.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, natural};

/// The attribute `settings.client_ip`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ClientIpModel {
    pub(crate) header: Attr<String>,
    pub(crate) trusted_proxy_hops: Attr<i64>,
}

impl ClientIpModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::ClientIp {
        let Self {
            header,
            trusted_proxy_hops,
        } = self;
        let defaults = edge::ClientIp::default();
        edge::ClientIp {
            header: reading.value("header", header, defaults.header),
            trusted_proxy_hops: reading.number(
                "trusted_proxy_hops",
                trusted_proxy_hops,
                defaults.trusted_proxy_hops,
            ),
        }
    }

    pub(super) fn of(client_ip: &edge::ClientIp) -> ClientIpModel {
        let edge::ClientIp {
            header,
            trusted_proxy_hops,
        } = client_ip;
        ClientIpModel {
            header: header.as_str().into(),
            trusted_proxy_hops: i64::from(*trusted_proxy_hops).into(),
        }
    }
}

impl Model for ClientIpModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::ClientIp::default();
        object
            .attribute("header", |m| &mut m.header)
            .default(defaults.header)
            .describe(
                "Header with a comma-separated list of addresses. Default `x-forwarded-for`.",
            );
        object
            .attribute("trusted_proxy_hops", |m| &mut m.trusted_proxy_hops)
            .default(i64::from(defaults.trusted_proxy_hops))
            .check(natural)
            .describe(
                "Number of trusted proxies in front of CloudFront. The function counts from the \
                 right end of the list to find the visitor's address, because a visitor can forge \
                 everything further left. Default 1.",
            );
    }
}
