//! CloudFront refuses an update for good: it is told with the next step, nothing is half-written,
//! and the next apply goes on.

use acceptance::aws::{AwsError, Effect, Fault, Operation, Times};
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::{Context, Result};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// How CloudFront refuses, and what is said.
struct Refusal {
    code: &'static str,
    message: &'static str,
    summary: Summary,
    step: &'static str,
}

const REFUSALS: [Refusal; 5] = [
    Refusal {
        code: "InvalidArgument",
        message: "Your distribution uses features that are not included in the Free pricing plan.",
        summary: Summary::PricingPlan,
        step: "pay-as-you-go",
    },
    Refusal {
        code: "TooManyLambdaFunctionAssociations",
        message: "Your request contains more Lambda@Edge function associations than are allowed per distribution.",
        summary: Summary::AssociationQuota,
        step: "Name fewer behaviors or events",
    },
    Refusal {
        code: "InvalidLambdaFunctionAssociation",
        message: "The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again.",
        summary: Summary::RoleNotAssumable,
        step: "trust_policy_json",
    },
    Refusal {
        code: "InvalidLambdaFunctionAssociation",
        message: "Lambda@Edge cannot enable replication for the specified Lambda function. Update the IAM policy to add permission: lambda:EnableReplication* for resource.",
        summary: Summary::ReplicationNotAllowed,
        step: "Allow lambda:EnableReplication*",
    },
    Refusal {
        code: "InvalidWebACLId",
        message: "Unable to verify read permissions on Web ACL. Please retry the request.",
        summary: Summary::MissingPermission,
        step: "wafv2:GetWebACL",
    },
];

#[test]
fn a_refused_create_leaves_the_distribution_alone_and_the_next_apply_goes_on() -> Result<()> {
    for refusal in REFUSALS {
        create(&refusal).with_context(|| refusal.message)?;
    }
    Ok(())
}

fn create(refusal: &Refusal) -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    refuse_once(&estate, refusal);
    let outcome = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    outcome.errs(
        refusal.summary,
        &[refusal.message, "Nothing was written", refusal.step],
    )?;
    assert_eq!(estate.site.distribution.configuration()?, before);
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}

/// The slots keep the version that they hold, and the function's tags speak of nothing else.
#[test]
fn a_refused_update_keeps_what_protects() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let before = estate.site.distribution.configuration()?;
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    terraform.variable("session_expiry_seconds", "120");
    refuse_once(&estate, &REFUSALS[0]);
    let outcome = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    outcome.errs(Summary::PricingPlan, &[REFUSALS[0].step])?;
    assert_eq!(estate.site.distribution.configuration()?, before);
    assert_eq!(estate.emulator.functions().tags(FUNCTION)?, tags);
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(terraform.resource(ADDRESS)?["version"], "2");
    Ok(())
}

fn refuse_once(estate: &Estate, refusal: &Refusal) {
    let error = AwsError::new(400, refusal.code, refusal.message);
    estate.proxy.script(Fault::on(
        Operation::UpdateDistribution,
        Effect::Refuse(error),
        Times::First(1),
    ));
}
