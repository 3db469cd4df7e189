//! A function has one resource, and a pair of function and distribution is placed by one.

use std::time::{Duration, Instant};

use acceptance::aws::{Moment, Operation};
use acceptance::terraform::{Summary, WorkingDirectory};
use anyhow::{Context, Result, ensure};

use super::{
    FUNCTION, Ground, OTHER, configure, head, integration, resources, told, told_in_any_order,
};
use crate::between_plan_and_apply::blameless;

const ARN: &str = "netacea_cloudfront_integration.a.qualified_arn";

/// Whichever way a second resource comes, it is told at plan which one is meant to name the slots.
#[test]
fn a_second_resource_for_a_function_in_a_distribution_is_refused_at_plan() -> Result<()> {
    told(|ground| {
        let more = r#"behaviors = ["/checkout/*", "/legacy/*"]"#;
        let owner = integration("a", FUNCTION, &ground.on(0, &["default"]));
        ground.configure(std::slice::from_ref(&owner))?;
        ground.apply()?;

        let second = ground.association("more", 0, ARN, more);
        ground.configure(&[owner.clone(), second])?;
        let id = ground.sites[0].id().to_owned();
        let names = [
            FUNCTION,
            id.as_str(),
            "Name all behaviors in one of the two",
        ];
        ground.refused(&ground.terraform, Summary::PlacedTwice, &names)?;

        let two = ["default", "/checkout/*"].map(|behavior| {
            let label = if behavior == "default" { "one" } else { "two" };
            ground.association(label, 1, ARN, &format!("behaviors = [{behavior:?}]"))
        });
        ground.configure(&[owner.clone(), two.concat()])?;
        ground.refused(&ground.terraform, Summary::PlacedTwice, &[FUNCTION])?;

        let aliased = ground.association("more", 0, ARN, &format!("{OTHER}{more}"));
        ground.configure(&[owner.clone(), aliased])?;
        let merge = format!("hand_over_from = [\"{id},{FUNCTION}\"]");
        let names = [FUNCTION, id.as_str(), merge.as_str()];
        ground.refused(&ground.terraform, Summary::PlacedByAnother, &names)?;

        let arn = resources(&ground.terraform)?[0]["qualified_arn"].to_string();
        let second = ground.association("more", 0, &arn, more);
        let elsewhere = ground
            .estate
            .configuration(&format!("{}{second}", head()))?;
        ground.refused(&elsewhere, Summary::PlacedByAnother, &names)?;

        // What the messages say is done in one step.
        let behaviors = ["default", "/checkout/*"];
        ground.configure(&[integration("a", FUNCTION, &ground.on(0, &behaviors))])?;
        ground.apply()?;
        ensure!(ground.count(0, &[FUNCTION])? == [6]);
        ground.destroy()
    })
}

/// Two provider blocks are two processes, and neither plan sees the other: the apply decides by
/// what is written in AWS, before it changes anything.
#[test]
fn what_no_plan_can_see_is_refused_at_apply_and_takes_nothing_away() -> Result<()> {
    told_in_any_order(|ground| {
        let owner = integration("a", FUNCTION, &ground.on(0, &["default"]));
        let more = format!("{OTHER}behaviors = [\"/checkout/*\"]");
        ground.configure(&[owner.clone(), ground.association("more", 0, ARN, &more)])?;
        ground.estate.proxy.forget();
        let outcome = ground
            .terraform
            .run(&["apply", "-input=false", "-auto-approve"])?;
        let outcome = blameless(outcome)?.code(1)?;
        outcome.errs(Summary::PlacedByAnother, &[FUNCTION])?;
        ensure!(ground.updates()?.len() == 1, "{:#?}", ground.updates()?);
        ground.is_true(&[&ground.terraform])?;

        ground.configure(&[owner])?;
        ground.apply()?;
        ensure!(ground.count(0, &[FUNCTION])? == [3]);
        ground.destroy()
    })
}

#[test]
fn two_integrations_of_one_name_are_refused_and_neither_loses_the_function() -> Result<()> {
    told_in_any_order(|ground| {
        let first = integration("a", FUNCTION, &ground.on(0, &["default"]));
        let second = integration("b", FUNCTION, &ground.on(1, &["default"]));
        ground.configure(&[first.clone(), second])?;
        ground.refused(&ground.terraform, Summary::NamedTwice, &[FUNCTION])?;

        // Through another provider block only the apply can tell.
        let on = format!("{OTHER}{}", ground.on(1, &["default"]));
        ground.configure(&[first.clone(), integration("b", FUNCTION, &on)])?;
        let apply = ["apply", "-input=false", "-auto-approve"];
        let outcome = blameless(ground.terraform.run(&apply)?)?.code(1)?;
        outcome.errs(
            Summary::FunctionExists,
            &[FUNCTION, "Only one resource may own a function"],
        )?;
        ground.is_true(&[&ground.terraform])?;
        let held = ground.count(0, &[FUNCTION])?[0] + ground.count(1, &[FUNCTION])?[0];
        ensure!(held == 3, "one of the two is protected: {held}");

        let won = resources(&ground.terraform)?;
        ensure!(won.len() == 1, "{won:#?}");
        // A state without the other one.
        let left = if ground.count(0, &[FUNCTION])? == [3] {
            first
        } else {
            integration("b", FUNCTION, &on)
        };
        ground.configure(&[left])?;
        ground.apply()?;
        ground.destroy()
    })
}

