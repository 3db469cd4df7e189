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

const MISTAKES: [Mistake; 14] = [
    Mistake {
        what: "a malformed role ARN",
        arguments: r#"role_arn = "netacea-edge""#,
        summary: Summary::InvalidValue,
        mentions: &["role_arn = \"netacea-edge\"", "arn:aws:iam::"],
    },
    Mistake {
        what: "a role of another account",
        arguments: r#"role_arn = "arn:aws:iam::123456789012:role/netacea-edge""#,
        summary: Summary::RoleOfAnotherAccount,
        mentions: &[
            "role_arn = \"arn:aws:iam",
            "a role of account 123456789012",
            "belong to account 000000000000",
        ],
    },
    Mistake {
        what: "a role of another account in emit mode",
        arguments: r#"role_arn     = "arn:aws:iam::123456789012:role/netacea-edge"
  distribution = null"#,
        summary: Summary::RoleOfAnotherAccount,
        mentions: &["role_arn = \"arn:aws:iam"],
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
        what: "no name",
        arguments: "name = null",
        summary: Summary::MissingRequired,
        mentions: &["name = null", "`name` is required, but its value is null"],
    },
    Mistake {
        what: "a distribution without an id",
        arguments: "distribution = { id = null }",
        summary: Summary::MissingRequired,
        mentions: &["distribution.id", "`id` is required, but its value is null"],
    },
    Mistake {
        what: "a secret that is null",
        arguments: r#"secrets_wo = {
    api_key    = "an-api-key"
    secret_key = null
  }"#,
        summary: Summary::MissingRequired,
        mentions: &["secrets_wo.secret_key", "`secret_key` is required"],
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
    Mistake {
        what: "a block whose status is not a refusal",
        arguments: r#"settings = {
    mitigation_type = "MITIGATE"
    block           = { status = 302 }
  }"#,
        summary: Summary::UnusableConfiguration,
        mentions: &["settings.block.status", "400 to 499, or 503"],
    },
    Mistake {
        what: "a captcha page that CloudFront would keep for others",
        arguments: r#"settings = {
    mitigation_type = "MITIGATE"
    captcha         = { status = 200 }
  }
  distribution = {
    id     = var.distribution_id
    events = ["origin-request", "viewer-response", "origin-response"]
  }"#,
        summary: Summary::UnusableConfiguration,
        mentions: &[
            "settings.captcha.status",
            "would show one visitor's captcha to others",
            "viewer-request",
        ],
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

/// Terraform itself only wants required arguments to be written.
#[test]
fn null_is_refused_before_anything_is_planned_wherever_a_value_is_required() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let association = |arguments: &str| {
        format!("resource \"netacea_cloudfront_association\" \"more\" {{\n  {arguments}\n}}\n")
    };
    let arn = "netacea_cloudfront_integration.shop.qualified_arn";
    let refused = [
        (
            "the id of an association's distribution",
            association(&format!("distribution_id = null\n  lambda_arn = {arn}")),
            "distribution_id",
        ),
        (
            "the function of an association",
            association("distribution_id = var.distribution_id\n  lambda_arn = null"),
            "lambda_arn",
        ),
        (
            "a role that the provider assumes",
            "provider \"netacea\" {\n  alias = \"more\"\n  assume_role {\n    role_arn = null\n  }\n}\n"
                .to_owned()
                + &association(&format!(
                    "provider = netacea.more\n  distribution_id = var.distribution_id\n  lambda_arn = {arn}"
                )),
            "role_arn",
        ),
        (
            "the functions of a policy",
            "data \"netacea_edge_deployer_policy\" \"more\" {\n  account_id = null\n  \
             function_names = null\n  role_arns = null\n}\n"
                .to_owned(),
            "function_names",
        ),
    ];
    let mut faults = Vec::new();
    for (what, block, argument) in refused {
        terraform.write("more.tf", &block)?;
        let outcome = terraform.run(&["validate"])?;
        let missing = format!("`{argument}` is required, but its value is null");
        if let Err(fault) = outcome.errs(Summary::MissingRequired, &[&missing]) {
            faults.push(format!("{what}: {fault}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));

    // What is not known yet is judged when it is.
    terraform.write(
        "more.tf",
        &association(&format!(
            "distribution_id = var.distribution_id\n  lambda_arn = {arn}"
        )),
    )?;
    terraform.run(&["validate"])?.code(0)?;
    Ok(())
}

#[test]
fn many_slots_of_a_stranger_are_one_error_with_the_slots_as_a_list() -> Result<()> {
    let estate = Estate::build()?;
    let behaviors: Vec<String> = (0..60).map(|number| format!("/many-{number}/*")).collect();
    estate.site.distribution.edit(|now| {
        let legacy = now.behavior("/legacy/*")?;
        let elements = behaviors
            .iter()
            .map(|name| legacy.replace("/legacy/*", name));
        now.with_behaviors(&elements.collect::<String>())
    })?;
    let terraform = estate.example(EXAMPLE)?;
    let arguments = "distribution = {\n    id        = var.distribution_id\n    behaviors = [for number in range(60) : \"/many-${number}/*\"]\n  }";
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n}}\n"),
    )?;
    let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
    let slots: Vec<String> = behaviors
        .iter()
        .map(|name| format!("{name} viewer-request"))
        .collect();
    let slots: Vec<&str> = slots.iter().map(String::as_str).collect();
    outcome.errs(Summary::SlotHeld, &slots)?;
    let diagnostics = outcome.diagnostics();
    let errors = diagnostics.iter().filter(|one| one.is_error());
    assert_eq!(errors.count(), 1, "{}", outcome.text);
    let lines = outcome.text.lines().count();
    assert!(lines < 60 + 90, "{lines} lines:\n{}", outcome.text);
    Ok(())
}
