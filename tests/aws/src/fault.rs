//! Faults of calls: one vocabulary for AWS, ingest and Protector.
//!
//! A [`Fault`] says which calls it is about, what happens to them, and to which of them. The
//! stand-in of a service asks its [`Faults`] about each call and carries out the [`Effect`].

mod script;

pub use script::Faults;

use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Response, StatusCode};

use crate::{AwsError, Operation};

/// Something that goes wrong with calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Which calls may meet it.
    pub on: Calls,
    /// What happens to them.
    pub effect: Effect,
    /// Which of those calls meet it.
    pub times: Times,
}

/// Calls that have something in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The operation; `None` means any. Only AWS's calls have one.
    pub operation: Option<Operation>,
    /// Only after a call of this operation has succeeded.
    pub after: Option<Operation>,
    /// Only with this in the path, such as the name of a function.
    pub about: Option<&'static str>,
}

/// Which of the calls meet a fault, counted since it was scripted. The SDK's repetitions are calls
/// of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Times {
    /// The first this many.
    First(usize),
    /// Only this one; the first is 1.
    Nth(usize),
    /// All of them.
    Every,
    /// This share of them (0 to 1), chosen by the seed.
    Share(f64),
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// One of these, chosen by the seed.
    OneOf(&'static [Effect]),
    /// It takes longer.
    Delay(Duration),
    /// The network is gone: the connection is closed without an answer, and so are the next new
    /// ones.
    Unreachable {
        /// How many new connections.
        connections: usize,
    },
    /// The connection breaks before the service has seen the call.
    ResetBefore,
    /// The service has done it; the connection breaks in the middle of the answer.
    ResetDuring,
    /// The service has done it; the connection breaks before the answer.
    ResetAfter,
    /// No answer comes, and the service has not seen the call; the connection is cut after this.
    HangBefore(Duration),
    /// The service has done it, and no answer comes; the connection is cut after this.
    HangAfter(Duration),
    /// This status and body, and nothing is done.
    Answer(u16, &'static str),
    /// The service has done it; half of the answer is missing, without a sign of that.
    Truncated,
    /// Something in between answers in the service's place, as a hotel's network does: 200 and a
    /// page.
    Corrupt,
    /// AWS only: refuses it.
    Refuse(AwsError),
    /// CloudFront only: somebody else edits the distribution right before this call reaches it: see
    /// [`foreign_edit`](crate::foreign_edit).
    ForeignEdit,
    /// CloudFront only: the distribution is still being deployed.
    InProgress,
    /// Lambda only: the function or version is still being prepared.
    Pending,
    /// Kinesis only: some of the records are refused; the answer says which.
    RefuseSome,
}

impl Fault {
    /// `effect` on these calls.
    pub fn on(calls: impl Into<Calls>, effect: Effect, times: Times) -> Self {
        Self {
            on: calls.into(),
            effect,
            times,
        }
    }
}

impl Calls {
    /// Every call.
    pub const ALL: Self = Self {
        operation: None,
        after: None,
        about: None,
    };

    /// The same calls, but only after a call of `operation` has succeeded.
    #[must_use]
    pub fn after(self, operation: Operation) -> Self {
        Self {
            after: Some(operation),
            ..self
        }
    }

    /// The same calls, but only those with `part` in the path.
    #[must_use]
    pub fn about(self, part: &'static str) -> Self {
        Self {
            about: Some(part),
            ..self
        }
    }
}

impl From<Operation> for Calls {
    fn from(operation: Operation) -> Self {
        Self {
            operation: Some(operation),
            ..Self::ALL
        }
    }
}

impl Effect {
    /// Nobody can reach the service.
    pub const DOWN: Self = Self::Unreachable {
        connections: usize::MAX,
    };

    /// No answer comes within any deadline that is tested.
    pub const HANGING: Self = Self::HangBefore(Duration::from_secs(60));

    /// How long a call with log entries hangs before it is cut; longer than any deadline of a test.
    const HANGS: Duration = Duration::from_secs(6);

    /// The faults that Kinesis may have.
    pub const KINESIS: &[Self] = &[
        Self::Answer(500, r#"{"__type":"InternalFailureException"}"#),
        Self::Answer(503, "<html>Service Unavailable</html>"),
        Self::Answer(
            400,
            r#"{"__type":"ProvisionedThroughputExceededException"}"#,
        ),
        Self::RefuseSome,
        Self::RefuseSome,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::HangBefore(Self::HANGS),
        Self::HangAfter(Self::HANGS),
    ];

    /// The faults that an HTTP service for log entries may have.
    pub const INGEST: &[Self] = &[
        Self::Answer(500, ""),
        Self::Answer(503, "<html>Service Unavailable</html>"),
        Self::Answer(429, ""),
        Self::Answer(400, r#"{"error":"bad request"}"#),
        Self::ResetBefore,
        Self::ResetAfter,
        Self::HangBefore(Self::HANGS),
        Self::HangAfter(Self::HANGS),
    ];

    /// Whether the service never sees the call.
    pub fn precedes(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::ResetBefore
                | Self::HangBefore(_)
                | Self::Answer(..)
                | Self::Refuse(_)
        )
    }

    /// Whether the service does what is asked and the caller does not learn it.
    pub fn is_ambiguous(&self) -> bool {
        matches!(
            self,
            Self::ResetDuring | Self::ResetAfter | Self::HangAfter(_)
        )
    }
}

/// An answer without headers of its own; a number that is not a status becomes 500.
pub fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