#[test]
fn of_two_states_that_create_one_name_at_once_the_later_one_waits_and_is_refused() -> Result<()> {
    told_in_any_order(|ground| {
        ground.configure(&[integration("a", FUNCTION, &ground.on(0, &["default"]))])?;
        let mut later = ground.estate.configuration(&head())?;
        later.set("TF_LOG_PROVIDER", "INFO");
        let theirs = integration(
            "a",
            FUNCTION,
            &format!(
                "adopt_existing_function = true\n  {}",
                ground.on(1, &["default"])
            ),
        );
        configure(&later, &[theirs])?;

        let apply = ["apply", "-input=false", "-auto-approve"];
        let hold = ground
            .estate
            .proxy
            .hold(Operation::PublishVersion, Moment::Before);
        let first = ground.terraform.start(&apply)?;
        hold.reached(Duration::from_secs(60))?;
        ground.estate.proxy.forget();
        let second = later.start(&apply)?;
        // The plan looks once; the apply looks again and again.
        await_looks(ground, 4)?;
        drop(hold);
        blameless(first.wait()?)?.success()?;
        let refused = blameless(second.wait()?)?.code(1)?;
        refused.says(&["waiting for another create of this function"])?;
        refused.errs(
            Summary::FunctionExists,
            &[FUNCTION, "Only one resource may own a function"],
        )?;
        ground.is_kept(&[&ground.terraform])?;
        ensure!(ground.count(0, &[FUNCTION])? == [3]);

        ground.refused(
            &later,
            Summary::FunctionExists,
            &["adopt_existing_function"],
        )?;
        blameless(later.destroy()?)?;
        ground.is_kept(&[&ground.terraform])?;
        same_name_in_another_workspace(ground)?;
        ground.destroy()
    })
}

impl Ground {
    /// The plan is refused, whichever of the two addresses Terraform plans first.
    pub(super) fn renamed_is_refused(&self) -> Result<()> {
        self.estate.proxy.forget();
        let plan = self.terraform.run(&["plan", "-input=false"])?;
        let outcome = blameless(plan)?.code(1)?;
        let diagnostics = outcome.diagnostics();
        for error in diagnostics.iter().filter(|one| one.is_error()) {
            let known = [Some(Summary::RenamedAddress), Some(Summary::FunctionExists)];
            ensure!(known.contains(&error.code()), "{error:#?}");
            ensure!(
                error.names(FUNCTION) && error.names("moved {"),
                "{error:#?}"
            );
        }
        ensure!(self.estate.proxy.writes().is_empty(), "a plan has written");
        Ok(())
    }
}

