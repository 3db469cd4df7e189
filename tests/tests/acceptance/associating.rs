//! A published version in one more distribution: the same slots, the same rules, the same words.

mod mistakes;

use acceptance::aws::Operation;
use acceptance::edge::{DistributionConfiguration, EventType};
use acceptance::estate::Estate;
use acceptance::fixture::RichDistribution;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use anyhow::{Context, Result};
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

const ASSOCIATION: &str = "netacea_cloudfront_association.more";

/// The example, and a second distribution that gets the same version.
struct Two {
    estate: Estate,
    more: RichDistribution,
    terraform: WorkingDirectory,
}

impl Two {
    fn build() -> Result<Self> {
        let estate = Estate::build()?;
        let more = estate.site.twin(&estate.emulator)?;
        let terraform = estate.example(EXAMPLE)?;
        let two = Self {
            estate,
            more,
            terraform,
        };
        two.associate("netacea_cloudfront_integration.shop.qualified_arn", "")?;
        Ok(two)
    }

    fn associate(&self, lambda_arn: &str, arguments: &str) -> Result<()> {
        let block = association("more", self.more.distribution.id(), lambda_arn, arguments);
        self.terraform.write("more.tf", &block)
    }

    fn holder(&self, behavior: &str, event: EventType) -> Result<Option<String>> {
        let xml = self.more.distribution.configuration()?.xml;
        let configuration = DistributionConfiguration::parse(&xml)?;
        let association = configuration.behavior(behavior)?.association(event);
        Ok(association.map(|association| association.lambda_arn.clone()))
    }
}

fn association(name: &str, id: &str, lambda_arn: &str, arguments: &str) -> String {
    let behaviors = if arguments.contains("behaviors") {
        ""
    } else {
        "behaviors = [\"default\", \"/checkout/*\"]"
    };
    format!(
        "resource \"netacea_cloudfront_association\" \"{name}\" {{\n  distribution_id = \"{id}\"\n  lambda_arn = {lambda_arn}\n  \
         {behaviors}\n  {arguments}\n}}\n"
    )
}

/// An estate, and a configuration with associations alone.
fn alone(blocks: &str) -> Result<(Estate, WorkingDirectory)> {
    let estate = Estate::build()?;
    let terraform = estate.configuration(&format!("{REQUIREMENT}{blocks}"))?;
    Ok((estate, terraform))
}

#[test]
fn a_new_version_moves_both_distributions_in_one_apply_and_a_destroy_leaves_no_mark() -> Result<()>
{
    let mut two = Two::build()?;
    let before = two.more.distribution.configuration()?;
    two.terraform.apply()?;
    two.terraform.plan(&[])?.outcome.code(0)?;
    let chosen = ["default", "/checkout/*"];
    let after = two.more.distribution.configuration()?;
    assert_eq!(
        before.without_associations(&chosen)?,
        after.without_associations(&chosen)?
    );
    assert_eq!(after.xml.matches(&format!(":{FUNCTION}:1<")).count(), 6);

    two.terraform.variable("session_expiry_seconds", "120");
    let plan = two.terraform.plan(&[])?;
    let slots = &plan.change(ASSOCIATION)?["after_unknown"]["slots"];
    assert_eq!(
        slots["/checkout/* viewer-request"],
        json!({ "lambda_arn": true }),
        "the version is still to come, the slots are known: {slots}"
    );
    two.estate.proxy.forget();
    two.terraform.apply()?;
    let puts = two.estate.proxy.writes();
    let puts = puts
        .iter()
        .filter(|write| **write == Operation::UpdateDistribution);
    assert_eq!(puts.count(), 2, "one for each distribution");
    let moved = two.more.distribution.configuration()?.xml;
    assert_eq!(moved.matches(&format!(":{FUNCTION}:2<")).count(), 6);
    two.terraform.plan(&[])?.outcome.code(0)?;

    two.terraform.destroy()?;
    assert_eq!(two.more.distribution.configuration()?.xml, before.xml);
    Ok(())
}

