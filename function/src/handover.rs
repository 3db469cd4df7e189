//! The sealed header that carries what was found out at the request to the response event of the
//! same request, which may run in another instance (protocol section 4.1). Sealed, because an
//! origin request policy that forwards all headers would otherwise put the session into the
//! origin's logs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use netacea_edge_cipher::Cipher;

use crate::breaker;
use crate::entropy::Entropy;
use crate::event::Event;
use crate::frame::{FrameError, Reader, Writer};
use crate::keys;
use crate::session::{CookieStatus, compact};
use crate::wire;

/// Name of the header, in lower case.
pub const HEADER: &str = wire::STATE;

const INFO: &[u8] = b"netacea-edge handover v1";
/// First byte of the sealed content. Another layout gets another number; instances of two versions
/// meet during a deployment.
const LAYOUT: u8 = 5;
/// Bytes that the cipher takes at once. What does not fill them is filled up: that is faster, and
/// the length tells less.
const CHUNK: usize = 64;
/// Room in bytes for the state of nearly every visitor.
const USUAL: usize = 1024;
/// Longest time in milliseconds between request and response: attempts at an origin, times its
/// response timeout, times the members of an origin group.
const LIFETIME_MS: u64 = 900_000;
/// Longest header value.
const LENGTH_LIMIT: usize = 4096;
/// Longest visitor text that travels.
const TEXT_LIMIT: usize = 512;
/// Longest request with all headers that every CloudFront account takes.
const REQUEST_LIMIT: usize = 20_480;

/// Bits of the byte behind the layout: what is so, and which of the strings that may be missing are
/// there.
mod flag {
    pub(super) const FROM_ORIGIN_REQUEST: u8 = 1;
    pub(super) const SETS_SESSION_COOKIE: u8 = 2;
    pub(super) const CAPTCHA_COOKIE: u8 = 4;
    pub(super) const USER_AGENT: u8 = 8;
    pub(super) const REFERER: u8 = 16;
    pub(super) const TARGET: u8 = 32;
    pub(super) const UNLOGGED: u8 = 64;
    pub(super) const HELD_BACK: u8 = 128;
}

/// What the response event must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VisitSummary {
    /// Unix time in milliseconds.
    pub(crate) started: u64,
    /// Whether the origin-request trigger judged: then CloudFront keeps this header from the
    /// viewer-response event.
    pub(crate) is_from_origin_request: bool,
    /// Whether the customer wants no log entry of it.
    pub(crate) is_unlogged: bool,
    /// Whether the visitor is of the share that is not acted upon.
    pub(crate) is_held_back: bool,
    pub(crate) cookie_status: CookieStatus,
    /// The session cookie, decrypted: received, or to be set.
    pub(crate) session_cookie: String,
    /// Whether it is to be set.
    pub(crate) sets_session_cookie: bool,
    /// A captcha cookie to be set, and its lifetime in seconds.
    pub(crate) captcha_cookie: Option<(String, String)>,
    pub(crate) session_status: String,
    pub(crate) protector_latency: Option<u64>,
    pub(crate) protector_status: Option<u16>,
    pub(crate) breaker: breaker::BreakerState,
    /// The visitor's address.
    pub(crate) ip: String,
    /// Path and query as the visitor sent them; `None` if they are long.
    pub(crate) target: Option<(String, String)>,
    pub(crate) header_fingerprint: String,
    pub(crate) cookie_fingerprint: String,
    pub(crate) host: String,
    pub(crate) user_agent: Option<String>,
    pub(crate) referer: Option<String>,
}

/// Seals and opens.
pub(crate) struct Handover {
    cipher: Cipher,
}

impl Handover {
    pub(crate) fn new(secret_key: &str) -> Self {
        Self {
            cipher: Cipher::new(&keys::derived(secret_key, INFO)),
        }
    }

