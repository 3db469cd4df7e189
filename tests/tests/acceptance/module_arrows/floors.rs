//! The floors of each crate, the top floor first. A room uses only what is on floors below its own;
//! rooms on one floor do not know each other.

use super::graph::Floors;

/// Files that use each other, and the floors they are divided into.
pub(super) struct Folder {
    /// Below the workspace.
    pub(super) path: &'static str,
    /// The crate's root; `None` for JavaScript.
    pub(super) root: Option<&'static str>,
    pub(super) floors: &'static [Floors],
}

pub(super) const HOUSE: [Folder; 5] = [
    Folder {
        path: "provider/src",
        root: Some("main.rs"),
        floors: &[
            Floors {
                within: "",
                floors: &[
                    &["main"],
                    &["provider"],
                    &["data", "functions"],
                    &["association", "integration"],
                    &["placement"],
                    &["client"],
                    &["aws"],
                    &["bundle", "timeouts"],
                ],
            },
            Floors {
                within: "aws",
                floors: &[
                    &["session", "diagnostic"],
                    &["distribution"],
                    &["lambda"],
                    &["connection"],
                    &["http", "retry", "credentials", "user_agent"],
                    &["error", "settings"],
                    &["splice"],
                    &["document", "ownership"],
                    &["arn", "slot", "tags"],
                    &["event_type", "identifiers", "version"],
                ],
            },
        ],
    },
    Folder {
        path: "proto/src",
        root: Some("lib.rs"),
        floors: &[],
    },
    Folder {
        path: "function/src",
        root: Some("lib.rs"),
        floors: &[],
    },
    Folder {
        path: "function/host",
        root: None,
        floors: &[],
    },
    Folder {
        path: "tests/src",
        root: Some("lib.rs"),
        floors: &[],
    },
];
