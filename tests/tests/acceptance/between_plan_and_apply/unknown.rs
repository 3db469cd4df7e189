//! What a change takes from another resource is not known when it is planned, and may turn out to
//! be anything when it is planned again.

use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

use super::{ASSOCIATION, blameless};
use crate::{ADDRESS, EXAMPLE};

/// An argument of both resources, and what it turns out to be.
const ARGUMENTS: [(&str, &str); 6] = [
    ("behaviors", r#"["default", "/checkout/*", "/legacy/*"]"#),
    ("events", r#"["viewer-request", "viewer-response"]"#),
    ("adopt_existing", "true"),
    ("adopt_existing", "false"),
    ("restore_previous_on_destroy", "false"),
    ("id", "DISTRIBUTION"),
];

#[test]
fn a_change_that_is_known_only_after_the_plan_is_applied_as_it_turns_out() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let estate = Estate::build_with(tools)?;
        let more = estate.site.twin(&estate.emulator)?.distribution;
        let another = estate.site.distribution.configuration()?.xml;
        let another = another.replace("shop-2019-03-14", "another");
        let another = [
            estate.emulator.create_distribution(&another)?,
            estate
                .emulator
                .create_distribution(&another.replace("another", "third"))?,
        ];
        let partner = estate
            .emulator
            .functions()
            .create(super::PARTNER, "export const handler = 1;")?;
        let terraform = estate.example(EXAMPLE)?;
        for (argument, value) in ARGUMENTS {
            let block = |id: &str, place: &str, other: &str| {
                let mut arguments = [
                    (place, format!("\"{id}\"")),
                    ("behaviors", "[\"default\", \"/legacy/*\"]".to_owned()),
                    ("events", "[\"viewer-request\"]".to_owned()),
                    ("adopt_existing", "true".to_owned()),
                    ("restore_previous_on_destroy", "true".to_owned()),
                ];
                if !other.is_empty() {
                    let is_meant =
                        |name: &str| name == argument || argument == "id" && name == place;
                    for (_, given) in arguments.iter_mut().filter(|(name, _)| is_meant(name)) {
                        *given = format!("terraform_data.later[\"{other}\"].output");
                    }
                }
                let lines = arguments
                    .iter()
                    .map(|(name, value)| format!("{name} = {value}"));
                lines.collect::<Vec<_>>().join("\n    ")
            };
            let configure = |is_changed: bool| {
                let others = if is_changed {
                    ["first", "second"]
                } else {
                    ["", ""]
                };
                let later = another
                    .each_ref()
                    .map(|other| value.replace("DISTRIBUTION", &format!("\"{}\"", other.id())));
                let [first, second] = &later;
                terraform.write(
                    "override.tf",
                    &format!(
                        "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution \
                         = {{\n    {}\n  }}\n}}\n",
                        block(estate.site.distribution.id(), "id", others[0])
                    ),
                )?;
                terraform.write(
                    "more.tf",
                    &format!(
                        "resource \"netacea_cloudfront_association\" \"more\" {{\n  lambda_arn = \
                         \"{partner}\"\n    {}\n}}\n{}",
                        block(more.id(), "distribution_id", others[1]),
                        if is_changed {
                            format!(
                                "resource \"terraform_data\" \"later\" {{\n  for_each = {{\n    \
                                 first = {first}\n    second = {second}\n  }}\n  input = \
                                 each.value\n}}\n"
                            )
                        } else {
                            String::new()
                        }
                    ),
                )
            };
            configure(false)?;
            terraform.init()?;
            blameless(terraform.apply()?)?;
            terraform.plan(&[])?.outcome.code(0)?;
            configure(true)?;
            let plan = terraform.plan(&[])?;
            for address in [ADDRESS, ASSOCIATION] {
                plan.change(address)?;
            }
            let outcome = terraform.run(&["apply", "-input=false", "tfplan"])?;
            blameless(outcome)?
                .success()
                .and_then(|_| terraform.plan(&[])?.outcome.code(0))
                .with_context(|| format!("{argument} = {value}"))?;
        }
        blameless(terraform.destroy()?)?;
    }
    Ok(())
}
