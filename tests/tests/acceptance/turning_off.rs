//! The guide `turning-it-off` keeps its word. Switch 1 is told by the example
//! `monitor-then-mitigate`, switch 3 by `destroying`.

use acceptance::aws::Operation;
use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use acceptance::netacea::{Captcha, Verdict};
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn without_distribution_the_slots_are_given_back_in_one_put_and_the_function_stays() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    let adopting = "behaviors = [\"default\", \"/legacy/*\"]\n    adopt_existing = true";
    terraform.write("override.tf", &with_distribution(adopting))?;
    terraform.apply()?;
    let applied = estate.site.distribution.configuration()?.xml;
    assert_ne!(applied, before);

    estate.proxy.forget();
    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  distribution = null\n}\n",
    )?;
    terraform.apply()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before);
    // Neither what was displaced is recorded in tags any more, nor who places the function.
    assert_eq!(
        estate.proxy.writes(),
        [
            Operation::UpdateDistribution,
            Operation::UntagResource,
            Operation::UntagResource
        ]
    );
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    let left = tags.as_object().into_iter().flat_map(|tags| tags.keys());
    let left = left.filter(|key| key.starts_with("netacea:"));
    assert_eq!(left.count(), 3, "managed-by, lifecycle and owner: {tags:?}");
    assert_eq!(estate.emulator.functions().versions(FUNCTION)?, [1]);
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.write("override.tf", &with_distribution(adopting))?;
    terraform.apply()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, applied);
    assert_eq!(terraform.resource(ADDRESS)?["version"], "1");
    Ok(())
}

#[test]
fn a_captcha_that_is_solved_after_the_switch_to_ingest_goes_to_the_origin() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("monitor-then-mitigate")?;
    terraform.variable("mitigation_type", "MITIGATE");
    terraform.apply()?;
    estate
        .netacea
        .protector
        .judge_user_agent("odd browser", Verdict::CAPTCHA);
    let mut visitor = Visitor::new("an odd browser", "198.51.100.23");
    assert_eq!(visitor.get(&estate.edge, "/checkout/2")?.status, 403);

    terraform.variable("mitigation_type", "INGEST");
    terraform.apply()?;
    let solved = visitor.post(&estate.edge, "/AtaVerifyCaptcha", Captcha::SOLUTION)?;
    assert!(solved.reached_origin, "{solved}");
    let reloaded = visitor.get(&estate.edge, "/checkout/2")?;
    assert!(
        reloaded.status == 200 && reloaded.reached_origin,
        "{reloaded}"
    );
    Ok(())
}

fn with_distribution(arguments: &str) -> String {
    format!(
        "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = {{\n    id = var.distribution_id\n    {arguments}\n  }}\n}}\n"
    )
}
