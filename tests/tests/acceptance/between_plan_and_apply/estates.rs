//! Many resources that come into one apply: what one of them does does not surprise the others.

use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

use super::blameless;
use crate::{EXAMPLE, FUNCTION};

const EMIT: &str =
    "resource \"netacea_cloudfront_integration\" \"shop\" {\n  distribution = null\n}\n";

#[test]
fn a_distribution_and_an_association_come_to_an_emitting_integration_in_one_apply() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let estate = Estate::build_with(tools)?;
        let more = estate.site.twin(&estate.emulator)?;
        let terraform = estate.example(EXAMPLE)?;
        terraform.write("override.tf", EMIT)?;
        terraform.apply()?;

        terraform.write("override.tf", "")?;
        terraform.write(
            "more.tf",
            &format!(
                "resource \"netacea_cloudfront_association\" \"more\" {{\n  distribution_id = \
                 \"{}\"\n  lambda_arn = netacea_cloudfront_integration.shop.qualified_arn\n  \
                 behaviors = [\"default\", \"/checkout/*\"]\n}}\n",
                more.distribution.id()
            ),
        )?;
        blameless(terraform.apply()?)?;
        terraform.plan(&[])?.outcome.code(0)?;
        let held = |xml: String| xml.matches(&format!(":{FUNCTION}:1<")).count();
        assert_eq!(held(estate.site.distribution.configuration()?.xml), 9);
        assert_eq!(held(more.distribution.configuration()?.xml), 6);
        blameless(terraform.destroy()?)?;
    }
    Ok(())
}

#[test]
fn twenty_associations_of_one_function_come_in_one_apply_and_go_in_one() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let estate = Estate::build_with(tools)?;
        let template = estate.site.distribution.configuration()?.xml;
        let distributions = (0..20)
            .map(|number| {
                let reference = format!("shop-{number}");
                let configuration = template.replace("shop-2019-03-14", &reference);
                estate.emulator.create_distribution(&configuration)
            })
            .collect::<Result<Vec<_>>>()?;
        let terraform = estate.example(EXAMPLE)?;
        terraform.apply()?;

        let ids: Vec<&str> = distributions.iter().map(|one| one.id()).collect();
        let all = |arguments: &str| {
            format!(
                "resource \"netacea_cloudfront_association\" \"each\" {{\n  for_each = \
                 toset({ids:?})\n  distribution_id = each.key\n  lambda_arn = \
                 netacea_cloudfront_integration.shop.qualified_arn\n  {arguments}\n}}\n"
            )
        };
        let named = "behaviors = [\"default\", \"/checkout/*\", \"/legacy/*\"]\n  \
                     adopt_existing = true";
        terraform.write("each.tf", &all(named))?;
        blameless(terraform.apply()?)?;
        terraform.plan(&[])?.outcome.code(0)?;
        for distribution in &distributions {
            let xml = distribution.configuration()?.xml;
            assert_eq!(xml.matches(&format!(":{FUNCTION}:1<")).count(), 9);
        }

        terraform.write("each.tf", "")?;
        blameless(terraform.apply()?)?;
        for distribution in &distributions {
            let xml = distribution.configuration()?.xml;
            assert!(!xml.contains(&format!(":{FUNCTION}:")), "{xml}");
        }
        terraform.plan(&[])?.outcome.code(0)?;
    }
    Ok(())
}
