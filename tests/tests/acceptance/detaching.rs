//! The emergency switch: a function leaves its slots in one update, whatever happens meanwhile, and
//! the next apply takes them again.

use std::time::Duration;

use acceptance::aws::{Calls, Effect, Fault, Moment, Operation, Times};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::{Outcome, WorkingDirectory, kill_providers};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

use crate::{EXAMPLE, FUNCTION};

/// An estate with Terraform 1.14 or newer, whose integration displaced the legacy function with
/// permission that it no longer has.
fn protected() -> Result<(Estate, WorkingDirectory)> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &taking("adopt_existing = true"))?;
    terraform.apply()?;
    terraform.write("override.tf", &taking(""))?;
    terraform.apply()?;
    Ok((estate, terraform))
}

fn taking(arguments: &str) -> String {
    format!(
        "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = {{\n    id = \
         var.distribution_id\n    behaviors = [\"default\", \"/api/*\", \"/legacy/*\"]\n    \
         {arguments}\n  }}\n}}\n"
    )
}

/// The switch, as the guide has it.
fn install_switch(terraform: &WorkingDirectory, arguments: &str) -> Result<()> {
    terraform.write(
        "switch.tf",
        &format!(
            "action \"netacea_cloudfront_detach\" \"shop\" {{\n  config {{\n    function_name = \
             \"{FUNCTION}\"\n    distribution_id = var.distribution_id\n    {arguments}\n  }}\n}}\n"
        ),
    )
}

const SWITCH: [&str; 4] = [
    "apply",
    "-input=false",
    "-auto-approve",
    "-invoke=action.netacea_cloudfront_detach.shop",
];

fn switch(terraform: &WorkingDirectory) -> Result<Outcome> {
    terraform.run(&SWITCH)
}

/// The distribution's configuration.
fn xml(estate: &Estate) -> Result<String> {
    Ok(estate.site.distribution.configuration()?.xml)
}

#[test]
fn every_slot_is_left_in_one_update_and_taken_again_by_the_next_apply() -> Result<()> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let before = xml(&estate)?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &taking("adopt_existing = true"))?;
    terraform.apply()?;
    terraform.write("override.tf", &taking(""))?;
    terraform.apply()?;
    let protected = xml(&estate)?;
    let tags = estate.emulator.functions().tags(FUNCTION)?;

    install_switch(&terraform, "")?;
    estate.proxy.forget();
    let told = switch(&terraform)?.success()?;
    assert_eq!(xml(&estate)?, before);
    assert_eq!(estate.proxy.writes(), [Operation::UpdateDistribution]);
    assert_eq!(estate.emulator.functions().tags(FUNCTION)?, tags);
    told.says(&[
        "CloudFront accepted the update",
        "/legacy/* viewer-request: arn:aws:lambda:us-east-1:000000000000:function:legacy-edge:1 is restored",
        "default viewer-response: empty",
        "the next apply takes them again",
    ])?;
    println!("{}", told.text);

    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2, "{}", plan.outcome.text);
    assert!(
        !plan.outcome.text.contains("Error"),
        "{}",
        plan.outcome.text
    );
    terraform.apply()?;
    assert_eq!(xml(&estate)?, protected);
    assert_eq!(estate.emulator.functions().tags(FUNCTION)?, tags);
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(xml(&estate)?, before);
    Ok(())
}

#[test]
fn a_destroy_after_the_switch_leaves_the_original_document() -> Result<()> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let before = xml(&estate)?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    install_switch(&terraform, "")?;
    switch(&terraform)?.success()?;
    terraform.destroy()?;
    assert_eq!(xml(&estate)?, before);
    assert!(
        !estate
            .emulator
            .functions()
            .names()?
            .contains(&FUNCTION.to_owned())
    );
    Ok(())
}

