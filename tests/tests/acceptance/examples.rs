//! Every configuration in `examples/` is formatted, applies, and settles.

use std::fs;
use std::process::Command;

use acceptance::edge::{Configuration, Visitor};
use acceptance::estate::Estate;
use acceptance::netacea::Verdict;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::EXAMPLE;

#[test]
fn every_example_is_formatted() -> Result<()> {
    let terraform = Toolchain::find()?.terraform;
    let output = Command::new(terraform)
        .args(["fmt", "-check", "-recursive", "-diff"])
        .arg(Toolchain::workspace().join("examples"))
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    assert!(
        output.status.success(),
        "run `terraform fmt -recursive examples`:\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}

#[test]
fn quickstart_applies_settles_and_leaves_nothing_behind() -> Result<()> {
    applies_settles_and_leaves_nothing_behind("quickstart")
}

#[test]
fn manage_foreign_distribution_applies_settles_and_leaves_nothing_behind() -> Result<()> {
    applies_settles_and_leaves_nothing_behind(EXAMPLE)
}

fn applies_settles_and_leaves_nothing_behind(name: &str) -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(name)?;
    terraform.run(&["validate"])?.success()?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}

/// `distribution.tf` of this example needs the aws provider, which is not here; the test stands in for it and writes what
/// the dynamic block says into the distribution.
#[test]
fn existing_estate_emits_what_the_owner_attaches() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example_without("existing-estate", &["distribution.tf"])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        estate.site.distribution.configuration()?,
        before,
        "the owner is the only writer"
    );

    let associations = terraform.output("associations")?;
    let element = attach(&associations)?;
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", &element))?;
    let events = Configuration::parse(&estate.site.distribution.configuration()?.xml)?
        .behavior("/checkout/*")?
        .associations
        .len();
    assert_eq!(events, 3, "{associations:#}");

    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    assert_eq!(
        Visitor::new("scraper/1", "198.51.100.7")
            .get(&estate.edge, "/checkout/1")?
            .status,
        403
    );
    let mut human = Visitor::new("Mozilla/5.0", "203.0.113.10");
    assert_eq!(human.get(&estate.edge, "/checkout/1")?.status, 200);
    assert!(human.cookies.contains_key("_mitata"));
    Ok(())
}

#[test]
fn the_owners_dynamic_block_uses_what_is_emitted() -> Result<()> {
    let path = Toolchain::workspace().join("examples/existing-estate/distribution.tf");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    for attribute in ["event_type", "lambda_arn", "include_body"] {
        let used = format!("lambda_function_association.value.{attribute}");
        assert!(
            text.contains(&used),
            "{used} is missing in {}",
            path.display()
        );
    }
    Ok(())
}

/// The XML that the dynamic block of the example comes to.
fn attach(associations: &Value) -> Result<String> {
    let list = associations.as_array().context("a list")?;
    let mut items = String::new();
    for association in list {
        let (event, arn) = (
            association["event_type"].as_str(),
            association["lambda_arn"].as_str(),
        );
        let body = association["include_body"].as_bool();
        ensure!(
            event.is_some() && arn.is_some() && body.is_some(),
            "{association}"
        );
        items += &format!(
            "<LambdaFunctionAssociation><LambdaFunctionARN>{}</LambdaFunctionARN><EventType>{}</EventType><IncludeBody>{}</IncludeBody></LambdaFunctionAssociation>",
            arn.unwrap_or_default(),
            event.unwrap_or_default(),
            body.unwrap_or_default()
        );
    }
    Ok(format!(
        "<LambdaFunctionAssociations><Quantity>{}</Quantity><Items>{items}</Items></LambdaFunctionAssociations>",
        list.len()
    ))
}
