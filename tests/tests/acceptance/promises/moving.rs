//! A slot that is protected before and after an apply is not empty in between, unless the plan said
//! so.

use std::time::Duration;

use acceptance::aws::{Effect, Fault, Operation, Times};
use acceptance::terraform::Summary;
use anyhow::{Result, ensure};

use super::{
    A, B, FUNCTION, Ground, OTHER, associated, gaps, integration, told, told_in_any_order,
};

const ARN: &str = "netacea_cloudfront_integration.shop.qualified_arn";
const FIRST: &str = "lifecycle {\n    create_before_destroy = true\n  }\n  ";
const BEHAVIORS: [&str; 2] = ["default", "/checkout/*"];

/// Row e.
#[test]
fn a_new_name_that_is_created_first_leaves_no_slot_empty() -> Result<()> {
    told_in_any_order(|ground| {
        let named = |name: &str, arguments: &str| {
            let all = format!("{FIRST}{arguments}{}", ground.on(0, &BEHAVIORS));
            integration("shop", name, &all)
        };
        ground.configure(&[named("netacea-old", "")])?;
        ground.apply()?;
        let before = ground.held(0)?;

        ground.configure(&[named("netacea-new", "")])?;
        let advice = "hand_over_from = [\"netacea-old\"]";
        ground.estate.proxy.forget();
        let outcome = ground
            .terraform
            .run(&["apply", "-input=false", "-auto-approve"])?
            .code(1)?;
        outcome.says(&[advice])?;
        ground.is_true(&[&ground.terraform])?;
        ensure!(ground.held(0)? == before, "it protects as before");

        ground.configure(&[named("netacea-new", &format!("{advice}\n  "))])?;
        ground.apply()?;
        let updates = ground.updates()?;
        ensure!(gaps(&before, &updates).is_empty(), "{updates:#?}");
        ensure!(ground.count(0, &["netacea-old", "netacea-new"])? == [0, 6]);
        let names = ground.estate.emulator.functions().names()?;
        ensure!(!names.contains(&"netacea-old".to_owned()), "{names:?}");
        ground.destroy()
    })
}

#[test]
fn an_association_that_changes_its_function_leaves_no_slot_empty() -> Result<()> {
    told(|ground| {
        ground.configure(&associated(ground, "a"))?;
        ground.apply()?;
        let before = ground.held(0)?;
        ground.configure(&associated(ground, "b"))?;
        ground.apply()?;
        let updates = ground.updates()?;
        ensure!(updates.len() == 1, "{updates:#?}");
        ensure!(gaps(&before, &updates).is_empty(), "{updates:#?}");
        ensure!(ground.count(0, &[A, B])? == [0, 3]);
        ground.destroy()
    })
}

/// Row f.
#[test]
fn a_new_name_that_destroys_first_is_said_to_leave_a_gap() -> Result<()> {
    told(|ground| {
        let named = |name: &str| integration("shop", name, &ground.on(0, &BEHAVIORS));
        ground.configure(&[named("netacea-old")])?;
        ground.apply()?;
        ground.configure(&[named("netacea-new")])?;
        let plan = ground.terraform.plan(&[])?;
        let names = [
            "/checkout/* viewer-request",
            "create_before_destroy = true",
            "hand_over_from = [\"netacea-old\"]",
        ];
        plan.outcome.warns(Summary::MomentWithoutSlots, &names)?;
        ground.apply()?;
        ensure!(ground.count(0, &["netacea-old", "netacea-new"])? == [0, 6]);
        ground.destroy()
    })
}

/// An association becomes the `distribution` of its function's integration, and back.
#[test]
fn an_association_becomes_a_distribution_without_an_update_and_back_with_a_word() -> Result<()> {
    told_in_any_order(|ground| {
        let behaviors = format!("behaviors = {BEHAVIORS:?}");
        let association = ground.association("more", 0, ARN, &behaviors);
        let emitting = integration("shop", FUNCTION, "");
        ground.configure(&[emitting.clone(), association.clone()])?;
        ground.apply()?;
        let before = ground.held(0)?;
        ensure!(before.len() == 6, "{before:#?}");

        let pair = format!("{},{FUNCTION}", ground.sites[0].id());
        let from = format!("hand_over_from = [\"{pair}\"]\n  ");
        let nested = integration(
            "shop",
            FUNCTION,
            &format!("{from}{}", ground.on(0, &BEHAVIORS)),
        );
        let removed = "removed {\n  from = netacea_cloudfront_association.more\n  lifecycle {\n    \
                       destroy = false\n  }\n}\n";
        ground.configure(&[nested.clone(), removed.to_owned()])?;
        ground.apply()?;
        ensure!(ground.updates()?.is_empty(), "{:#?}", ground.updates()?);
        ensure!(ground.held(0)? == before);

        ground.configure(&[emitting.clone(), association.clone()])?;
        ground.gap_is_announced("releases")?;
        ensure!(ground.held(0)? == before);

        // Without a word that the association is to be forgotten, it may go first.
        ground.configure(&[nested])?;
        ground.gap_is_announced("destroy = false")?;
        ensure!(ground.held(0)? == before);
        ground.destroy()
    })
}

/// The integration finds its function in all the slots and has nothing to update, while the update
/// that takes it out is still on its way: `If-Match` cannot tell the two apart.
#[test]
fn slots_that_are_released_while_they_are_taken_over_are_put_back() -> Result<()> {
    told(|ground| {
        let behaviors = format!("behaviors = {BEHAVIORS:?}");
        let emitting = integration("shop", FUNCTION, OTHER);
        ground.configure(&[emitting, ground.association("more", 0, ARN, &behaviors)])?;
        ground.apply()?;
        let before = ground.held(0)?;

        let pair = format!("{},{FUNCTION}", ground.sites[0].id());
        let from = format!("{OTHER}hand_over_from = [\"{pair}\"]\n  ");
        let nested = format!("{from}{}", ground.on(0, &BEHAVIORS));
        ground.configure(&[integration("shop", FUNCTION, &nested)])?;
        let slow = Effect::Delay(Duration::from_secs(8));
        let slow = Fault::on(Operation::UpdateDistribution, slow, Times::First(1));
        ground.estate.proxy.script(slow);
        ground.gap_is_announced("destroy = false")?;
        ensure!(ground.held(0)? == before);
        ensure!(
            gaps(&before, &ground.updates()?).len() == before.len(),
            "it was in time"
        );
        ground.destroy()
    })
}

impl Ground {
    fn gap_is_announced(&self, why: &str) -> Result<()> {
        let plan = self.terraform.plan(&[])?;
        let names = ["/checkout/* viewer-request", why];
        plan.outcome.warns(Summary::MomentWithoutSlots, &names)?;
        self.apply()?;
        Ok(())
    }
}
