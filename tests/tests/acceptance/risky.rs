//! What is legal but risky is a warning at plan, at its attribute, and no error.

use acceptance::estate::Estate;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE};

/// Arguments that replace those of the example, and what the warning has to mention.
struct Risk {
    what: &'static str,
    arguments: &'static str,
    mentions: &'static [&'static str],
}

const RISKS: [Risk; 5] = [
    Risk {
        what: "more memory than every account allows on viewer events",
        arguments: "memory_size = 256",
        mentions: &[
            "this much memory on viewer events",
            "memory_size = 256",
            "128 MB",
        ],
    },
    Risk {
        what: "a longer timeout than every account allows on viewer events",
        arguments: "timeout = 20",
        mentions: &[
            "such a long timeout on viewer events",
            "timeout = 20",
            "5 seconds",
        ],
    },
    Risk {
        what: "a runtime whose support has ended",
        arguments: "runtime = \"nodejs20.x\"",
        mentions: &[
            "near or past its end of support",
            "runtime = \"nodejs20.x\"",
            "2026-04-30",
        ],
    },
    Risk {
        what: "origin events alone, as with a CloudFront Function",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["/checkout/*"]
    events    = ["origin-request", "origin-response"]
  }"#,
        mentions: &[
            "Most visitors get no session and no log entry",
            "the encrypted header",
            "Add `viewer-response`",
        ],
    },
    Risk {
        what: "asking for nearly as long as Lambda lets the function run",
        arguments: "settings = {\n    protector = { timeout_ms = 3700 }\n  }",
        mentions: &[
            "close to Lambda's limit",
            "4950 ms",
            "`timeout` is 5 seconds",
        ],
    },
];

#[test]
fn every_risk_is_a_warning_at_plan_and_no_error() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let without = terraform.plan(&[])?.outcome;
    assert!(!without.text.contains("Warning"), "{}", without.text);
    let mut faults = Vec::new();
    for Risk {
        what,
        arguments,
        mentions,
    } in RISKS
    {
        terraform.write(
            "override.tf",
            &format!(
                "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n}}\n"
            ),
        )?;
        let outcome = terraform.plan(&[])?.outcome;
        let said = outcome
            .says(&["Warning:", &format!("with {ADDRESS},")])
            .and(outcome.says(mentions));
        faults.extend(said.err().map(|fault| format!("{what}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}
