//! `settings.bypass`: requests that Protector is not asked about.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::Reading;

/// The attribute `settings.bypass`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BypassModel {
    pub(crate) paths: Attr<Vec<String>>,
    pub(crate) methods: Attr<Vec<String>>,
    pub(crate) ip_ranges: Attr<Vec<String>>,
    pub(crate) log: Attr<bool>,
}

impl BypassModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Bypass {
        let Self {
            paths,
            methods,
            ip_ranges,
            log,
        } = self;
        let defaults = edge::Bypass::default();
        edge::Bypass {
            paths: reading.value("paths", paths, defaults.paths),
            methods: reading.value("methods", methods, defaults.methods),
            ip_ranges: reading.value("ip_ranges", ip_ranges, defaults.ip_ranges),
            log: reading.value("log", log, defaults.log),
        }
    }

    pub(super) fn of(bypass: &edge::Bypass) -> BypassModel {
        let edge::Bypass {
            paths,
            methods,
            ip_ranges,
            log,
        } = bypass;
        BypassModel {
            paths: paths.clone().into(),
            methods: methods.clone().into(),
            ip_ranges: ip_ranges.clone().into(),
            log: (*log).into(),
        }
    }
}

impl Model for BypassModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Bypass::default();
        object
            .attribute("paths", |m| &mut m.paths)
            .default(defaults.paths)
            .describe(
                "Path patterns as in cache behaviors (`*`, `?`, case-sensitive), for GET and HEAD. \
                 A path that an origin could read as a different path matches no pattern: one with \
                 `;`, `\\`, `#`, `//`, a control character, `.` or `..` between slashes, an \
                 encoded delimiter, overlong UTF-8 or `%u`, as sent or after decoding. Prefer \
                 prefixes like `/static/*`: a suffix like `*.js` trusts every route of the origin \
                 that ignores the suffix. At most 200, default none.",
            );
        object
            .attribute("methods", |m| &mut m.methods)
            .default(defaults.methods)
            .describe("Methods, like `OPTIONS`, exactly as they are sent. Default none.");
        object
            .attribute("ip_ranges", |m| &mut m.ip_ranges)
            .default(defaults.ip_ranges)
            .describe(
                "CIDR ranges of the visitor's address, IPv4 or IPv6, like `203.0.113.0/24`. If \
                 `client_ip` is set and the address cannot be read from the header that it names, \
                 no range matches. At most 200, default none.",
            );
        object
            .attribute("log", |m| &mut m.log)
            .default(defaults.log)
            .describe(
                "Write log entries for these requests, with the last verdict of the visitor's \
                 session, if they have one. Default `true`.",
            );
    }
}
