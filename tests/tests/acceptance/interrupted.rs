//! Stopped, or failing late: the next apply converges and no live association is lost.

use std::time::Duration;

use acceptance::aws::{Moment, Operation};
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::Result;
use hyper::StatusCode;
use rustix::process::Signal;
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn interrupted_while_the_distribution_is_updated_the_function_still_counts_as_in_use() -> Result<()>
{
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    {
        let hold = estate
            .proxy
            .hold(Operation::UpdateDistribution, Moment::After);
        let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
        hold.reached(Duration::from_secs(60))?;
        running.interrupt()?;
        drop(hold);
        running.wait()?;
    }
    assert_eq!(
        estate.emulator.functions().tags(FUNCTION)?["netacea:lifecycle"],
        "ready",
        "another create would take the function over"
    );
    // Terraform stopped before it wrote the outputs; the resource is as applied.
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.change(ADDRESS)?["actions"][0], "no-op");
    Ok(())
}

#[test]
fn what_a_plan_says_after_a_create_that_failed_is_true() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    estate.proxy.refuse(
        Operation::UpdateDistribution,
        StatusCode::FORBIDDEN,
        "AccessDenied",
    );
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    estate.proxy.relent();

    let plan = terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::UnprotectedSlots,
        &["\"default\", event viewer-request: no function is associated"],
    )?;
    plan.outcome.warns(
        Summary::FunctionLifecycle,
        &[
            "marks the function as \"ready\"",
            "if the plan replaces the function, the apply marks the new one instead",
        ],
    )?;
    for untrue in ["removed outside", "what was applied", "next apply marks"] {
        let text = plan.outcome.unframed();
        assert!(!text.contains(untrue), "{untrue}: {text}");
    }
    let replaced = plan.change(ADDRESS)?["actions"].clone();
    assert_eq!(replaced[0], "delete", "{replaced}");

    terraform.apply()?;
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    assert_eq!(tags["netacea:lifecycle"], "ready");
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_failure_after_the_accepted_put_is_a_warning_and_the_association_stays() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    for read in [Operation::GetDistribution, Operation::GetDistributionConfig] {
        estate.proxy.refuse_after(
            Operation::UpdateDistribution,
            read,
            StatusCode::FORBIDDEN,
            "AccessDenied",
        );
    }
    let outcome = terraform.apply()?;
    outcome.warns(Summary::MissingPermission, &["AccessDenied"])?;
    let live = estate.site.distribution.configuration()?;
    assert_eq!(live.xml.matches(&format!(":{FUNCTION}:1<")).count(), 9);

    estate.proxy.relent();
    let plan = terraform.plan(&[])?;
    if plan.outcome.code != 0 {
        let change = plan.change(ADDRESS)?;
        assert_eq!(change["actions"], json!(["update"]), "tainted");
    }
    terraform.apply()?;
    for call in estate
        .proxy
        .calls()
        .iter()
        .filter(|call| call.operation == Operation::UpdateDistribution)
    {
        let body = String::from_utf8_lossy(&call.body);
        assert_eq!(
            body.matches(&format!(":{FUNCTION}:")).count(),
            9,
            "a PUT took the association off"
        );
    }
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// The update is carried out, its answer gets lost, and nobody can look whether it was.
#[test]
fn an_update_whose_outcome_nobody_can_see_taints_nothing() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let outcome = {
        let hold = estate
            .proxy
            .hold(Operation::UpdateDistribution, Moment::After);
        let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
        hold.reached(Duration::from_secs(60))?;
        let read = Operation::GetDistributionConfig;
        let refused = StatusCode::FORBIDDEN;
        estate.proxy.refuse(read, refused, "AccessDenied");
        hold.cut();
        running.wait()?.success()?
    };
    outcome.warns(
        Summary::OutcomeNotKnown,
        &[estate.site.distribution.id(), "Plan again"],
    )?;
    let live = estate.site.distribution.configuration()?.xml;
    assert_eq!(live.matches(&format!(":{FUNCTION}:1<")).count(), 9);

    estate.proxy.relent();
    estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

/// CloudFront's answer is held back for longer than anybody waits; the stop must not wait for it.
#[test]
fn a_stop_while_cloudfront_deploys_ends_at_once_and_keeps_what_is_live() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let status = Operation::GetDistribution;
    let hold = estate.proxy.hold(status, Moment::Before);
    let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
    hold.reached(Duration::from_secs(60))?;
    running.signal(Signal::INT)?;
    let outcome = running.wait()?;
    outcome.warns(Summary::Stopped, &["Apply again"])?;
    let calls = estate.proxy.calls();
    let unanswered = calls
        .iter()
        .filter(|call| call.operation == status)
        .all(|call| call.status.is_none());
    assert!(unanswered, "it ended only after the answer");
    drop(hold);
    // Terraform stopped before it wrote the outputs; the resource is as applied.
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.change(ADDRESS)?["actions"][0], "no-op");
    let live = estate.site.distribution.configuration()?.xml;
    assert_eq!(live.matches(&format!(":{FUNCTION}:1<")).count(), 9);
    Ok(())
}

#[test]
fn a_create_that_could_not_close_its_function_to_others_does_so_at_the_next_apply() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    estate.proxy.refuse_after(
        Operation::UpdateDistribution,
        Operation::TagResource,
        StatusCode::FORBIDDEN,
        "AccessDenied",
    );
    terraform
        .apply()?
        .warns(Summary::MissingPermission, &["lambda:TagResource"])?;
    estate.proxy.relent();
    let plan = terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::FunctionLifecycle,
        &["Function netacea-shop", "\"creating\""],
    )?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"][0], "update");
    assert_eq!(
        change["before"]["tags_all"]["netacea:lifecycle"],
        "creating"
    );
    assert_eq!(change["after"]["version"], "1", "nothing is published");
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), [Operation::TagResource]);
    assert_eq!(
        estate.emulator.functions().tags(FUNCTION)?["netacea:lifecycle"],
        "ready"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_function_whose_adoption_failed_is_not_destroyed_by_the_next_apply() -> Result<()> {
    let estate = Estate::build()?;
    let functions = estate.emulator.functions();
    functions.create(FUNCTION, "export const handler = async () => null;")?;
    let terraform = estate.example(EXAMPLE)?;
    let main = std::fs::read_to_string(terraform.path().join("main.tf"))?;
    let adopting = main.replacen(
        "  description",
        "  adopt_existing_function = true\n  description",
        1,
    );
    terraform.write("main.tf", &adopting)?;
    estate.proxy.refuse(
        Operation::UpdateDistribution,
        StatusCode::FORBIDDEN,
        "AccessDenied",
    );
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;

    estate.proxy.relent();
    estate.proxy.forget();
    terraform.apply()?;
    let writes = estate.proxy.writes();
    assert!(
        !writes.contains(&Operation::DeleteFunction),
        "the next apply continues: {writes:?}"
    );
    assert!(
        functions.versions(FUNCTION)?.contains(&1),
        "the version to go back to is still there"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}