#[test]
fn only_the_named_behaviors_are_left_and_an_empty_slot_is_nothing_to_do() -> Result<()> {
    let (estate, terraform) = protected()?;
    let held = |behavior: &str| -> Result<bool> {
        let snapshot = estate.site.distribution.configuration()?;
        Ok(snapshot.behavior(behavior)?.contains(FUNCTION))
    };
    install_switch(&terraform, "behaviors = [\"/api/*\"]")?;
    switch(&terraform)?.success()?;
    assert!(!held("/api/*")? && held("/legacy/*")?);
    estate.proxy.forget();
    let told = switch(&terraform)?.success()?;
    told.says(&[
        "is not attached to any of these behaviors",
        "nothing was changed",
    ])?;
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

#[test]
fn a_switch_that_is_killed_or_races_leaves_all_or_nothing_and_heals() -> Result<()> {
    let (estate, terraform) = protected()?;
    let protected = xml(&estate)?;
    install_switch(&terraform, "")?;
    let is_free = || -> Result<bool> { Ok(!xml(&estate)?.contains(&format!(":{FUNCTION}:"))) };
    for (operation, moment) in [
        (Operation::GetDistributionConfig, Moment::After),
        (Operation::UpdateDistribution, Moment::Before),
        (Operation::UpdateDistribution, Moment::After),
    ] {
        let hold = estate.proxy.hold(operation, moment);
        let running = terraform.start(&SWITCH)?;
        hold.reached(Duration::from_secs(60))?;
        kill_providers(running.id())?;
        hold.cut();
        running.wait()?.code(1)?;
        estate.proxy.idle(Duration::from_secs(60))?;
        let has_arrived = (operation, moment) == (Operation::UpdateDistribution, Moment::After);
        assert_eq!(is_free()?, has_arrived, "{operation:?} {moment:?}");
        terraform.apply()?;
        assert_eq!(xml(&estate)?, protected, "{operation:?} {moment:?}");
    }

    // A colleague changes the distribution between our read and our write.
    let race = Calls::from(Operation::UpdateDistribution);
    estate
        .proxy
        .script(Fault::on(race, Effect::ForeignEdit, Times::First(1)));
    switch(&terraform)?.success()?;
    assert!(is_free()?);
    assert_eq!(estate.proxy.foreign_edits(), 1);
    estate.proxy.relent();
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn who_can_no_longer_be_put_back_is_named_and_the_slot_is_empty() -> Result<()> {
    let (estate, terraform) = protected()?;
    estate.emulator.functions().delete(LEGACY_FUNCTION, None)?;
    install_switch(&terraform, "")?;
    let told = switch(&terraform)?.success()?;
    told.says(&[
        "could not be restored",
        "/legacy/* viewer-request: empty",
        "legacy-edge:1",
    ])?;
    assert!(!xml(&estate)?.contains(&format!(":{FUNCTION}:")));
    Ok(())
}

#[test]
fn the_deployment_is_waited_for_if_asked() -> Result<()> {
    let (_estate, terraform) = protected()?;
    install_switch(&terraform, "wait_for_deployment = true")?;
    let told = switch(&terraform)?.success()?;
    told.says(&["Waiting until no edge location", "is deployed"])
}

#[test]
fn what_cannot_be_switched_off_is_told_at_its_argument() -> Result<()> {
    let (estate, terraform) = protected()?;
    for (name, id, parts) in [
        (
            "netacea-nobody",
            "var.distribution_id",
            ["There is no function", "function_name"],
        ),
        (
            "legacy-edge",
            "var.distribution_id",
            ["is not managed by this provider", "netacea:managed-by"],
        ),
        (
            FUNCTION,
            "\"E0000000000000\"",
            ["distribution", "distribution_id"],
        ),
    ] {
        terraform.write(
            "switch.tf",
            &format!(
                "action \"netacea_cloudfront_detach\" \"shop\" {{\n  config {{\n    function_name = \
                 \"{name}\"\n    distribution_id = {id}\n  }}\n}}\n"
            ),
        )?;
        estate.proxy.forget();
        let refused = switch(&terraform)?.code(1)?;
        refused.says(&parts).with_context(|| name.to_owned())?;
        assert_eq!(estate.proxy.writes(), [], "{name}");
    }
    Ok(())
}
