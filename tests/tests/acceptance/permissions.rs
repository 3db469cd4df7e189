//! Missing permissions and credentials are told once, with what is missing and where.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::{Context, Result};
use hyper::StatusCode;

use crate::{EXAMPLE, FUNCTION};

const OF_FUNCTION: &str = "arn:aws:lambda:us-east-1:*:function:netacea-shop";

/// What a first apply calls, and how a policy names it.
const CALLS: [(Operation, &str); 8] = [
    (
        Operation::GetDistributionConfig,
        "cloudfront:GetDistributionConfig",
    ),
    (
        Operation::GetFunctionConfiguration,
        "lambda:GetFunctionConfiguration",
    ),
    (Operation::CreateFunction, "lambda:CreateFunction"),
    (Operation::ListTags, "lambda:ListTags"),
    (Operation::PublishVersion, "lambda:PublishVersion"),
    (
        Operation::UpdateDistribution,
        "cloudfront:UpdateDistribution",
    ),
    (
        Operation::UpdateFunctionConfiguration,
        "lambda:UpdateFunctionConfiguration",
    ),
    (Operation::UpdateFunctionCode, "lambda:UpdateFunctionCode"),
];

#[test]
fn a_missing_permission_names_action_and_arn() -> Result<()> {
    for (operation, action) in CALLS {
        named(operation, action).with_context(|| action.to_owned())?;
    }
    Ok(())
}

fn named(operation: Operation, action: &str) -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    let updates = [
        Operation::UpdateFunctionConfiguration,
        Operation::UpdateFunctionCode,
    ];
    if updates.contains(&operation) {
        terraform.apply()?;
        terraform.variable("session_expiry_seconds", "120");
        terraform.write(
            "override.tf",
            "resource \"netacea_cloudfront_integration\" \"shop\" {\n  timeout = 4\n  settings = {\n    protector = { timeout_ms = 1000 }\n  }\n}\n",
        )?;
    }
    estate
        .proxy
        .refuse(operation, StatusCode::FORBIDDEN, "AccessDenied");
    let outcome = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    outcome.errs(
        Summary::MissingPermission,
        &[&format!("Allow {action} on ")],
    )?;
    let distribution = format!(
        "arn:aws:cloudfront::*:distribution/{}",
        estate.site.distribution.id()
    );
    let of_account = format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}");
    let said = outcome.unframed();
    assert!(
        [OF_FUNCTION, &of_account, &distribution]
            .iter()
            .any(|arn| said.contains(&format!("Allow {action} on {arn} for these credentials"))),
        "{said}"
    );
    assert_eq!(said.matches("Error:").count(), 1, "told once: {said}");
    Ok(())
}

#[test]
fn missing_credentials_are_one_error_with_the_next_step() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
    ] {
        terraform.unset(name);
    }
    terraform.set("AWS_EC2_METADATA_DISABLED", "true");
    let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
    outcome.errs(
        Summary::MissingCredentials,
        &["AWS_PROFILE", "provider \"netacea\" block"],
    )?;
    assert_eq!(
        outcome.text.matches("Error:").count(),
        1,
        "{}",
        outcome.text
    );
    assert_eq!(estate.proxy.calls().len(), 0);
    Ok(())
}