#[test]
fn drift_is_told_in_the_same_words_and_healed() -> Result<()> {
    let two = Two::build()?;
    two.terraform.apply()?;
    let healthy = two.more.distribution.configuration()?;
    let ours = two.terraform.resource(ADDRESS)?["qualified_arn"].clone();
    two.more.distribution.edit(|now| {
        now.with_associations(
            "/checkout/*",
            "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
        )
    })?;
    let plan = two.terraform.plan(&[])?;
    let change = plan.change(ASSOCIATION)?;
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(
        change["before"]["slots"]["/checkout/* viewer-request"],
        json!(null)
    );
    assert_eq!(
        change["after"]["slots"]["/checkout/* viewer-request"]["lambda_arn"],
        ours
    );
    plan.outcome.says(&["/checkout/* viewer-request"])?;
    plan.outcome.warns(
        Summary::DriftedSlots,
        &[
            two.more.distribution.id(),
            "behavior \"/checkout/*\", event viewer-request: no function",
            "removed outside Terraform",
        ],
    )?;
    two.terraform.apply()?;
    two.terraform.plan(&[])?.outcome.code(0)?;
    let slots = |xml: &str| xml.matches(&format!(":{FUNCTION}:1<")).count();
    assert_eq!(
        slots(&two.more.distribution.configuration()?.xml),
        slots(&healthy.xml)
    );
    Ok(())
}

#[test]
fn a_stranger_is_displaced_only_when_asked_and_comes_back() -> Result<()> {
    let two = Two::build()?;
    let before = two.more.distribution.configuration()?;
    let arn = "netacea_cloudfront_integration.shop.qualified_arn";
    two.associate(arn, r#"behaviors = ["/legacy/*"]"#)?;
    let refused = two.terraform.run(&["plan", "-input=false"])?;
    assert_eq!(
        refused.code, 0,
        "the ARN is not known yet, so neither is the holder"
    );
    two.terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(
            Summary::SlotHeld,
            &[
                "/legacy/* viewer-request",
                &two.more.legacy_function,
                "adopt_existing",
            ],
        )?;
    assert_eq!(two.more.distribution.configuration()?, before);

    two.associate(arn, "behaviors = [\"/legacy/*\"]\n  adopt_existing = true")?;
    two.terraform.apply()?;
    two.terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        two.terraform.resource(ASSOCIATION)?["displaced"],
        json!({ "/legacy/* viewer-request": two.more.legacy_function })
    );
    two.terraform.destroy()?;
    assert_eq!(two.more.distribution.configuration()?.xml, before.xml);
    Ok(())
}

#[test]
fn another_function_takes_the_slots_in_one_write_and_inherits_what_they_held() -> Result<()> {
    let two = Two::build()?;
    let before = two.more.distribution.configuration()?;
    let functions = two.estate.emulator.functions();
    let first = functions.create("first", "export const handler = 1;")?;
    let second = functions.create("second", "export const handler = 2;")?;
    let arguments = "behaviors = [\"/legacy/*\"]\n  adopt_existing = true";
    two.associate(&format!("\"{first}\""), arguments)?;
    two.terraform.apply()?;
    assert_eq!(
        two.holder("/legacy/*", EventType::ViewerRequest)?.as_ref(),
        Some(&first)
    );

    two.associate(&format!("\"{second}\""), arguments)?;
    let plan = two.terraform.plan(&[])?;
    assert_eq!(plan.change(ASSOCIATION)?["actions"], json!(["update"]));
    two.estate.proxy.forget();
    two.terraform.apply()?;
    let puts = two.estate.proxy.writes();
    let puts = puts
        .iter()
        .filter(|write| **write == Operation::UpdateDistribution);
    assert_eq!(puts.count(), 1);
    assert_eq!(
        two.holder("/legacy/*", EventType::ViewerRequest)?.as_ref(),
        Some(&second)
    );
    assert_eq!(
        two.terraform.resource(ASSOCIATION)?["displaced"],
        json!({ "/legacy/* viewer-request": two.more.legacy_function })
    );
    let recorded = |name: &str| -> Result<bool> {
        let tags = functions.tags(name)?;
        let tags = tags.as_object();
        Ok(tags.is_some_and(|tags| tags.keys().any(|key| key.starts_with("netacea:displaced:"))))
    };
    assert!(recorded("second")? && !recorded("first")?);
    two.terraform.plan(&[])?.outcome.code(0)?;
    two.terraform.destroy()?;
    assert_eq!(two.more.distribution.configuration()?.xml, before.xml);
    Ok(())
}

