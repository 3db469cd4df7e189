//! Killed, or failing late: the next apply converges and no live association is lost.

use std::fs;
use std::time::Duration;

use acceptance::aws::{Hold, Moment, Operation, Point};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory, kill_providers};
use anyhow::Result;
use hyper::StatusCode;
use rustix::process::Signal;
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// After this a create that was killed counts as given up.
const LEASE: Duration = Duration::from_secs(60);

/// Kills the provider of an apply with SIGKILL while the call is held, and lets terraform end.
fn apply_and_kill(
    estate: &Estate,
    terraform: &WorkingDirectory,
    operation: Operation,
    moment: Moment,
) -> Result<()> {
    apply_and_kill_at(estate.proxy.hold(operation, moment), terraform)
}

fn apply_and_kill_at(hold: Hold<'_>, terraform: &WorkingDirectory) -> Result<()> {
    let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
    hold.reached(Duration::from_secs(60))?;
    kill_providers(running.id())?;
    hold.cut();
    running.wait()?.code(1)?;
    Ok(())
}

/// Applies, kills the provider at this call, and applies again.
fn kill_and_apply_again(operation: Operation, moment: Moment) -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let before = estate.site.distribution.configuration()?;
    apply_and_kill(&estate, &terraform, operation, moment)?;
    estate.proxy.let_pass(LEASE);
    assert_eq!(
        estate.site.distribution.configuration()?.xml,
        before.xml,
        "the distribution was not reached"
    );
    assert!(
        estate
            .emulator
            .functions()
            .names()?
            .contains(&FUNCTION.to_owned()),
        "the function was created"
    );

    terraform.apply()?;
    let mut names = estate.emulator.functions().names()?;
    names.sort();
    assert_eq!(names, [LEGACY_FUNCTION, FUNCTION]);
    let arn = terraform.resource(ADDRESS)?["qualified_arn"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_eq!(
        estate
            .site
            .distribution
            .configuration()?
            .xml
            .matches(&format!("{arn}<"))
            .count(),
        9
    );
    assert_eq!(
        estate.emulator.functions().tags(FUNCTION)?["netacea:lifecycle"],
        "ready"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}

#[test]
fn killed_right_after_the_function_was_created_the_next_apply_converges() -> Result<()> {
    kill_and_apply_again(Operation::CreateFunction, Moment::After)
}

#[test]
fn killed_right_before_the_distribution_is_updated_the_next_apply_converges() -> Result<()> {
    kill_and_apply_again(Operation::UpdateDistribution, Moment::Before)
}

/// What the state would have remembered is in the function's tags: which function was displaced,
/// whether the body was handed to it, and that a behavior had no element for associations.
#[test]
fn killed_right_after_the_distribution_was_updated_a_destroy_still_leaves_no_mark() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    distribution.edit(|now| {
        let (head, tail) = now.xml.split_at(now.xml.find("/legacy/*").unwrap_or(0));
        Ok(format!(
            "{head}{}",
            tail.replacen("<IncludeBody>false<", "<IncludeBody>true<", 1)
        ))
    })?;
    let before = distribution.configuration()?.xml;
    assert!(before.contains("<IncludeBody>true<"));
    let terraform = estate.example(EXAMPLE)?;
    terraform.write(
        "override.tf",
        r#"
resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id             = var.distribution_id
    behaviors      = ["default", "/checkout/*", "/api/*", "/legacy/*"]
    adopt_existing = true
  }
}
"#,
    )?;
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateDistribution,
        Moment::After,
    )?;
    assert_ne!(distribution.configuration()?.xml, before, "it was updated");
    estate.proxy.let_pass(LEASE);

    estate.proxy.forget();
    terraform.apply()?;
    let writes = estate.proxy.writes();
    assert!(
        !writes.contains(&Operation::UpdateDistribution),
        "what is there is not written again: {writes:?}"
    );
    let displaced = &terraform.resource(ADDRESS)?["displaced"];
    assert_eq!(
        displaced["/legacy/* viewer-request"],
        estate.site.legacy_function.as_str()
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
    assert_eq!(estate.emulator.functions().names()?, [LEGACY_FUNCTION]);
    Ok(())
}

