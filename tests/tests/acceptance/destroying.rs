//! The distribution is as before, byte for byte; a displaced function is back; our function is
//! gone.

use acceptance::aws::Operation;
use acceptance::edge::{DistributionConfiguration, EventType};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::Summary;
use anyhow::Result;
use hyper::StatusCode;

use crate::{EXAMPLE, FUNCTION};

#[test]
fn the_distribution_is_as_before_byte_for_byte_and_the_function_is_gone() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    let plan = terraform.plan(&[])?;
    assert!(!plan.outcome.has_warned(Summary::ApplyDisplaces));
    terraform.apply()?;
    assert_ne!(estate.site.distribution.configuration()?.xml, before.xml);
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    assert_eq!(estate.emulator.functions().names()?, [LEGACY_FUNCTION]);
    Ok(())
}

#[test]
fn an_adopted_slot_goes_back_to_who_held_it() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write(
        "override.tf",
        r#"
resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id             = var.distribution_id
    behaviors      = ["/legacy/*"]
    adopt_existing = true
  }
}
"#,
    )?;
    let plan = terraform.plan(&[])?;
    plan.outcome.warns(
        Summary::ApplyDisplaces,
        &["/legacy/* viewer-request", &estate.site.legacy_function],
    )?;
    terraform.apply()?;
    let held_by = || -> Result<Option<String>> {
        let configuration =
            DistributionConfiguration::parse(&estate.site.distribution.configuration()?.xml)?;
        let association = configuration
            .behavior("/legacy/*")?
            .association(EventType::ViewerRequest)
            .cloned();
        Ok(association.map(|association| association.lambda_arn))
    };
    assert!(held_by()?.is_some_and(|arn| arn.ends_with(&format!(":{FUNCTION}:1"))));
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(held_by()?, Some(estate.site.legacy_function.clone()));
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}

/// The claim to the slots stays, but not as another resource's.
#[test]
fn slots_are_given_back_even_if_no_tag_can_be_removed() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let denied = StatusCode::FORBIDDEN;
    estate
        .proxy
        .refuse(Operation::UntagResource, denied, "AccessDenied");
    let destroyed = terraform.destroy()?;
    destroyed.warns(Summary::MissingPermission, &["lambda:UntagResource"])?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    assert_eq!(estate.emulator.functions().names()?, [LEGACY_FUNCTION]);
    Ok(())
}

#[test]
fn what_others_changed_meanwhile_stays_changed() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let edit =
        |xml: &str| xml.replace("<PriceClass>PriceClass_100<", "<PriceClass>PriceClass_All<");
    estate.site.distribution.edit(|now| Ok(edit(&now.xml)))?;
    terraform.destroy()?;
    assert_eq!(
        estate.site.distribution.configuration()?.xml,
        edit(&before.xml)
    );
    Ok(())
}
