//! An emulated account, seen by a session of the provider, and what may go wrong on the way there.

use loopback_aws::{Emulator, Fault, Proxy};

use crate::aws::connection_settings::{ConnectionSettings, Endpoints};
use crate::aws::session::AwsSession;

/// One account with nothing in it, gone when dropped.
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

    /// A distribution as a customer may have it, elements of the future included. Gives its id.
    pub(super) fn create_distribution(&self) -> String {
        let distribution = self.0.create_distribution(include_str!("distribution.xml"));
        distribution.unwrap().id().to_owned()
    }

    /// A way to this account on which these faults strike.
    pub(super) fn proxy(&self, faults: impl IntoIterator<Item = Fault>) -> Proxy {
        let proxy = Proxy::start_lenient(&self.0).unwrap();
        faults.into_iter().for_each(|fault| proxy.script(fault));
        proxy
    }

    /// A session that takes this way.
    pub(super) fn faulty(&self, faults: impl IntoIterator<Item = Fault>) -> (AwsSession, Proxy) {
        let proxy = self.proxy(faults);
        let mut settings = self.settings();
        settings.endpoints.cloudfront = Some(proxy.endpoint());
        settings.endpoints.lambda = Some(proxy.endpoint());
        (AwsSession::new(settings, "1.11.4"), proxy)
    }
}
