//! Mistakes are errors at plan, at their attribute, with the next step; nothing is written.

use acceptance::estate::Estate;
use anyhow::Result;

use crate::EXAMPLE;

/// A mistake, as arguments that replace those of the example, and what the error has to mention:
/// the attribute (Terraform shows the line of a top-level one; of a nested one not before 1.12, so
/// the text has to name it), the cause, the next step.
struct Mistake {
    what: &'static str,
    arguments: &'static str,
    mentions: &'static [&'static str],
}

const MISTAKES: [Mistake; 7] = [
    Mistake {
        what: "a malformed role ARN",
        arguments: r#"role_arn = "netacea-edge""#,
        mentions: &["role_arn = \"netacea-edge\"", "arn:aws:iam::"],
    },
    Mistake {
        what: "a behavior that the distribution does not have",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/chekout/*"]
  }"#,
        mentions: &["/chekout/*", "/checkout/*", "distribution.behaviors"],
    },
    Mistake {
        what: "a slot that a stranger's function holds",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["/legacy/*"]
  }"#,
        mentions: &[
            "/legacy/* viewer-request",
            "function:legacy-edge:1",
            "adopt_existing",
            "distribution.behaviors",
        ],
    },
    Mistake {
        what: "a CloudFront Function on a viewer event",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["/assets/*"]
  }"#,
        mentions: &[
            "/assets/*",
            "CloudFront Function",
            "rewrite-index",
            "viewer-request",
            "distribution.behaviors",
            "origin events",
        ],
    },
    Mistake {
        what: "both forms of secrets",
        arguments: r#"secrets = {
    api_key    = "an-api-key"
    secret_key = "a-secret-key"
  }"#,
        mentions: &["secrets_wo = {", "either `secrets_wo` or `secrets`"],
    },
    Mistake {
        what: "no secrets at all",
        arguments: "secrets_wo = null\n  secrets_wo_version = null",
        mentions: &[
            "`secrets_wo` together with `secrets_wo_version`",
            "or `secrets`",
        ],
    },
    Mistake {
        what: "a service URL without TLS",
        arguments: r#"settings = {
    mitigation_type = "MITIGATE"
    protector       = { url = "http://mitigations.netacea.net" }
  }"#,
        mentions: &["settings.protector.url", "https"],
    },
];

#[test]
fn every_mistake_is_an_error_at_plan_and_writes_nothing() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    let mut faults = Vec::new();
    for Mistake {
        what,
        arguments,
        mentions,
    } in MISTAKES
    {
        terraform.write(
            "override.tf",
            &format!(
                "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n}}\n"
            ),
        )?;
        let outcome = terraform.run(&["plan", "-input=false"])?;
        if outcome.code != 1 || !outcome.text.contains("Error:") {
            faults.push(format!(
                "{what}: no error but code {}:\n{}",
                outcome.code, outcome.text
            ));
        }
        if let Err(fault) = outcome
            .says(&["with netacea_cloudfront_integration.shop,"])
            .and(outcome.says(mentions))
        {
            faults.push(format!("{what}: {fault}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(estate.proxy.writes(), []);
    assert_eq!(
        estate.site.distribution.configuration()?,
        before,
        "not even the ETag has moved"
    );
    Ok(())
}
