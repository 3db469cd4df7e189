//! An emulated account, a session of the provider with it, and faults in between.

use loopback_aws::{Emulator, Fault, Proxy};

use crate::aws::connection_settings::{ConnectionSettings, Endpoints};
use crate::aws::session::AwsSession;

/// An empty account, which is gone when dropped.
pub(super) struct Account(Emulator);

impl Account {
    pub(super) fn open() -> Self {
        let ministack = Emulator::installed().expect("`make setup` brings ministack");
        Self(Emulator::start(&ministack).unwrap())
    }

    pub(super) fn session(&self) -> AwsSession {
        AwsSession::new(self.settings(), "1.11.4")
    }

    pub(super) fn settings(&self) -> ConnectionSettings {
        let url = Some(self.0.endpoint().to_owned());
        ConnectionSettings {
            access_key: Some("test".to_owned()),
            secret_key: Some("test".into()),
            endpoints: Endpoints {
                lambda: url.clone(),
                cloudfront: url.clone(),
                sts: url,
                logs: None,
            },
            ..ConnectionSettings::default()
        }
    }

    /// A distribution as a customer may have it, with elements that no release knows yet. Returns
    /// its id.
    pub(super) fn create_distribution(&self) -> String {
        let distribution = self.0.create_distribution(include_str!("distribution.xml"));
        distribution.unwrap().id().to_owned()
    }

    /// A proxy in front of this account with these faults.
    pub(super) fn proxy(&self, faults: impl IntoIterator<Item = Fault>) -> Proxy {
        let proxy = Proxy::start_lenient(&self.0).unwrap();
        faults.into_iter().for_each(|fault| proxy.script(fault));
        proxy
    }

    /// A session through such a proxy.
    pub(super) fn faulty(&self, faults: impl IntoIterator<Item = Fault>) -> (AwsSession, Proxy) {
        let proxy = self.proxy(faults);
        let mut settings = self.settings();
        settings.endpoints.cloudfront = Some(proxy.endpoint());
        settings.endpoints.lambda = Some(proxy.endpoint());
        (AwsSession::new(settings, "1.11.4"), proxy)
    }
}