#[test]
fn a_conflict_that_came_up_later_warns_at_plan_stops_an_apply_and_lets_a_destroy_pass() -> Result<()>
{
    let two = Two::build()?;
    two.terraform.apply()?;
    let ours = two
        .holder("/checkout/*", EventType::ViewerResponse)?
        .context("ours")?;
    two.more.distribution.edit(|now| {
        let (head, tail) = now.xml.split_at(now.xml.find("/checkout/*").unwrap_or(0));
        let (ours, stranger) = (
            format!("{ours}</LambdaFunctionARN><EventType>viewer-response<"),
            format!(
                "{}</LambdaFunctionARN><EventType>viewer-response<",
                two.more.legacy_function
            ),
        );
        Ok(format!("{head}{}", tail.replacen(&ours, &stranger, 1)))
    })?;
    let plan = two.terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::ApplyWillStop,
        &["/checkout/* viewer-response", &two.more.legacy_function],
    )?;
    two.estate.proxy.forget();
    two.terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(Summary::SlotHeld, &["/checkout/* viewer-response"])?;
    assert_eq!(two.estate.proxy.writes(), []);
    two.terraform.destroy()?;
    assert_eq!(
        two.holder("/checkout/*", EventType::ViewerResponse)?
            .as_ref(),
        Some(&two.more.legacy_function),
        "what the stranger took stays theirs"
    );
    Ok(())
}

#[test]
fn a_distribution_that_is_gone_is_told_and_a_destroy_passes() -> Result<()> {
    let two = Two::build()?;
    two.terraform.apply()?;
    two.more.distribution.delete()?;
    let plan = two.terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::DistributionGone,
        &[two.more.distribution.id(), "remove this association"],
    )?;
    assert_eq!(plan.change(ASSOCIATION)?["before"]["slots"], json!({}));
    two.terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(Summary::DistributionNotFound, &[two.more.distribution.id()])?;
    two.terraform.destroy()?;
    Ok(())
}

#[test]
fn an_import_finds_what_is_live_and_the_next_plan_is_empty() -> Result<()> {
    let two = Two::build()?;
    two.terraform.apply()?;
    let made = two.terraform.resource(ASSOCIATION)?;
    let arn = made["lambda_arn"].as_str().context("an ARN")?;
    let block = association(
        "more",
        two.more.distribution.id(),
        &format!("\"{arn}\""),
        "",
    );
    let taker = two.estate.configuration(&format!("{REQUIREMENT}{block}"))?;
    two.estate.proxy.forget();
    let id = format!("{},{FUNCTION}", two.more.distribution.id());
    taker
        .run(&["import", "-input=false", ASSOCIATION, &id])?
        .success()?;
    assert_eq!(taker.resource(ASSOCIATION)?, made);
    taker.plan(&[])?.outcome.code(0)?;
    assert_eq!(two.estate.proxy.writes(), [], "an import only reads");

    for function in [
        arn.to_owned(),
        arn.rsplit_once(':').context("a version")?.0.to_owned(),
    ] {
        let taker = two.estate.configuration(&format!("{REQUIREMENT}{block}"))?;
        let id = format!("{},{function}", two.more.distribution.id());
        taker
            .run(&["import", "-input=false", ASSOCIATION, &id])?
            .success()?;
        assert_eq!(taker.resource(ASSOCIATION)?, made, "by {id}");
        taker.plan(&[])?.outcome.code(0)?;
    }

    let nothing = format!("{},no-such-function", two.more.distribution.id());
    let fresh = two.estate.configuration(&format!("{REQUIREMENT}{block}"))?;
    fresh
        .run(&["import", "-input=false", ASSOCIATION, &nothing])?
        .code(1)?
        .says(&["Error:", "no-such-function"])
}

