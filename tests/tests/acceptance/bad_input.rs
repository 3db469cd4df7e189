//! Mistakes are errors at plan, at their attribute, with the next step; nothing is written.

use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::Result;

use crate::EXAMPLE;

/// A mistake, as arguments that replace those of the example, and which error it is and has to
/// mention:
/// the attribute (Terraform shows the line of a top-level one; of a nested one not before 1.12, so
/// the text has to name it), the cause, the next step.
struct Mistake {
    what: &'static str,
    arguments: &'static str,
    summary: Summary,
    mentions: &'static [&'static str],
}

const MISTAKES: [Mistake; 7] = [
    Mistake {
        what: "a malformed role ARN",
        arguments: r#"role_arn = "netacea-edge""#,
        summary: Summary::InvalidValue,
        mentions: &["role_arn = \"netacea-edge\"", "arn:aws:iam::"],
    },
    Mistake {
        what: "a behavior that the distribution does not have",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/chekout/*"]
  }"#,
        summary: Summary::UnknownBehavior,
        mentions: &["/chekout/*", "/checkout/*", "distribution.behaviors"],
    },
    Mistake {
        what: "a slot that a stranger's function holds",
        arguments: r#"distribution = {
    id        = var.distribution_id
    behaviors = ["/legacy/*"]
  }"#,
        summary: Summary::SlotHeld,
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
        summary: Summary::CloudFrontFunctionInTheWay,
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
        summary: Summary::SecretsTwice,
        mentions: &["secrets_wo = {", "either `secrets_wo` or `secrets`"],
    },
    Mistake {
        what: "no secrets at all",
        arguments: "secrets_wo = null\n  secrets_wo_version = null",
        summary: Summary::SecretsMissing,
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
        summary: Summary::UnusableConfiguration,
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
        summary,
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
        if outcome.code != 1 {
            faults.push(format!(
                "{what}: no error but code {}:\n{}",
                outcome.code, outcome.text
            ));
        }
        let address = ["with netacea_cloudfront_integration.shop,"];
        if let Err(fault) = outcome.errs(summary, &[&address, mentions].concat()) {
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
