//! A call to one of Netacea's services and what became of it.

use crate::frame::{FrameError, Reader};
use crate::wire;

/// An HTTPS request that the host is to make.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Complete address, https only.
    pub url: String,
    /// Name and value, in order; names as they appear on the wire.
    pub headers: Vec<(&'static str, String)>,
    /// `None`: no body at all.
    pub body: Option<Vec<u8>>,
    /// Unix time in milliseconds at which the host gives up and aborts the call.
    pub deadline: u64,
    /// Longest reply body in bytes that is read.
    pub reply_limit: u32,
}

/// Credentials travel in headers, so neither they nor a body are shown.
impl core::fmt::Debug for Call {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// What became of a [`Call`].
#[derive(Clone, Debug)]
pub enum Reply<'a> {
    /// A complete answer, whatever its status.
    Answered {
        /// HTTP status.
        status: u16,
        /// Needed headers, names in lower case.
        headers: Vec<(&'a str, &'a str)>,
        /// Body bytes.
        body: &'a [u8],
    },
    /// The deadline passed.
    TimedOut,
    /// No connection: name not found, refused, no route, certificate not accepted.
    Unreachable,
    /// The connection broke, or what came over it is not HTTP.
    Broken,
    /// The answer is longer than the call allows.
    TooLarge,
}

impl<'a> Reply<'a> {
    /// Headers of an answer that are needed: those that begin with `x-netacea-`, and these.
    pub const HEADERS: [&'static str; 1] = ["content-type"];

    /// Whether the call may have had its effect although no answer says so.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Broken | Self::TooLarge)
    }

    /// Reads the frame that `host/core.mjs` writes.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn read(frame: &mut Reader<'a>) -> Result<Self, FrameError> {
        Ok(match frame.byte()? {
            wire::REPLY_ANSWERED => Self::Answered {
                status: u16::try_from(frame.number()?).map_err(|_| FrameError::Code("status"))?,
                headers: frame.pairs()?,
                body: frame.bytes()?,
            },
            wire::REPLY_TIMED_OUT => Self::TimedOut,
            wire::REPLY_UNREACHABLE => Self::Unreachable,
            wire::REPLY_BROKEN => Self::Broken,
            wire::REPLY_TOO_LARGE => Self::TooLarge,
            _ => return Err(FrameError::Code("reply")),
        })
    }
}
