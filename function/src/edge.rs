//! What an instance of the function keeps from one event to the next, made from its configuration
//! at load.

use core::fmt::Write;

use crate::breaker::Breaker;
use crate::bypass::Bypass;
use crate::call::{Call, Reply};
use crate::cookies;
use crate::entropy::Entropy;
use crate::handover::Handover;
use crate::ingest::Outbox;
use crate::journal::{Field, Journal};
use crate::metrics::Seldom;
use crate::now::Now;
use crate::protector::Protector;
use crate::session::{Encryption, Sessions, Signer};
use crate::settings::{Configuration, LogLevel, Settings, Violation, encryption_key};
use crate::share::Share;

/// The decision core of one instance: everything that lives longer than an event.
pub struct Edge {
    pub(crate) settings: Settings,
    pub(crate) sessions: Sessions,
    pub(crate) encryption: Option<Encryption>,
    pub(crate) session_attributes: String,
    pub(crate) captcha_attributes: String,
    pub(crate) protector: Protector,
    pub(crate) handover: Handover,
    pub(crate) breaker: Breaker,
    pub(crate) bypass: Bypass,
    pub(crate) share: Share,
    pub(crate) outbox: Outbox,
    pub(crate) journal: Journal,
    /// Names this instance in log entries.
    pub(crate) instance_id: String,
    /// Requests whose header of proxies had something else in the place of an address.
    pub(crate) unusable_addresses: Seldom,
    /// Requests that went on without sealed state, because it would have made them too large.
    pub(crate) omitted_states: Seldom,
    /// Requests that went on with only a part of it.
    pub(crate) reduced_states: Seldom,
    /// Whether the log already says that ingest refuses the API key.
    pub(crate) is_key_refused: bool,
}

impl Edge {
    /// Prepares keys and strings that are the same for every event.
    ///
    /// # Errors
    /// All violations of a configuration that is not valid.
    pub fn new(configuration: &Configuration, entropy: &Entropy) -> Result<Self, Vec<Violation>> {
        let violations = configuration.validate();
        if !violations.is_empty() {
            return Err(violations);
        }
        let settings = configuration.settings.clone();
        let secret_key = configuration
            .secrets
            .secret_key
            .as_deref()
            .unwrap_or_default();
        let encryption_key = configuration
            .secrets
            .cookie_encryption_key
            .as_deref()
            .and_then(encryption_key);
        let (session_attributes, captcha_attributes) = cookies::with_shared_domain(
            &settings.session.cookie_attributes,
            &settings.captcha.cookie_attributes,
        );
        Ok(Self {
            sessions: Sessions {
                signer: Signer::new(secret_key),
                mode: settings.mitigation_type,
                expiry_seconds: settings.session_expiry_seconds(),
                format: settings.session.format,
                is_encrypted: encryption_key.is_some(),
                monetise: settings.monetise,
            },
            encryption: encryption_key
                .as_ref()
                .map(|key| Encryption::new(key, settings.session.format)),
            session_attributes,
            captcha_attributes,
            protector: Protector::new(configuration),
            handover: Handover::new(secret_key),
            bypass: Bypass::new(
                &settings.bypass.paths,
                &settings.bypass.methods,
                &settings.bypass.ip_ranges,
            ),
            share: Share::new(settings.mitigation_percent, secret_key),
            breaker: Breaker::new(&settings.protector.breaker),
            outbox: Outbox::new(configuration),
            journal: Journal::new(settings.log_level),
            instance_id: uuid(entropy.instance_id()),
            unusable_addresses: Seldom::default(),
            omitted_states: Seldom::default(),
            reduced_states: Seldom::default(),
            is_key_refused: false,
            settings,
        })
    }

    /// The next call that sends log entries, if one may go now, with the id to pass to
    /// [`Edge::posted`].
    pub fn next_post(&mut self, now: Now, entropy: &Entropy) -> Option<(u32, Call)> {
        self.outbox.next(now, entropy)
    }

    /// Whether a visitor should wait for the last call of [`Edge::next_post`]: it has the entry of
    /// their own event, and the service is not known to fail.
    pub fn is_post_awaited(&self) -> bool {
        self.outbox.queue.is_worth_waiting_for()
    }

    /// Milliseconds on the steady clock from which [`Edge::next_post`] has something to send, if
    /// nothing happens before.
    pub fn next_post_due(&self) -> Option<u64> {
        self.outbox.queue.due()
    }

    /// Notes that the call with log entries was made twice, because the connection of the first
    /// broke.
    pub fn repeated(&mut self, id: u32) {
        self.outbox.queue.repeated(id);
    }

    /// How many log entries would be lost with this instance: those that have not arrived, and lost
    /// ones that no entry has reported yet.
    pub fn owed_entries(&self) -> u32 {
        u32::try_from(self.outbox.queue.owed()).unwrap_or(u32::MAX)
    }

    /// Lets the next entry report entries that an earlier instance has lost.
    pub fn recall_lost_entries(&mut self, entries: u32) {
        self.outbox.queue.recall_lost(u64::from(entries));
    }

    /// Notes the result of a call with log entries.
    pub fn posted(&mut self, id: u32, reply: &Reply<'_>, now: Now, entropy: &Entropy) {
        let Some(fate) = self.outbox.settle(id, reply, now, entropy) else {
            return;
        };
        let cause = match reply {
            Reply::Answered { status, .. } => Field::Number(u64::from(*status)),
            Reply::Unreachable => Field::Text("unreachable"),
            Reply::TimedOut | Reply::OutOfTime => Field::Text("timeout"),
            Reply::TooLarge => Field::Text("too_large"),
            Reply::Broken | Reply::Cut { .. } => Field::Text("broken"),
        };
        let is_refused = matches!(
            reply,
            Reply::Answered {
                status: 401 | 403,
                ..
            }
        );
        if is_refused && core::mem::replace(&mut self.is_key_refused, true) {
            return;
        }
        for (entries, message) in [
            (fate.kept as u64, "ingest failed, entries kept"),
            (fate.lost, "ingest failed, entries lost"),
        ] {
            if entries > 0 {
                let fields = [("cause", cause), ("entries", Field::Number(entries))];
                self.journal.write(LogLevel::Warn, message, &fields);
            }
        }
    }

    /// Lines for CloudWatch written since the last time, one JSON object each.
    pub fn take_lines(&mut self) -> Vec<String> {
        self.journal.take()
    }

    /// Request headers whose values this configuration needs, in lower case.
    pub fn request_headers(&self) -> impl Iterator<Item = String> {
        let client_ip = self
            .settings
            .client_ip
            .iter()
            .map(|client_ip| client_ip.header.to_ascii_lowercase());
        crate::Event::REQUEST_HEADERS
            .into_iter()
            .map(str::to_owned)
            .chain(client_ip)
    }

    /// The configuration without its secrets.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// UUID version 4.
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in random.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Proof: writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
