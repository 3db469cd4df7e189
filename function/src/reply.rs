use crate::frame::{FrameError, Reader};
use crate::wire;

/// What became of a [`crate::Call`].
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
