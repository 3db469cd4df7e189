//! Mistakes are errors at plan, at their attribute; nothing is written.

use anyhow::Result;

use super::{alone, association};

/// A mistake in `more`, and what the error has to mention.
struct Mistake {
    what: &'static str,
    lambda_arn: &'static str,
    arguments: &'static str,
    mentions: &'static [&'static str],
}

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:legacy-edge:1";

const MISTAKES: [Mistake; 10] = [
    Mistake {
        what: "$LATEST",
        lambda_arn: "arn:aws:lambda:us-east-1:000000000000:function:legacy-edge:$LATEST",
        arguments: "",
        mentions: &["lambda_arn =", "$LATEST", "published version"],
    },
    Mistake {
        what: "an unqualified ARN",
        lambda_arn: "arn:aws:lambda:us-east-1:000000000000:function:legacy-edge",
        arguments: "",
        mentions: &["lambda_arn =", "has no version"],
    },
    Mistake {
        what: "another region",
        lambda_arn: "arn:aws:lambda:eu-west-1:000000000000:function:legacy-edge:1",
        arguments: "",
        mentions: &["lambda_arn =", "us-east-1"],
    },
    Mistake {
        what: "another account",
        lambda_arn: "arn:aws:lambda:us-east-1:123456789012:function:legacy-edge:1",
        arguments: "",
        mentions: &["lambda_arn =", "another account", "000000000000"],
    },
    Mistake {
        what: "the body on response events",
        lambda_arn: ARN,
        arguments: "events = [\"viewer-response\"]\n  include_body = true",
        mentions: &[
            "include_body = true",
            "only on `viewer-request` and `origin-request`",
        ],
    },
    Mistake {
        what: "a misspelt event",
        lambda_arn: ARN,
        arguments: r#"events = ["viewer_request"]"#,
        mentions: &["events", "viewer_request", "viewer-request"],
    },
    Mistake {
        what: "an unknown behavior",
        lambda_arn: ARN,
        arguments: r#"behaviors = ["/chekout/*"]"#,
        mentions: &["behaviors", "/chekout/*", "/checkout/*"],
    },
    Mistake {
        what: "a CloudFront Function",
        lambda_arn: ARN,
        arguments: r#"behaviors = ["/assets/*"]"#,
        mentions: &["/assets/*", "CloudFront Function", "rewrite-index"],
    },
    Mistake {
        what: "a held slot",
        lambda_arn: "arn:aws:lambda:us-east-1:000000000000:function:another:1",
        arguments: r#"behaviors = ["/legacy/*"]"#,
        mentions: &[
            "/legacy/* viewer-request",
            "legacy-edge:1",
            "adopt_existing",
        ],
    },
    Mistake {
        what: "no behaviors",
        lambda_arn: ARN,
        arguments: "behaviors = []",
        mentions: &["behaviors", "all cache behaviors"],
    },
];

#[test]
fn every_mistake_is_an_error_at_plan_and_writes_nothing() -> Result<()> {
    let (estate, terraform) = alone("")?;
    let id = estate.site.distribution.id();
    let mut faults = Vec::new();
    for Mistake {
        what,
        lambda_arn,
        arguments,
        mentions,
    } in MISTAKES
    {
        let block = association("more", id, &format!("\"{lambda_arn}\""), arguments);
        terraform.write("more.tf", &block)?;
        let outcome = terraform.run(&["plan", "-input=false"])?;
        let said = outcome.says(&["Error:"]).and(outcome.says(mentions));
        if let Err(fault) = said {
            faults.push(format!("{what}: {fault}"));
        }
        if outcome.code != 1 {
            faults.push(format!("{what}: code {}", outcome.code));
        }
    }
    terraform.write(
        "more.tf",
        &association("more", "ENOSUCHDISTRIBUTION", &format!("\"{ARN}\""), ""),
    )?;
    let gone = terraform.run(&["plan", "-input=false"])?.code(1)?;
    gone.says(&["distribution_id", "does not exist"])?;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}
