//! The floors of the edge function and of its host.

use super::super::graph::Floors;
use super::Folder;

pub(in crate::module_arrows) const FUNCTION: Folder = Folder {
    path: "function/src",
    root: Some("lib.rs"),
    floors: &[
        Floors {
            within: "",
            floors: &[
                &["wasm"],
                &["boundary"],
                &["flow"],
                &["edge"],
                &["caching", "handover", "ingest", "protector"],
                &["captcha", "metrics", "outcome", "session"],
                &["answer", "breaker", "journal", "verdict"],
                &["visitor"],
                &["settings"],
                &["cookies", "event", "fingerprint"],
                &["call", "entropy", "headers", "share"],
                &[
                    "address", "bypass", "failure", "frame", "host", "integer", "json", "keys",
                    "lib", "moment", "now", "wire",
                ],
            ],
        },
        Floors {
            within: "flow",
            floors: &[
                &["self"],
                &["request", "response"],
                &["judge"],
                &["conclude", "fail_open"],
                &["give"],
                &["pass"],
                &["cookies", "step"],
                &["log"],
                &["visit"],
            ],
        },
        Floors {
            within: "ingest",
            floors: &[
                &["self"],
                &["outbox"],
                &["http", "kinesis", "queue"],
                &["batching", "receipt", "sigv4", "v1", "v2"],
                &["entry"],
            ],
        },
        Floors {
            within: "session",
            floors: &[
                &["compact", "sessions"],
                &["encryption", "v1", "v3"],
                &["signature"],
                &["self"],
            ],
        },
        Floors {
            within: "settings",
            floors: &[
                &["configuration"],
                &["secrets"],
                &["protection"],
                &["captcha", "ingest", "protector"],
                &[
                    "block",
                    "breaker",
                    "bypass",
                    "client_ip",
                    "kinesis",
                    "session",
                ],
                &["mitigation_type", "reader"],
                &["choice", "document", "validate"],
            ],
        },
    ],
};

pub(in crate::module_arrows) const HOST: Folder = Folder {
    path: "function/host",
    root: None,
    floors: &[Floors {
        within: "",
        floors: &[
            &["index"],
            &["core"],
            &["event", "https"],
            &["frame", "wire"],
        ],
    }],
};