    /// The value of the header. What there is no `room` for is left out: first what only the log
    /// tells, then the captcha cookie, in the end all of it; the response event then works with
    /// what it finds.
    pub(crate) fn seal(
        &self,
        state: &VisitSummary,
        event: &Binding,
        room: usize,
        entropy: &Entropy,
    ) -> Sealed {
        let room = room.min(LENGTH_LIMIT);
        let content = state.write();
        if sealed_length(content.as_bytes().len()) <= room {
            return Sealed::Whole(self.seal_content(&content, event, entropy));
        }
        let mut reduced = state.without_facts();
        for loses_captcha_cookie in [false, true] {
            if loses_captcha_cookie && reduced.captcha_cookie.take().is_none() {
                break;
            }
            let content = reduced.write();
            if sealed_length(content.as_bytes().len()) <= room {
                return Sealed::Reduced {
                    value: self.seal_content(&content, event, entropy),
                    loses_captcha_cookie,
                };
            }
        }
        Sealed::Omitted
    }

    fn seal_content(&self, content: &Writer, event: &Binding, entropy: &Entropy) -> String {
        let mut sealed = Vec::with_capacity(USUAL);
        let iv = entropy.handover_iv();
        sealed.extend_from_slice(&iv);
        sealed.extend_from_slice(content.as_bytes());
        sealed.resize(
            iv.len() + content.as_bytes().len().next_multiple_of(CHUNK),
            0,
        );
        let associated = event.associated_data.as_bytes();
        // Proof: the cipher refuses gigabytes only.
        #[allow(clippy::expect_used)]
        let tag = self
            .cipher
            .seal(iv, associated, &mut sealed[12..])
            .expect("a few kilobytes");
        sealed.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// `None` for everything that was not sealed for this very request within [`LIFETIME_MS`].
    /// `now` in milliseconds.
    pub(crate) fn open(&self, value: &str, event: &Binding, now: u64) -> Option<VisitSummary> {
        if value.len() > LENGTH_LIMIT {
            return None;
        }
        let mut sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (iv, rest) = sealed.split_first_chunk_mut::<12>()?;
        let (content, tag) = rest.split_last_chunk_mut::<16>()?;
        let associated = event.associated_data.as_bytes();
        self.cipher.open(*iv, associated, content, *tag)?;
        VisitSummary::read(content)
            .ok()
            .flatten()
            .filter(|state| now.abs_diff(state.started) <= LIFETIME_MS)
    }
}

/// The result of opening a state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    Whole(String),
    /// Without what only the log tells.
    Reduced {
        value: String,
        loses_captcha_cookie: bool,
    },
    Omitted,
}

/// Bytes of the header's value for so many bytes of content.
fn sealed_length(content: usize) -> usize {
    let sealed = 12 + content.next_multiple_of(CHUNK) + 16;
    (sealed * 4).div_ceil(3)
}

/// The request that a state belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    associated_data: String,
    /// Bytes of the request line, and of the visitor's headers.
    line_bytes: usize,
    header_bytes: usize,
}

impl Binding {
    pub(crate) fn new(event: &Event<'_>) -> Self {
        let request = &event.request;
        Self {
            associated_data: format!("{}|{}", event.distribution_id, event.request_id),
            line_bytes: [request.method, request.uri, request.querystring]
                .map(str::len)
                .iter()
                .sum::<usize>()
                + " ? HTTP/1.1\r\n".len(),
            header_bytes: request.header_bytes as usize,
        }
    }

    /// Bytes that a value of our header may have in addition to the visitor's headers and `added`
    /// bytes of others of ours: CloudFront refuses longer requests, and origins take no more than
    /// `budget` bytes of headers.
    pub(crate) fn room(&self, added: usize, budget: usize) -> usize {
        let headers = self.header_bytes + added + line_length(HEADER, "");
        budget
            .min(REQUEST_LIMIT.saturating_sub(self.line_bytes))
            .saturating_sub(headers)
    }
}

/// Bytes of a header on the wire.
pub(crate) fn line_length(name: &str, value: &str) -> usize {
    name.len() + value.len() + ": \r\n".len()
}

/// The content is framed, not JSON: nobody else ever reads it, and this is the hot path.
impl VisitSummary {
    fn write(&self) -> Writer {
        let mut frame = Writer::with_capacity(USUAL);
        frame.byte(LAYOUT);
        frame.byte(self.flags());
        frame.long(self.started);
        frame.byte(self.cookie_status.number());
        compact::write(&mut frame, &self.session_cookie);
        if let Some((value, lifetime)) = &self.captcha_cookie {
            frame.text(value);
            frame.text(lifetime);
        }
        frame.text(&self.session_status);
        frame.number(self.protector_latency.map_or(u32::MAX, saturated));
        frame.number(u32::from(self.protector_status.unwrap_or_default()));
        frame.byte(self.breaker as u8);
        frame.text(beginning(&self.ip));
        if let Some((path, query)) = &self.target {
            frame.text(path);
            frame.text(query);
        }
        frame.text(&self.header_fingerprint);
        frame.text(&self.cookie_fingerprint);
        frame.text(beginning(&self.host));
        for text in [&self.user_agent, &self.referer].into_iter().flatten() {
            frame.text(beginning(text));
        }
        frame
    }