/// Waits until the function was read so often.
fn await_looks(ground: &Ground, count: usize) -> Result<()> {
    let started = Instant::now();
    let looks = || {
        let calls = ground.estate.proxy.calls();
        let reads = calls
            .iter()
            .filter(|call| call.operation == Operation::GetFunctionConfiguration);
        reads.count()
    };
    while looks() < count {
        ensure!(
            started.elapsed() < Duration::from_secs(60),
            "the second apply does not look: {:?}",
            ground.estate.proxy.points()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn same_name_in_another_workspace(ground: &Ground) -> Result<()> {
    let workspace = |arguments: &[&str]| {
        let command = [&["workspace"], arguments].concat();
        ground.terraform.run(&command)?.success()
    };
    workspace(&["new", "staging"])?;
    ground.refused(
        &ground.terraform,
        Summary::FunctionExists,
        &[FUNCTION, "another state or workspace"],
    )?;
    workspace(&["select", "default"])?;
    workspace(&["delete", "staging"])?;
    Ok(())
}

/// Row d: the key of an instance is its address.
#[test]
fn a_renamed_key_is_refused_at_plan_and_with_moved_nothing_changes() -> Result<()> {
    told(|ground| {
        let keyed = |key: &str, arguments: &str| {
            let each = format!(
                "for_each = toset([{key:?}])\n  {arguments}\n  {}",
                ground.on(0, &["default"])
            );
            integration("each", FUNCTION, &each)
        };
        ground.configure(&[keyed("shop", "")])?;
        ground.apply()?;
        for arguments in ["", "adopt_existing_function = true"] {
            ground.configure(&[keyed("store", arguments)])?;
            ground.renamed_is_refused()?;
        }
        let address = "netacea_cloudfront_integration.each";
        let moved =
            format!("moved {{\n  from = {address}[\"shop\"]\n  to = {address}[\"store\"]\n}}\n");
        ground.configure(&[keyed("store", ""), moved])?;
        let plan = ground.terraform.plan(&[])?;
        let actions = &plan.change(&format!("{address}[\"store\"]"))?["actions"];
        ensure!(actions == &serde_json::json!(["no-op"]), "{actions}");
        ground.apply()?;
        ensure!(ground.estate.proxy.writes().is_empty());
        ground.destroy()
    })
}

#[test]
fn a_copy_of_a_state_neither_changes_nor_deletes_what_carries_another_claim() -> Result<()> {
    told(|ground| {
        let block = integration("a", FUNCTION, &ground.on(0, &["default"]));
        ground.configure(std::slice::from_ref(&block))?;
        ground.apply()?;
        let copy: WorkingDirectory = ground.estate.configuration(&head())?;
        copy.take_over(&ground.terraform)?;

        // The function changes hands by an import, and by the first change after it.
        let import = format!(
            "import {{\n  to = netacea_cloudfront_integration.a\n  id = \"{FUNCTION},{}\"\n}}\n",
            ground.sites[0].id()
        );
        std::fs::remove_file(ground.terraform.path().join("terraform.tfstate"))?;
        let changed = integration("a", FUNCTION, &ground.on(0, &["default", "/checkout/*"]));
        ground.configure(&[changed, import])?;
        ground.apply()?;
        ensure!(ground.count(0, &[FUNCTION])? == [6]);

        let described = format!("description = \"copy\"\n  {}", ground.on(0, &["default"]));
        configure(&copy, &[integration("a", FUNCTION, &described)])?;
        let apply = ["apply", "-input=false", "-auto-approve"];
        let outcome = blameless(copy.run(&apply)?)?.code(1)?;
        outcome.errs(Summary::FunctionOfAnother, &[FUNCTION])?;
        ensure!(ground.count(0, &[FUNCTION])? == [6]);

        let outcome = blameless(copy.destroy()?)?;
        outcome.warns(Summary::FunctionLeftToAnother, &[FUNCTION])?;
        ensure!(ground.count(0, &[FUNCTION])? == [6]);
        ground.is_kept(&[&ground.terraform])?;
        ground.destroy()
    })
}

/// The pair is what an association is called, whatever its address.
#[test]
fn an_association_under_a_new_address_is_refused_at_plan_unless_it_has_moved() -> Result<()> {
    told(|ground| {
        let owner = integration("a", FUNCTION, "");
        let named = |label: &str| ground.association(label, 0, ARN, "behaviors = [\"default\"]");
        ground.configure(&[owner.clone(), named("shop")])?;
        ground.apply()?;
        ground.configure(&[owner.clone(), named("store")])?;
        ground.renamed_is_refused()?;

        let address = "netacea_cloudfront_association";
        let moved = format!("moved {{\n  from = {address}.shop\n  to = {address}.store\n}}\n");
        ground.configure(&[owner, named("store"), moved])?;
        ground.apply()?;
        ensure!(ground.estate.proxy.writes().is_empty());
        ground.destroy()
    })
}

/// A function stands in a slot that nobody claims, as in emit mode.
#[test]
fn a_slot_that_nobody_claims_is_left_to_whoever_put_the_function_there() -> Result<()> {
    told(|ground| {
        let owner = integration("a", FUNCTION, "");
        ground.configure(std::slice::from_ref(&owner))?;
        ground.apply()?;
        let arn = resources(&ground.terraform)?[0]["qualified_arn"].clone();
        let arn = arn.as_str().context("an ARN")?;
        let by_hand = format!(
            "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>viewer-response</EventType>\
             <IncludeBody>false</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
        );
        let original = ground.sites[0].configuration()?.xml;
        ground.sites[0].edit(|now| now.with_associations("/checkout/*", &by_hand))?;

        let more = ground.association("more", 0, ARN, "behaviors = [\"default\"]");
        ground.configure(&[owner.clone(), more])?;
        let names = [
            FUNCTION,
            "\"/checkout/* viewer-response\"",
            "name their behaviors here",
        ];
        ground.refused(&ground.terraform, Summary::PlacedByAnother, &names)?;

        // As the message says.
        ground.sites[0].edit(|_| Ok(original.clone()))?;
        ground.apply()?;
        ensure!(ground.count(0, &[FUNCTION])? == [3]);
        ground.destroy()
    })
}

/// The destroy of a function knows those that place it, whatever CloudFront's listing says.
#[test]
fn a_function_that_another_state_has_placed_is_not_deleted() -> Result<()> {
    told(|ground| {
        let on_destroy = |what: &str| integration("a", FUNCTION, &format!("on_destroy = {what:?}"));
        ground.configure(&[on_destroy("delete")])?;
        ground.apply()?;
        let arn = resources(&ground.terraform)?[0]["qualified_arn"].to_string();
        let more = ground.association("more", 0, &arn, "behaviors = [\"default\"]");
        let elsewhere = ground.estate.configuration(&format!("{}{more}", head()))?;
        blameless(elsewhere.apply()?)?;

        let destroy = ["destroy", "-input=false", "-auto-approve"];
        let outcome = blameless(ground.terraform.run(&destroy)?)?.code(1)?;
        let id = ground.sites[0].id();
        let names = [FUNCTION, id, "Destroy that resource first"];
        outcome.errs(Summary::FunctionInUse, &names)?;
        ensure!(ground.count(0, &[FUNCTION])? == [3]);

        // As the message says.
        blameless(elsewhere.destroy()?)?;
        ground.destroy()
    })
}