#[test]
fn nothing_changed_nothing_written_and_one_read_for_each_association() -> Result<()> {
    let (estate, terraform) = alone("")?;
    let block = association(
        "more",
        estate.site.distribution.id(),
        &format!("\"{}\"", estate.site.legacy_function),
        "",
    );
    terraform.write("more.tf", &block)?;
    terraform.apply()?;
    estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    let calls: Vec<Operation> = estate
        .proxy
        .calls()
        .iter()
        .map(|call| call.operation)
        .filter(|operation| *operation != Operation::Query)
        .collect();
    assert_eq!(calls, [Operation::GetDistributionConfig]);
    Ok(())
}

#[test]
fn a_function_that_is_gone_at_apply_is_told() -> Result<()> {
    let (estate, terraform) = alone("")?;
    let id = estate.site.distribution.id();
    let arn = "\"arn:aws:lambda:us-east-1:000000000000:function:nobodys:1\"";
    let before = estate.site.distribution.configuration()?;
    terraform.write("more.tf", &association("more", id, arn, ""))?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .says(&["There is no function", "function:nobodys", "lambda_arn"])?;
    assert_eq!(estate.site.distribution.configuration()?, before);
    Ok(())
}

#[test]
fn what_stands_nowhere_is_not_imported() -> Result<()> {
    let (estate, terraform) = alone("")?;
    let id = estate.site.distribution.id();
    let arn = format!("\"{}\"", estate.site.legacy_function);
    terraform.write("more.tf", &association("more", id, &arn, ""))?;
    let address = "netacea_cloudfront_association.more";
    terraform
        .run(&["import", "-input=false", address, &format!("{id},nobodys")])?
        .code(1)?
        .says(&["holds a version of nobodys", "There is nothing to import"])
}

#[test]
fn one_slot_cannot_be_claimed_twice() -> Result<()> {
    let two = Two::build()?;
    let arn = "netacea_cloudfront_integration.shop.qualified_arn";
    let again = |name: &str, id: &str| association(name, id, arn, r#"behaviors = ["default"]"#);
    // By the integration and an association of its own function.
    two.terraform
        .write("more.tf", &again("more", two.estate.site.distribution.id()))?;
    let said = ["Error:", "default viewer-request", "another resource"];
    two.terraform
        .run(&["plan", "-input=false"])?
        .code(1)?
        .says(&said)?;
    // By two associations that are configured alike.
    let id = two.more.distribution.id();
    two.terraform
        .write("more.tf", &(again("more", id) + &again("copy", id)))?;
    two.terraform
        .run(&["plan", "-input=false"])?
        .code(1)?
        .says(&said)?;
    // A resource that is replaced is planned twice and claims once.
    two.terraform.write("more.tf", &again("more", id))?;
    two.terraform.apply()?;
    let replace = format!("-replace={ASSOCIATION}");
    two.terraform.plan(&[&replace])?.outcome.code(2)?;
    Ok(())
}

#[test]
fn a_second_resource_for_one_function_and_distribution_is_refused() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let alone = estate.site.distribution.configuration()?;
    let block = association(
        "more",
        estate.site.distribution.id(),
        "netacea_cloudfront_integration.shop.qualified_arn",
        "behaviors = [\"/legacy/*\"]\n  events    = [\"origin-response\"]",
    );
    terraform.write("more.tf", &block)?;
    terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::PlacedTwice,
        &["netacea-shop", "remove its `distribution`"],
    )?;

    // The same from another state, which the integration's plan does not know of.
    let block = association(
        "more",
        estate.site.distribution.id(),
        &terraform.resource(ADDRESS)?["qualified_arn"].to_string(),
        "behaviors = [\"/legacy/*\"]\n  events    = [\"origin-response\"]",
    );
    let other = estate.configuration(&format!("{REQUIREMENT}{block}"))?;
    other.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::PlacedByAnother,
        &["hand_over_from", "netacea-shop"],
    )?;
    assert_eq!(estate.site.distribution.configuration()?, alone);
    Ok(())
}