/// The slots are taken, the claim to them has no lease any more, and no state knows whose it is.
/// The create that continues is killed as well.
#[test]
fn killed_twice_after_the_slots_were_taken_the_next_apply_converges() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    let tagging = |occurrence, moment| {
        let operation = Operation::TagResource;
        estate.proxy.hold_at(
            Point {
                operation,
                occurrence,
            },
            moment,
        )
    };
    // The first claims the slots, the second records what is displaced, the third confirms the
    // claim, and the fourth says that the function is ready.
    apply_and_kill_at(tagging(4, Moment::Before), &terraform)?;
    let placed = format!("netacea:placed:{}", distribution.id());
    let claims = || -> Result<(String, String)> {
        let tags = estate.emulator.functions().tags(FUNCTION)?;
        let stage = tags["netacea:lifecycle"].as_str().unwrap_or_default();
        assert!(stage.starts_with("creating"), "{tags}");
        let claim = |key: &str| tags[key].as_str().unwrap_or_default().to_owned();
        Ok((claim("netacea:owner"), claim(&placed)))
    };
    let (first, place) = claims()?;
    assert_eq!(place, first, "it has a lease, or somebody else has it");
    let applied = distribution.configuration()?.xml;
    assert_ne!(applied, before);

    estate.proxy.let_pass(LEASE);
    estate.proxy.forget();
    apply_and_kill_at(tagging(1, Moment::After), &terraform)?;
    let (second, place) = claims()?;
    assert_ne!(second, first);
    assert_eq!(place, second, "nobody would have the slots");

    estate.proxy.let_pass(LEASE);
    terraform.apply()?;
    assert_eq!(distribution.configuration()?.xml, applied);
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
    Ok(())
}

/// Terraform forgets what the provider remembers about an object whose update the provider does not
/// survive, so the claim is found again in the tags: the same for function and slots.
#[test]
fn an_import_whose_first_update_is_killed_still_has_its_slots() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    fs::remove_file(terraform.path().join("terraform.tfstate"))?;
    let id = format!("{FUNCTION},{}", distribution.id());
    terraform
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  memory_size = 256\n}\n",
    )?;
    estate.proxy.forget();
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateFunctionConfiguration,
        Moment::Before,
    )?;
    assert_eq!(
        estate.proxy.writes().first(),
        Some(&Operation::TagResource),
        "the import's claim is not written yet"
    );

    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
    Ok(())
}

fn protecting(behaviors: &str) -> String {
    format!(
        "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = {{\n    id = \
         var.distribution_id\n    behaviors = [{behaviors}]\n  }}\n}}\n"
    )
}

/// No state knows the slots of an update that was killed, but the pair of function and distribution
/// is the resource's.
#[test]
fn a_destroy_after_a_killed_update_leaves_no_slot_behind() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &protecting("\"default\""))?;
    terraform.apply()?;
    let state = terraform.path().join("terraform.tfstate");
    let applied = fs::read(&state)?;
    terraform.write("override.tf", &protecting("\"default\", \"/checkout/*\""))?;
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateDistribution,
        Moment::After,
    )?;
    fs::write(&state, applied)?;
    terraform.write("override.tf", &protecting("\"default\""))?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
    Ok(())
}

#[test]
fn an_association_killed_while_it_takes_more_slots_still_gives_them_back() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let functions = estate.emulator.functions();
    let arn = functions.create("more", "export const handler = 1;")?;
    let configuration = |behaviors: &str| {
        format!(
            r#"{REQUIREMENT}
resource "netacea_cloudfront_association" "more" {{
  distribution_id = "{}"
  lambda_arn      = "{arn}"
  behaviors       = {behaviors}
  adopt_existing  = true
}}
"#,
            distribution.id()
        )
    };
    let terraform = estate.configuration(&configuration("[\"/checkout/*\"]"))?;
    terraform.apply()?;
    terraform.write(
        "main.tf",
        &configuration("[\"/checkout/*\", \"/legacy/*\"]"),
    )?;
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateDistribution,
        Moment::After,
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
    Ok(())
}

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
        running.signal_group(Signal::INT);
        // For terraform to tell the provider.
        std::thread::sleep(Duration::from_millis(500));
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