    /// The same without what only the log tells.
    fn without_facts(&self) -> Self {
        Self {
            target: None,
            header_fingerprint: String::new(),
            cookie_fingerprint: String::new(),
            user_agent: None,
            referer: None,
            ..self.clone()
        }
    }

    fn flags(&self) -> u8 {
        [
            (flag::FROM_ORIGIN_REQUEST, self.is_from_origin_request),
            (flag::SETS_SESSION_COOKIE, self.sets_session_cookie),
            (flag::CAPTCHA_COOKIE, self.captcha_cookie.is_some()),
            (flag::USER_AGENT, self.user_agent.is_some()),
            (flag::REFERER, self.referer.is_some()),
            (flag::TARGET, self.target.is_some()),
            (flag::UNLOGGED, self.is_unlogged),
            (flag::HELD_BACK, self.is_held_back),
        ]
        .into_iter()
        .filter(|(_, is_set)| *is_set)
        .fold(0, |flags, (flag, _)| flags | flag)
    }

    fn read(content: &[u8]) -> Result<Option<Self>, FrameError> {
        let mut frame = Reader::new(content);
        if frame.byte()? != LAYOUT {
            return Ok(None);
        }
        let flags = frame.byte()?;
        let has = |flag| flags & flag != 0;
        let started = frame.long()?;
        let cookie_status =
            CookieStatus::from_number(frame.byte()?).ok_or(FrameError::Code("cookie status"))?;
        let session_cookie = compact::read(&mut frame)?;
        let captcha_cookie = if has(flag::CAPTCHA_COOKIE) {
            Some((frame.text()?.to_owned(), frame.text()?.to_owned()))
        } else {
            None
        };
        let session_status = frame.text()?.to_owned();
        let protector_latency = Some(frame.number()?)
            .filter(|latency| *latency != u32::MAX)
            .map(u64::from);
        let protector_status = u16::try_from(frame.number()?)
            .ok()
            .filter(|status| *status != 0);
        let breaker = match frame.byte()? {
            0 => breaker::BreakerState::Closed,
            1 => breaker::BreakerState::Open,
            2 => breaker::BreakerState::HalfOpen,
            _ => return Err(FrameError::Code("breaker state")),
        };
        let ip = frame.text()?.to_owned();
        let target = if has(flag::TARGET) {
            Some((frame.text()?.to_owned(), frame.text()?.to_owned()))
        } else {
            None
        };
        let [header_fingerprint, cookie_fingerprint, host] =
            [frame.text()?, frame.text()?, frame.text()?];
        let mut optional = |flag| has(flag).then(|| frame.text()).transpose();
        let user_agent = optional(flag::USER_AGENT)?.map(str::to_owned);
        let referer = optional(flag::REFERER)?.map(str::to_owned);
        Ok(Some(Self {
            started,
            is_from_origin_request: has(flag::FROM_ORIGIN_REQUEST),
            is_unlogged: has(flag::UNLOGGED),
            is_held_back: has(flag::HELD_BACK),
            cookie_status,
            session_cookie,
            sets_session_cookie: has(flag::SETS_SESSION_COOKIE),
            captcha_cookie,
            session_status,
            protector_latency,
            protector_status,
            breaker,
            ip,
            target,
            header_fingerprint: header_fingerprint.to_owned(),
            cookie_fingerprint: cookie_fingerprint.to_owned(),
            host: host.to_owned(),
            user_agent,
            referer,
        }))
    }
}

/// Milliseconds, at most seven weeks.
fn saturated(latency: u64) -> u32 {
    u32::try_from(latency).unwrap_or(u32::MAX - 1)
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_LIMIT)]
}

#[cfg(test)]
mod tests;
