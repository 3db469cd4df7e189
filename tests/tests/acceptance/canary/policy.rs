//! Who reaches a staging distribution: told by the plan, asked once, and only where it is told.

use acceptance::aws::{Effect, Fault, Operation, Times};
use acceptance::fixture::StagingPair;
use acceptance::terraform::{Outcome, REQUIREMENT, Summary};
use anyhow::Result;
use hyper::StatusCode;

use super::{Canary, held};

const MEANT: &str = "staging = true";
const SILENT: &str = "staging = true\n  acknowledge_hazards = [\"continuous_deployment\"]";

/// What a plan for a new association says.
fn planned(canary: &Canary, arguments: &str) -> Result<Outcome> {
    let terraform = canary.associating(&canary.pair.staging, arguments)?;
    terraform.run(&["plan", "-input=false"])?.success()
}

#[test]
fn a_plan_says_who_reaches_it() -> Result<()> {
    for (traffic, says, does_not_say) in [
        (
            StagingPair::WEIGHT,
            "5 % of the requests reach the staging distribution",
            "stickiness",
        ),
        (
            StagingPair::LOOSE_WEIGHT,
            "The policy has no session stickiness, so the requests of one visitor go to both",
            "Visitors do not send",
        ),
        (
            StagingPair::HEADER,
            "Only requests with the header aws-cf-cd-netacea reach the staging distribution",
            "stickiness",
        ),
    ] {
        let canary = Canary::build(traffic)?;
        let told = planned(&canary, MEANT)?;
        told.says(&[
            says,
            "At times of peak traffic in CloudFront, all requests may go to the primary",
            "`acknowledge_hazards = [\"continuous_deployment\"]` silences the warning",
        ])?;
        assert!(!told.unframed().contains(does_not_say), "{}", told.text);
        assert_eq!(canary.policy_reads(), 1);
    }
    Ok(())
}

#[test]
fn a_copy_without_a_policy_gets_nobody() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let copy = StagingPair::copy(&canary.estate.emulator, &canary.estate.site.distribution)?;
    let arguments = format!("behaviors = [\"default\"]\n  {MEANT}");
    let terraform = canary.associating(&copy, &arguments)?;
    let told = terraform.run(&["plan", "-input=false"])?.success()?;
    told.says(&[
        "No request reaches the staging distribution",
        "The staging distribution has no continuous deployment policy",
        "CloudFront offers no continuous deployment for the distribution",
        "it has HTTP/3",
    ])?;
    assert_eq!(canary.policy_reads(), 0, "there is none to read");
    Ok(())
}

#[test]
fn the_policy_is_read_once_in_a_plan_and_never_for_another_half() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let staging = canary.associating(&canary.pair.staging, MEANT)?;
    canary.estate.proxy.forget();
    staging.plan(&[])?.outcome.code(2)?;
    assert_eq!(canary.policy_reads(), 1, "a first plan");
    staging.apply()?;
    canary.estate.proxy.forget();
    staging.plan(&[])?.outcome.code(0)?;
    let calls = canary.estate.proxy.calls();
    let reads = calls
        .iter()
        .filter(|call| call.operation == Operation::GetDistributionConfig);
    assert_eq!(canary.policy_reads(), 1, "an idle plan");
    assert_eq!(reads.count(), 1, "{calls:?}");

    let block = canary.association("shop", &canary.pair.staging, SILENT);
    staging.write("main.tf", &format!("{REQUIREMENT}{block}"))?;
    canary.estate.proxy.forget();
    staging.apply()?;
    let idle = staging.plan(&[])?.outcome.code(0)?;
    assert!(!idle.text.contains("Warning"), "{}", idle.text);
    assert_eq!(canary.policy_reads(), 0, "nobody wants to know");
    assert_eq!(canary.updates(), []);

    canary.estate.proxy.forget();
    let primary = canary.associating(&canary.pair.primary, "")?;
    primary.apply()?;
    let idle = primary.plan(&[])?.outcome.code(0)?;
    idle.says(&[
        "A promotion may remove the function from the distribution",
        "`netacea_cloudfront_association` with `staging = true`",
    ])?;
    primary.destroy()?;
    assert_eq!(canary.policy_reads(), 0, "the primary distribution");
    Ok(())
}

#[test]
fn a_policy_that_cannot_be_read_is_a_warning_and_nothing_else() -> Result<()> {
    let canary = Canary::build(StagingPair::WEIGHT)?;
    let refuse = || {
        canary.estate.proxy.refuse(
            Operation::GetContinuousDeploymentPolicy,
            StatusCode::FORBIDDEN,
            "AccessDenied",
        );
    };
    refuse();
    let terraform = canary.associating(&canary.pair.staging, MEANT)?;
    let applied = terraform.apply()?;
    applied.says(&[
        "It is not known which requests reach the staging distribution",
        "Allow cloudfront:GetContinuousDeploymentPolicy on",
        "arn:aws:cloudfront::*:continuous-deployment-policy/",
        "`netacea_edge_deployer_policy`",
    ])?;
    assert!(!applied.has_warned(Summary::MissingPermission), "told once");
    assert_eq!(held(&canary.pair.staging.configuration()?), 3);
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(held(&canary.pair.staging.configuration()?), 0);

    canary.estate.proxy.relent();
    let told = planned(&canary, MEANT)?;
    told.says(&["5 % of the requests"])?;
    let corrupt = Fault::on(
        Operation::GetContinuousDeploymentPolicy,
        Effect::Corrupt,
        Times::Every,
    );
    canary.estate.proxy.script(corrupt);
    planned(&canary, MEANT)?.says(&[
        "It is not known which",
        "Only this warning needs the policy",
    ])?;
    canary.estate.proxy.relent();
    // The policy has gone, and CloudFront still shows its id.
    canary.pair.staging.edit(|now| {
        let other = "00000000-0000-4000-8000-000000000099";
        Ok(now.xml.replace(&canary.pair.policy, other))
    })?;
    planned(&canary, MEANT)?.says(&["It is not known which", "doesn't exist"])?;
    Ok(())
}
