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

pub(super) const HOUSE: &[Folder] = &[
    Folder {
        path: "provider/src",
        root: Some("main.rs"),
        floors: &[
            Floors {
                within: "",
                floors: &[
                    &["main"],
                    &["provider"],
                    &["actions", "data", "functions", "lists", "log_groups"],
                    &["association", "integration"],
                    &["placement"],
                    &["client"],
                    &["claimant", "lookout", "roster"],
                    &["hazards"],
                    &["aws"],
                    &["bundle", "settled", "timeouts"],
                ],
            },
            Floors {
                within: "aws",
                floors: &[
                    &["visit"],
                    &["session", "diagnostic", "function_reference"],
                    &["distribution"],
                    &["lambda", "log_groups"],
                    &["connection"],
                    &["clock", "http", "retry", "credentials", "user_agent"],
                    &["error", "connection_settings"],
                    &["refusal"],
                    &["call_failure"],
                    &["splice"],
                    &["document", "ownership"],
                    &["arn", "role_arn", "slot", "tags"],
                    &[
                        "behavior_name",
                        "event_type",
                        "identifiers",
                        "log_format",
                        "regions",
                        "runtime",
                        "version",
                    ],
                ],
            },
            Floors {
                within: "aws/lambda",
                floors: &[
                    &["create", "publish", "prune"],
                    &["read", "wait"],
                    &[
                        "package", "delete", "listing", "tags", "snapshot", "versions",
                    ],
                    &["configuration", "forbidden"],
                    &["functions"],
                ],
            },
            Floors {
                within: "aws/distribution",
                floors: &[
                    &["apply", "set_aside"],
                    &["rounds"],
                    &["attempt", "ledger", "mandate"],
                    &[
                        "companions",
                        "deployment",
                        "holders",
                        "lookup",
                        "raw",
                        "restores",
                    ],
                    &["listing"],
                    &["distributions"],
                    &["turns"],
                ],
            },
            Floors {
                within: "integration",
                floors: &[
                    &["self"],
                    &["apply", "delete"],
                    &["function", "take_over", "prune"],
                    &["plan", "read", "rollout"],
                    &["gone", "import", "pin", "plan_destroy", "validate"],
                    &[
                        "identity",
                        "owner",
                        "package",
                        "publication",
                        "runtime_support",
                        "schema",
                    ],
                    &["model"],
                    &["drift", "secrets"],
                    &[
                        "checks",
                        "distribution",
                        "lambda_attributes",
                        "lambda_function_association",
                        "lease",
                        "on_destroy",
                        "pinned_version",
                        "private_state",
                        "remains",
                        "settings",
                        "tags",
                    ],
                ],
            },
            Floors {
                within: "placement",
                floors: &[
                    &["attach"],
                    &["detach"],
                    &["import", "observe", "outcome"],
                    &["plan", "recall"],
                    &["foreseen", "hazards", "pair"],
                    &["model"],
                    &["drift", "notices", "sighting", "trial"],
                    &["wanted"],
                    &["changes", "private_state", "site"],
                ],
            },
            Floors {
                within: "hazards",
                floors: &[
                    &["rules"],
                    &["answers", "behaviors", "captchas", "distribution"],
                    &["case", "finding"],
                    &["conduct", "hazard"],
                ],
            },
            Floors {
                within: "association",
                floors: &[
                    &["self"],
                    &[
                        "apply", "identity", "import", "plan", "read", "schema", "validate",
                    ],
                    &["lambda_arn", "model"],
                ],
            },
        ],
    },
    Folder {
        path: "proto/src",
        root: Some("lib.rs"),
        floors: &[Floors {
            within: "",
            floors: &[
                &["lib"],
                &["guide", "serve_from_args", "testing"],
                &["goplugin"],
                &["service"],
                &["declared"],
                &["provider"],
                &["registry"],
                &["handlers"],
                &["list_resource"],
                &["resource"],
                &[
                    "action",
                    "data_source",
                    "ephemeral_resource",
                    "identity",
                    "migrations",
                    "within",
                ],
                &["call"],
                &["deferral", "provider_meta"],
                &["decoding", "fault", "function", "listing", "object_value"],
                &[
                    "choice",
                    "dynamic",
                    "engine",
                    "log",
                    "raw_state",
                    "signature",
                    "timeouts",
                ],
                &["check"],
                &["float", "schema", "sensitive", "serve_error"],
                &[
                    "attribute_value",
                    "change",
                    "declaration_faults",
                    "go_duration",
                    "json_text",
                    "panic_guard",
                ],
                &["string_value"],
                &["attr"],
                &["diagnostics"],
                &["diagnostic", "value"],
                &[
                    "collected",
                    "function_error",
                    "names",
                    "path",
                    "private",
                    "wire",
                ],
            ],
        }],
    },
    Folder {
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
        ],
    },
    Folder {
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
    },
    Folder {
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
    },
    Folder {
        path: "tests/src",
        root: Some("lib.rs"),
        floors: &[Floors {
            within: "",
            floors: &[
                &["lib"],
                &["docs", "estate", "plugin"],
                &["fixture", "load", "terraform"],
                &["edge", "netacea", "origin", "texts", "toolchain"],
                &["effort"],
            ],
        }],
    },
    Folder {
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
                    &["edge_rules", "lambda_rules", "log_keys", "pages", "script"],
                    &["recording", "upstream"],
                ],
            },
        ],
    },
];
