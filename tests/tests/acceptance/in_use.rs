//! A function that a distribution uses is not deleted, nor waited for in vain, and what is said
//! about it is true.

use acceptance::aws::{AwsError, Effect, Fault, Operation, Times};
use acceptance::estate::Estate;
use acceptance::terraform::{Outcome, Summary, WorkingDirectory};
use anyhow::{Context, Result, ensure};
use hyper::StatusCode;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

const NONE: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";

/// An integration in emit mode whose function the owner of the distribution has attached.
fn attached(estate: &Estate, arguments: &str) -> Result<WorkingDirectory> {
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &emitting(arguments))?;
    terraform.apply()?;
    let version = terraform.resource(ADDRESS)?["qualified_arn"].clone();
    let version = version.as_str().context("an ARN")?.to_owned();
    let element = format!(
        "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
         <LambdaFunctionARN>{version}</LambdaFunctionARN><EventType>viewer-response</EventType>\
         <IncludeBody>false</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
    );
    own(estate, &element)?;
    Ok(terraform)
}

fn emitting(arguments: &str) -> String {
    format!(
        "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = null\n  \
         {arguments}\n}}\n"
    )
}

/// The owner's own change of the distribution.
fn own(estate: &Estate, element: &str) -> Result<()> {
    let distribution = &estate.site.distribution;
    distribution.edit(|now| now.with_associations("/checkout/*", element))
}

fn asked(estate: &Estate) -> usize {
    let calls = estate.proxy.calls();
    calls
        .iter()
        .filter(|call| call.operation == Operation::DeleteFunction)
        .count()
}

fn is_silent_about_slots(outcome: &Outcome) -> Result<()> {
    let said = outcome.unframed();
    ensure!(!said.contains("no longer attached to any slot"), "{said}");
    Ok(())
}

#[test]
fn a_renamed_function_that_its_owner_still_uses_is_refused_at_once_and_named() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = attached(&estate, "on_destroy = \"delete\"")?;
    let renamed = emitting("on_destroy = \"delete\"\n  name = \"netacea-new\"");
    terraform.write("override.tf", &renamed)?;
    let plan = terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::CannotBeDeleted,
        &[FUNCTION, "create_before_destroy", "best_effort"],
    )?;

    estate.proxy.forget();
    let outcome = terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?;
    let slot = format!(
        "distribution {}, behavior \"/checkout/*\", viewer-response",
        estate.site.distribution.id()
    );
    outcome.errs(
        Summary::FunctionInUse,
        &[&slot, "create_before_destroy", "best_effort"],
    )?;
    is_silent_about_slots(&outcome)?;
    assert_eq!(asked(&estate), 1, "no wait would help");

    own(&estate, NONE)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let names = estate.emulator.functions().names()?;
    ensure!(!names.contains(&FUNCTION.to_owned()), "{names:?}");
    Ok(())
}

#[test]
fn a_function_in_use_is_left_behind_with_its_slots_named() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = attached(&estate, "on_destroy = \"best_effort\"")?;
    estate.proxy.forget();
    let outcome = terraform
        .run(&["destroy", "-input=false", "-auto-approve"])?
        .code(0)?;
    outcome.warns(
        Summary::FunctionIsLeftBehind,
        &[
            "behavior \"/checkout/*\", viewer-response",
            "still runs there",
        ],
    )?;
    is_silent_about_slots(&outcome)?;
    assert_eq!(asked(&estate), 1, "no wait would help");
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    assert_eq!(tags["netacea:lifecycle"], "released");
    Ok(())
}

#[test]
fn a_function_that_only_replicas_hold_is_said_to_be_in_no_slot() -> Result<()> {
    let estate = Estate::build()?;
    let arguments = "on_destroy = \"delete\"\n  timeouts {\n    delete = \"12s\"\n  }";
    let terraform = attached(&estate, arguments)?;
    own(&estate, NONE)?;
    let replicated = Effect::Refuse(AwsError::replicated(FUNCTION));
    let replicated = Fault::on(Operation::DeleteFunction, replicated, Times::Every);
    estate.proxy.script(replicated);
    let destroy = || terraform.run(&["destroy", "-input=false", "-auto-approve"]);
    let outcome = destroy()?.code(1)?;
    outcome.errs(
        Summary::ReplicasLeft,
        &["is no longer attached to any slot", "timeouts.delete"],
    )?;
    estate.proxy.relent();
    destroy()?.code(0)?;
    Ok(())
}

#[test]
fn a_new_name_is_no_reason_to_warn_where_nothing_insists() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = attached(&estate, "on_destroy = \"best_effort\"")?;
    let renamed = emitting("on_destroy = \"delete\"\n  name = \"netacea-new\"");
    terraform.write("override.tf", &renamed)?;
    let outcome = terraform.plan(&[])?.outcome.code(2)?;
    ensure!(
        !outcome.has_warned(Summary::CannotBeDeleted),
        "{}",
        outcome.text
    );
    Ok(())
}

/// Without the permission to list distributions nobody knows why Lambda refuses.
#[test]
fn what_cannot_be_looked_up_is_not_asserted() -> Result<()> {
    let estate = Estate::build()?;
    let arguments = "on_destroy = \"delete\"\n  timeouts {\n    delete = \"12s\"\n  }";
    let terraform = attached(&estate, arguments)?;
    estate.proxy.refuse(
        Operation::ListDistributions,
        StatusCode::FORBIDDEN,
        "AccessDenied",
    );
    let outcome = terraform
        .run(&["destroy", "-input=false", "-auto-approve"])?
        .code(1)?;
    outcome.errs(
        Summary::FunctionNotDeleted,
        &[
            "could not find out",
            "cloudfront:ListDistributions",
            "If a distribution still uses the function",
        ],
    )?;
    is_silent_about_slots(&outcome)
}
