//! From the staging distribution to the primary one and back: one apply each, and no call of AWS's
//! that would take more along than our slots.

use acceptance::aws::{Distribution, Operation, foreign_edit};
use acceptance::estate::Estate;
use acceptance::fixture::StagingPair;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use anyhow::Result;
use serde_json::json;

use super::{ADDRESS, Canary, held};

const BEHAVIORS: &str = "behaviors = [\"default\", \"/checkout/*\"]";
const PROTECTED: [&str; 2] = ["default", "/checkout/*"];
const UPDATES: [Operation; 2] = [Operation::UpdateDistribution, Operation::UpdateDistribution];

/// The pair of the rich distribution, with elements that no SDK knows.
fn rich() -> Result<Canary> {
    let estate = Estate::build()?;
    let primary = estate.site.distribution.clone();
    StagingPair::prepare(&primary)?;
    Canary::of(estate, &primary, StagingPair::WEIGHT)
}

impl Canary {
    fn moves_to(
        &self,
        terraform: &WorkingDirectory,
        distribution: &Distribution,
        arguments: &str,
    ) -> Result<()> {
        let block = self.association("shop", distribution, arguments);
        terraform.write("main.tf", &format!("{REQUIREMENT}{block}"))
    }
}

#[test]
fn a_promotion_and_the_way_back_are_one_apply_each_and_change_nothing_but_slots() -> Result<()> {
    const FIRST_THERE: &str = "lifecycle {\n    create_before_destroy = true\n  }";
    for lifecycle in ["", FIRST_THERE] {
        let canary = rich()?;
        let [primary, staging] = [&canary.pair.primary, &canary.pair.staging];
        let there = format!("{BEHAVIORS}\n  staging = true\n  {lifecycle}");
        let here = format!("{BEHAVIORS}\n  {lifecycle}");
        let terraform = canary.associating(staging, &there)?;
        terraform.apply()?;
        // Since the copy was made, a colleague has changed the primary one, and tries something in
        // the staging one: AWS's own promotion would overwrite the first with the second.
        primary.edit(|now| Ok(foreign_edit(&now.xml)))?;
        staging.edit(|now| Ok(now.xml.replace("shop, made by hand", "shop, tried out")))?;
        let before = canary.both()?;

        canary.moves_to(&terraform, primary, &here)?;
        let plan = terraform.plan(&[])?;
        plan.outcome.clone().code(2)?;
        canary.estate.proxy.forget();
        terraform.apply()?;
        assert_eq!(
            canary.updates(),
            UPDATES,
            "one update of each, and no other call"
        );
        let after = canary.both()?;
        assert_eq!((held(&after[0]), held(&after[1])), (6, 0));
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(
                before.without_associations(&PROTECTED)?,
                after.without_associations(&PROTECTED)?
            );
        }
        assert_eq!(terraform.resource(ADDRESS)?["staging"], json!(false));
        assert_eq!(canary.policy_reads(), 0, "it concerns the primary one now");
        terraform.plan(&[])?.outcome.code(0)?;

        canary.moves_to(&terraform, staging, &there)?;
        canary.estate.proxy.forget();
        terraform.apply()?;
        assert_eq!(canary.updates(), UPDATES);
        let back = canary.both()?;
        assert_eq!((held(&back[0]), held(&back[1])), (0, 6));
        for (before, back) in before.iter().zip(&back) {
            assert_eq!(before.xml, back.xml, "as before the promotion");
        }
        terraform.destroy()?;
    }
    Ok(())
}

#[test]
fn a_promotion_that_forgets_the_attribute_is_refused_and_takes_nothing_away() -> Result<()> {
    let canary = rich()?;
    let terraform = canary.associating(
        &canary.pair.staging,
        &format!("{BEHAVIORS}\n  staging = true"),
    )?;
    terraform.apply()?;
    let before = canary.both()?;
    let forgotten = format!("{BEHAVIORS}\n  staging = true");
    canary.moves_to(&terraform, &canary.pair.primary, &forgotten)?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(
            Summary::NotAStagingDistribution,
            &["To protect all visitors of this distribution, remove `staging`"],
        )?;
    assert_eq!(canary.both()?, before);
    Ok(())
}

#[test]
fn drift_is_told_by_the_resource_of_the_half_in_which_it_is() -> Result<()> {
    let canary = rich()?;
    let [primary, staging] = [&canary.pair.primary, &canary.pair.staging];
    let here = canary.association("shop", primary, BEHAVIORS);
    let there = canary.association("tried", staging, &format!("{BEHAVIORS}\n  staging = true"));
    let terraform = canary
        .estate
        .configuration(&format!("{REQUIREMENT}{here}{there}"))?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let applied = canary.both()?;

    let empty = "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";
    for (distribution, address, other) in [(staging, "tried", "shop"), (primary, "shop", "tried")] {
        distribution.edit(|now| now.with_associations("/checkout/*", empty))?;
        let plan = terraform.plan(&[])?;
        let of = |name: &str| format!("netacea_cloudfront_association.{name}");
        assert_eq!(plan.change(&of(address))?["actions"], json!(["update"]));
        assert_eq!(plan.change(&of(other))?["actions"], json!(["no-op"]));
        let told = plan.outcome.diagnostics();
        let drift: Vec<_> = told
            .iter()
            .filter(|told| told.code() == Some(Summary::DriftedSlots))
            .collect();
        assert_eq!(drift.len(), 1, "{drift:?}");
        assert!(drift[0].names(distribution.id()), "{drift:?}");
        canary.estate.proxy.forget();
        terraform.apply()?;
        assert_eq!(canary.updates(), [Operation::UpdateDistribution]);
        assert_eq!(
            canary.both()?.map(|now| held(&now)),
            applied.clone().map(|was| held(&was))
        );
    }
    terraform.destroy()?;
    assert_eq!(canary.both()?.map(|now| held(&now)), [0, 0]);
    Ok(())
}

#[test]
fn a_staging_distribution_that_is_gone_is_told_and_a_destroy_passes() -> Result<()> {
    let canary = rich()?;
    let terraform = canary.associating(
        &canary.pair.staging,
        &format!("{BEHAVIORS}\n  staging = true"),
    )?;
    terraform.apply()?;
    canary.pair.staging.delete()?;
    let plan = terraform.plan(&[])?;
    plan.outcome
        .warns(Summary::DistributionGone, &[canary.pair.staging.id()])?;
    terraform.destroy()?;
    Ok(())
}
