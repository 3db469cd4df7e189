//! Custom error responses, which a viewer gets in place of an error (CloudFront guide, "Generate
//! custom error responses").

use roxmltree::Node;

use crate::aws::xml::child_text;

/// Seconds for which an error is kept unless the distribution says otherwise.
const USUAL_SECONDS: u64 = 10;

/// A `CustomErrorResponse` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The status that it is for.
    pub code: u16,
    /// The page that the viewer gets, and its status; `None` leaves the error as it is.
    pub page: Option<(String, u16)>,
    /// The fewest seconds for which such an error is kept.
    pub seconds: u64,
}

impl ErrorResponse {
    pub(super) fn parse(node: Node<'_, '_>) -> Option<Self> {
        let code = child_text(node, "ErrorCode")?.parse().ok()?;
        let path = child_text(node, "ResponsePagePath").filter(|path| !path.is_empty());
        let status = child_text(node, "ResponseCode").and_then(|status| status.parse().ok());
        let seconds = child_text(node, "ErrorCachingMinTTL");
        Some(Self {
            code,
            page: path.map(|path| (path.to_owned(), status.unwrap_or(code))),
            seconds: seconds
                .and_then(|seconds| seconds.parse().ok())
                .unwrap_or(USUAL_SECONDS),
        })
    }

    /// The fewest seconds for which an error of this status is kept.
    pub(super) fn seconds_of(all: &[Self], status: u16) -> u64 {
        let found = all.iter().find(|response| response.code == status);
        found.map_or(USUAL_SECONDS, |response| response.seconds)
    }
}
