//! The floors of the test harness, the lab and the packaging.

use super::super::graph::Floors;
use super::Folder;

pub(in crate::module_arrows) const HARNESS: Folder = Folder {
    path: "tests/src",
    root: Some("lib.rs"),
    floors: &[
        Floors {
            within: "",
            floors: &[
                &["lib"],
                &["docs", "estate", "plugin"],
                &["fixture", "lab", "load", "terraform"],
                &["edge", "netacea", "origin", "texts", "toolchain"],
                &["effort"],
            ],
        },
        Floors {
            within: "edge",
            floors: &[
                &["front", "visitor"],
                &["location"],
                &["passage"],
                &["loaded"],
                &["origin_request", "origin_server", "record", "source"],
                &["configuration", "viewer"],
                &["behavior", "step"],
                &["cache", "edge_error", "function", "restrictions"],
                &["event", "instance"],
                &[
                    "clock",
                    "error_response",
                    "forwarding",
                    "headers",
                    "logs",
                    "outgoing_call",
                    "path_pattern",
                    "vitals",
                ],
            ],
        },
    ],
};

pub(in crate::module_arrows) const LOOPBACK_AWS: Folder = Folder {
    path: "tests/aws/src",
    root: Some("lib.rs"),
    floors: &[
        Floors {
            within: "",
            floors: &[
                &["lib"],
                &["proxy"],
                &["emulator", "fault"],
                &[
                    "aws_error",
                    "distribution",
                    "functions",
                    "process",
                    "stream",
                ],
                &["client", "interrupt", "operation", "server", "xml"],
            ],
        },
        Floors {
            within: "proxy",
            floors: &[
                &["self"],
                &["hold"],
                &["passage"],
                &[
                    "continuous_deployment",
                    "edge_rules",
                    "lambda_rules",
                    "log_keys",
                    "pages",
                    "script",
                ],
                &["recording", "upstream"],
            ],
        },
    ],
};

pub(in crate::module_arrows) const LAB: Folder = Folder {
    path: "lab/src",
    root: Some("main.rs"),
    floors: &[Floors {
        within: "",
        floors: &[
            &["main"],
            &["run"],
            &["console", "site"],
            &["acts"],
            &["lab"],
            &["journal", "judge"],
            &["counters"],
            &["distribution", "exchange"],
            &["cookies"],
            &["package"],
            &[
                "arguments",
                "browsers",
                "captcha",
                "condition",
                "feed",
                "kinesis",
                "loopback",
                "node",
                "provider",
                "rewriting",
                "settings",
                "shop",
            ],
            &["visitor"],
        ],
    }],
};

pub(in crate::module_arrows) const PACKAGING: Folder = Folder {
    path: "packaging/src",
    root: Some("main.rs"),
    floors: &[Floors {
        within: "",
        floors: &[
            &["main"],
            &["home"],
            &["compile", "mirror"],
            &["checksums", "sbom"],
            &["package", "signature"],
            &["platform", "workspace"],
        ],
    }],
};
