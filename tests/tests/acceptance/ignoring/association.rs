//! The same of an association: what it ignores stays as it is, its slots are kept all the same, and
//! a destroy leaves no mark.

use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use anyhow::{Context, Result, ensure};

use super::strip;

const ADDRESS: &str = "netacea_cloudfront_association.shop";

/// Everything that the provider alone sets.
const COMPUTED: &str = "[id, displaced, slots]";

/// An account with two versions of a function.
struct Associated {
    estate: Estate,
    terraform: WorkingDirectory,
    versions: [String; 2],
}

impl Associated {
    fn build() -> Result<Self> {
        let estate = Estate::build()?;
        let functions = estate.emulator.functions();
        let first = functions.create("partner", "export const handler = 1;")?;
        let version = functions.replace_code("partner", "export const handler = 2;", true)?;
        let (function, _) = first.rsplit_once(':').context("a version")?;
        let second = format!("{function}:{version}");
        let terraform = estate.configuration(REQUIREMENT)?;
        Ok(Self {
            estate,
            terraform,
            versions: [first, second],
        })
    }

    fn configure(&self, version: &str, arguments: &str, ignored: &str) -> Result<()> {
        self.terraform.write(
            "association.tf",
            &format!(
                "resource \"netacea_cloudfront_association\" \"shop\" {{\n  distribution_id = \
                 \"{}\"\n  lambda_arn = \"{version}\"\n  {arguments}\n  lifecycle {{\n    \
                 ignore_changes = {ignored}\n  }}\n}}\n",
                self.estate.site.distribution.id()
            ),
        )
    }

    fn document(&self) -> Result<String> {
        Ok(self.estate.site.distribution.configuration()?.xml)
    }

    /// Somebody empties a slot; the next apply takes it again.
    fn is_healed(&self) -> Result<()> {
        let healthy = self.document()?;
        strip(&self.estate)?;
        let plan = self.terraform.plan(&[])?;
        let outcome = plan.outcome.code(2)?;
        outcome.warns(Summary::DriftedSlots, &["behavior \"/checkout/*\""])?;
        self.terraform.apply()?;
        self.terraform.plan(&[])?.outcome.code(0)?;
        ensure!(self.document()? == healthy, "it was not healed");
        Ok(())
    }
}

const ARGUMENTS: &str = "behaviors = [\"default\", \"/checkout/*\"]";

/// Other behaviors and events, without the body, for a stranger's slot.
const OTHERS: &str = "behaviors = [\"/legacy/*\"]\n  events = [\"viewer-request\"]\n  include_body = \
                      false\n  adopt_existing = true\n  restore_previous_on_destroy = false";

#[test]
fn ignored_computed_attributes_are_planned_applied_and_destroyed_like_any() -> Result<()> {
    let all = Associated::build()?;
    let before = all.document()?;
    let [first, second] = &all.versions;
    all.configure(first, ARGUMENTS, COMPUTED)?;
    all.terraform.apply()?;
    all.terraform.plan(&[])?.outcome.code(0)?;
    all.is_healed()?;

    all.configure(second, ARGUMENTS, COMPUTED)?;
    let outcome = all.terraform.apply()?;
    outcome.says(&["ignore_changes has no effect"])?;
    all.terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(all.document()?.matches(&format!("{second}<")).count(), 6);

    strip(&all.estate)?;
    all.terraform.destroy()?;
    assert_eq!(all.document()?, before);
    Ok(())
}

#[test]
fn ignored_arguments_stay_and_the_slots_are_kept() -> Result<()> {
    let arguments =
        "[behaviors, events, include_body, adopt_existing, restore_previous_on_destroy]";
    for (ignored, moves) in [("[lambda_arn]", false), (arguments, true), ("all", false)] {
        let kept = Associated::build()?;
        let before = kept.document()?;
        let [first, second] = &kept.versions;
        kept.configure(first, ARGUMENTS, "[]")?;
        kept.terraform.apply()?;
        let applied = kept.terraform.resource(ADDRESS)?;

        let others = if ignored == "[lambda_arn]" {
            ARGUMENTS
        } else {
            OTHERS
        };
        kept.configure(second, others, ignored)?;
        kept.terraform
            .plan(&[])?
            .outcome
            .code(if moves { 2 } else { 0 })?;
        kept.terraform.apply()?;
        kept.terraform.plan(&[])?.outcome.code(0)?;
        let version = if moves { second } else { first };
        assert_eq!(kept.document()?.matches(&format!("{version}<")).count(), 6);
        kept.is_healed()
            .with_context(|| format!("ignoring {ignored}"))?;
        let now = kept.terraform.resource(ADDRESS)?;
        for argument in ["behaviors", "events", "include_body", "adopt_existing"] {
            assert_eq!(now[argument], applied[argument], "ignoring {ignored}");
        }

        strip(&kept.estate)?;
        kept.terraform.destroy()?;
        assert_eq!(kept.document()?, before, "ignoring {ignored}");
    }
    Ok(())
}
