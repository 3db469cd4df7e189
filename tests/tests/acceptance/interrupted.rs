//! Killed, or failing late: the next apply converges and no live association is lost.

use std::time::Duration;

use acceptance::aws::{Moment, Operation};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::kill_providers;
use anyhow::Result;
use hyper::StatusCode;
use rustix::process::Signal;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// Kills the provider with SIGKILL while the call is held, lets terraform end, and applies again.
fn kill_and_apply_again(operation: Operation, moment: Moment) -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let before = estate.site.distribution.configuration()?;
    {
        let hold = estate.proxy.hold(operation, moment);
        let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
        hold.reached(Duration::from_secs(60))?;
        kill_providers(running.id())?;
        hold.cut();
        running.wait()?.code(1)?;
    }
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
    outcome.says(&["Warning:", "AccessDenied"])?;
    let live = estate.site.distribution.configuration()?;
    assert_eq!(live.xml.matches(&format!(":{FUNCTION}:1<")).count(), 9);

    estate.proxy.relent();
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert!(
        matches!(change["actions"][0].as_str(), Some("no-op" | "update")),
        "tainted: {}",
        change["actions"]
    );
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
