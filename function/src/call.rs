//! A call to one of Netacea's services and its outcome.

use crate::failure::Failure;
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
    /// Milliseconds on the steady clock at which the host gives up and aborts the call.
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

/// The outcome of a [`Call`].
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
    /// The function's own time was over before the deadline, which says nothing about the service.
    OutOfTime,
    /// Status and headers came, but the body did not come whole.
    Cut {
        /// HTTP status.
        status: u16,
        /// As in an answer.
        headers: Vec<(&'a str, &'a str)>,
        /// Why the body is not complete.
        cause: Cause,
    },
}

/// Why a body may be incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// As [`Reply::TimedOut`].
    TimedOut,
    /// As [`Reply::Broken`].
    Broken,
    /// As [`Reply::TooLarge`].
    TooLarge,
    /// As [`Reply::OutOfTime`].
    OutOfTime,
}

impl<'a> Reply<'a> {
    /// Headers of an answer that are needed: those that begin with `x-netacea-`, and these.
    pub const HEADERS: [&'static str; 2] = ["content-encoding", "content-type"];

    /// Whether the call may have had its effect although no answer says so.
    pub(crate) fn is_ambiguous(&self) -> bool {
        !matches!(self, Self::Answered { .. } | Self::Unreachable)
    }

    /// Why there is no whole answer, if there is none.
    pub(crate) fn failure(&self) -> Option<Failure> {
        Some(match self {
            Self::Answered { .. } => return None,
            Self::Unreachable => Failure::ProtectorUnreachable,
            Self::TimedOut
            | Self::OutOfTime
            | Self::Cut {
                cause: Cause::TimedOut | Cause::OutOfTime,
                ..
            } => Failure::ProtectorTimeout,
            Self::Broken
            | Self::Cut {
                cause: Cause::Broken,
                ..
            } => Failure::ProtectorBroken,
            Self::TooLarge
            | Self::Cut {
                cause: Cause::TooLarge,
                ..
            } => Failure::ReplyTooLarge,
        })
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
            wire::REPLY_OUT_OF_TIME => Self::OutOfTime,
            wire::REPLY_CUT => Self::Cut {
                cause: match frame.byte()? {
                    wire::REPLY_TIMED_OUT => Cause::TimedOut,
                    wire::REPLY_BROKEN => Cause::Broken,
                    wire::REPLY_TOO_LARGE => Cause::TooLarge,
                    wire::REPLY_OUT_OF_TIME => Cause::OutOfTime,
                    _ => return Err(FrameError::Code("cause")),
                },
                status: u16::try_from(frame.number()?).map_err(|_| FrameError::Code("status"))?,
                headers: frame.pairs()?,
            },
            _ => return Err(FrameError::Code("reply")),
        })
    }
}
