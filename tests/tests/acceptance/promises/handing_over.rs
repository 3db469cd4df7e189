//! Slots that move from one integration to another are handed over: nobody takes them unsaid, and
//! nobody records a function of ours as displaced.

use acceptance::terraform::Summary;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{A, B, Ground, OTHER, integration, resources, told, told_in_any_order};

const FROM_A: &str = "hand_over_from = [netacea_cloudfront_integration.a.name]\n  ";

impl Ground {
    /// Two integrations on one site: `a` with these behaviors, `b` with those.
    fn share(&self, a: (&str, &[&str]), b: (&str, &[&str])) -> Result<()> {
        let block = |label, name, (arguments, behaviors): (&str, &[&str])| {
            integration(
                label,
                name,
                &format!("{arguments}{}", self.on(0, behaviors)),
            )
        };
        self.configure(&[block("a", A, a), block("b", B, b)])
    }

    fn nobody_is_displaced(&self) -> Result<()> {
        for resource in resources(&self.terraform)? {
            ensure!(resource["displaced"] == json!({}), "{resource:#}");
        }
        Ok(())
    }
}

#[test]
fn a_behavior_moves_between_two_integrations_when_one_says_it_is_handed_over() -> Result<()> {
    told_in_any_order(|ground| {
        ground.share(("", &["default", "/checkout/*"]), ("", &["/api/*"]))?;
        ground.apply()?;

        // Neither unsaid nor by adoption.
        let advice = format!("hand_over_from = [\"{A}\"]");
        let names = [
            "/checkout/* viewer-request",
            "own resource and is never displaced",
            &advice,
        ];
        for adopts in ["", "adopt_existing = true\n    "] {
            let on = ground.on(0, &["/api/*", "/checkout/*"]);
            let on = on.replace("behaviors", &format!("{adopts}behaviors"));
            ground.configure(&[
                integration("a", A, &ground.on(0, &["default"])),
                integration("b", B, &on),
            ])?;
            ground.refused(&ground.terraform, Summary::SlotOfAnotherIntegration, &names)?;
        }

        ground.share(("", &["default"]), (FROM_A, &["/api/*", "/checkout/*"]))?;
        let plan = ground.terraform.plan(&[])?;
        plan.outcome.warns(
            Summary::MomentWithoutSlots,
            &["/checkout/* viewer-request", "The slots are handed over"],
        )?;
        ground.apply()?;
        ensure!(ground.count(0, &[A, B])? == [3, 6]);
        ground.nobody_is_displaced()?;
        let updates = ground.updates()?;
        ensure!(updates.len() == 2, "one for each: {updates:#?}");
        let first = updates.first().context("an update")?;
        ensure!(
            !first.contains_key("/checkout/* viewer-request"),
            "a gives it up first: {first:#?}"
        );

        // Once it is done, nothing depends on the word.
        ground.share(("", &["default"]), ("", &["/api/*", "/checkout/*"]))?;
        ground.apply()?;
        ensure!(ground.updates()?.is_empty());
        ground.destroy()
    })
}

/// Neither can be first, and whichever is takes what the other still has.
#[test]
fn two_integrations_swap_slots_and_neither_records_the_other_as_displaced() -> Result<()> {
    told_in_any_order(|ground| {
        ground.share(("", &["default"]), ("", &["/checkout/*"]))?;
        ground.apply()?;
        let from = |name: &str| format!("hand_over_from = [{name:?}]\n  ");
        ground.share((&from(B), &["/checkout/*"]), (&from(A), &["default"]))?;
        let plan = ground.terraform.plan(&[])?;
        // Terraform shows the first of two warnings with one headline.
        plan.outcome
            .warns(Summary::MomentWithoutSlots, &["The slots are handed over"])?;
        ground.apply()?;
        ensure!(ground.count(0, &[A, B])? == [3, 3]);
        ground.nobody_is_displaced()?;
        ground.destroy()
    })
}

/// Two provider blocks are two processes: the promises hold across them, destroy included.
#[test]
fn an_estate_through_two_provider_blocks_moves_slots_and_leaves_no_mark() -> Result<()> {
    told_in_any_order(|ground| {
        let adopted = |behaviors: &[&str]| {
            let on = ground.on(0, behaviors);
            on.replace("behaviors", "adopt_existing = true\n    behaviors")
        };
        let elsewhere = ground.association(
            "more",
            1,
            "netacea_cloudfront_integration.a.qualified_arn",
            &format!("{OTHER}behaviors = [\"default\", \"/api/*\"]"),
        );
        ground.configure(&[
            integration("a", A, &adopted(&["default", "/legacy/*"])),
            integration("b", B, &format!("{OTHER}{}", adopted(&["/checkout/*"]))),
            elsewhere.clone(),
        ])?;
        ground.apply()?;

        ground.configure(&[
            integration("a", A, &adopted(&["default"])),
            integration(
                "b",
                B,
                &format!("{OTHER}{FROM_A}{}", adopted(&["/checkout/*", "/legacy/*"])),
            ),
            elsewhere,
        ])?;
        ground.apply()?;
        ensure!(ground.count(0, &[A, B])? == [3, 6]);
        ensure!(ground.count(1, &[A])? == [6]);
        ground.destroy()
    })
}

/// A function that is removed with its resource, and one that takes its slots in the same apply.
#[test]
fn removing_an_integration_hands_its_slots_to_another_one() -> Result<()> {
    told_in_any_order(|ground| {
        ground.share(("", &["default"]), ("", &["/checkout/*"]))?;
        ground.apply()?;
        let from = format!("hand_over_from = [{A:?}]\n  ");
        let on = format!("{from}{}", ground.on(0, &["default", "/checkout/*"]));
        ground.configure(&[integration("b", B, &on)])?;
        let plan = ground.terraform.plan(&[])?;
        plan.outcome
            .warns(Summary::MomentWithoutSlots, &["default viewer-request"])?;
        ground.apply()?;
        ensure!(ground.count(0, &[B])? == [6]);
        ground.nobody_is_displaced()?;
        ground.destroy()
    })
}

#[test]
fn a_slot_that_two_want_is_refused_at_plan() -> Result<()> {
    told(|ground| {
        ground.share(("", &["default"]), ("", &["default", "/api/*"]))?;
        ground.refused(
            &ground.terraform,
            Summary::SlotWantedTwice,
            &["default viewer-request"],
        )?;
        Ok(())
    })
}
