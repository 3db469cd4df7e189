//! Killed in the middle of an apply: the next one converges and no live association is lost.

use std::fs;
use std::time::Duration;

use acceptance::aws::{
    AwsError, Distribution, Effect, Fault, Hold, Moment, Operation, Point, Times,
};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory, kill_providers};
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// After this a create that was killed counts as given up.
const LEASE: Duration = Duration::from_secs(60);

/// A change that needs another version of the function.
const LARGER: &str =
    "resource \"netacea_cloudfront_integration\" \"shop\" {\n  memory_size = 256\n}\n";

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

/// Nothing is left to do, and the destroy leaves the distribution as it was.
fn settles(terraform: &WorkingDirectory, distribution: &Distribution, before: &str) -> Result<()> {
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(distribution.configuration()?.xml, before);
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
    settles(&terraform, &estate.site.distribution, &before.xml)
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
    let plan = terraform.plan(&[])?;
    let continues = !plan.outcome.has_warned(Summary::MomentWithoutSlots);
    assert!(continues, "{}", plan.outcome.unframed());
    terraform.apply()?;
    assert_eq!(distribution.configuration()?.xml, applied);
    settles(&terraform, distribution, &before)
}

/// The create that continues takes the claim over, and AWS refuses its update.
#[test]
fn a_continuation_that_fails_keeps_the_slots_of_a_dead_create() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateDistribution,
        Moment::After,
    )?;

    estate.proxy.let_pass(LEASE);
    terraform.write("override.tf", LARGER)?;
    let refusal = AwsError::new(403, "AccessDenied", "refused by the acceptance proxy");
    estate.proxy.script(Fault::on(
        Operation::UpdateDistribution,
        Effect::Refuse(refusal),
        Times::First(1),
    ));
    let refused = terraform.run(&["apply", "-input=false", "-auto-approve"])?;
    refused.code(1)?.errs(
        Summary::MissingPermission,
        &["cloudfront:UpdateDistribution"],
    )?;
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    let place = &tags[format!("netacea:placed:{}", distribution.id())];
    let owner = tags["netacea:owner"].as_str().unwrap_or("nobody");
    assert!(
        place.as_str().is_some_and(|place| place.starts_with(owner)),
        "nobody has the slots: {tags}"
    );

    estate.proxy.let_pass(LEASE);
    terraform.apply()?;
    settles(&terraform, distribution, &before)
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
    terraform.write("override.tf", LARGER)?;
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
    settles(&terraform, distribution, &before)
}

/// Without a read before it, the plan itself has to find the claim that Terraform has lost.
#[test]
fn an_apply_without_a_refresh_continues_an_update_that_was_killed() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let before = distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    terraform.write("override.tf", LARGER)?;
    apply_and_kill(
        &estate,
        &terraform,
        Operation::UpdateFunctionConfiguration,
        Moment::Before,
    )?;
    let unseen = ["apply", "-input=false", "-auto-approve", "-refresh=false"];
    terraform.run(&unseen)?.code(0)?;
    settles(&terraform, distribution, &before)
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
    settles(&terraform, distribution, &before)
}
