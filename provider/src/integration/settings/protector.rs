//! `settings.protector`: the service that judges visitors, and when it is not asked.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, natural};

/// The attribute `settings.protector`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ProtectorModel {
    pub(crate) url: Attr<String>,
    pub(crate) timeout_ms: Attr<i64>,
    pub(crate) breaker: Attr<BreakerModel>,
}

/// The attribute `settings.protector.breaker`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BreakerModel {
    pub(crate) consecutive_failures: Attr<i64>,
    pub(crate) open_seconds: Attr<i64>,
}

impl ProtectorModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Protector {
        let Self {
            url,
            timeout_ms,
            breaker,
        } = self;
        let defaults = edge::Protector::default();
        edge::Protector {
            url: reading.value("url", url, defaults.url),
            timeout_ms: reading.number("timeout_ms", timeout_ms, defaults.timeout_ms),
            breaker: reading.object("breaker", breaker, defaults.breaker, BreakerModel::read),
        }
    }

    pub(super) fn of(protector: &edge::Protector) -> ProtectorModel {
        let edge::Protector {
            url,
            timeout_ms,
            breaker,
        } = protector;
        let edge::Breaker {
            consecutive_failures,
            open_seconds,
        } = breaker;
        ProtectorModel {
            url: url.as_str().into(),
            timeout_ms: i64::from(*timeout_ms).into(),
            breaker: Attr::Known(BreakerModel {
                consecutive_failures: i64::from(*consecutive_failures).into(),
                open_seconds: i64::from(*open_seconds).into(),
            }),
        }
    }
}

impl BreakerModel {
    fn read(&self, reading: &mut Reading) -> edge::Breaker {
        let Self {
            consecutive_failures,
            open_seconds,
        } = self;
        let defaults = edge::Breaker::default();
        edge::Breaker {
            consecutive_failures: reading.number(
                "consecutive_failures",
                consecutive_failures,
                defaults.consecutive_failures,
            ),
            open_seconds: reading.number("open_seconds", open_seconds, defaults.open_seconds),
        }
    }
}

impl Model for ProtectorModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Protector::default();
        object
            .attribute("url", |m| &mut m.url)
            .default(defaults.url)
            .describe(
                "Address of the service, https only. Default `https://mitigations.netacea.net`.",
            );
        object
            .attribute("timeout_ms", |m| &mut m.timeout_ms)
            .default(i64::from(defaults.timeout_ms))
            .check(natural)
            .describe(
                "Milliseconds to wait for the answer about one visitor; after that, the visitor \
                 passes. Default 3000.",
            );
        object
            .nested("breaker", |m| &mut m.breaker)
            .default_object()
            .describe(
                "Protection against a service that does not answer: after several failures in a \
                 row, visitors pass for a while without a call to the service.",
            );
    }
}

impl Model for BreakerModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Breaker::default();
        object
            .attribute("consecutive_failures", |m| &mut m.consecutive_failures)
            .default(i64::from(defaults.consecutive_failures))
            .check(natural)
            .describe("How many failures in a row open the breaker. Default 2.");
        object
            .attribute("open_seconds", |m| &mut m.open_seconds)
            .default(i64::from(defaults.open_seconds))
            .check(natural)
            .describe(
                "Seconds for which visitors pass without a call before the service is tried \
                 again. Default 10.",
            );
    }
}
