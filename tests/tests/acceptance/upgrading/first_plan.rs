//! What the first plan with a state of 0.1 changes, what its apply writes, and the way back.

use std::collections::BTreeSet;
use std::fs;

use acceptance::aws::Operation;
use acceptance::fixture::FirstRelease;
use acceptance::terraform::{Plan, Summary};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::promises::{Ground, Slots, slots, told};

const PINNED: &str = "netacea_cloudfront_integration.pinned";
/// What stays as it is, because its function does.
const UNCHANGED: &str = "netacea_cloudfront_association.pinned";

impl Ground {
    /// Where versions of a function stand, over both distributions.
    fn count_version(&self, function: &str, version: u64) -> Result<usize> {
        let mut count = 0;
        for site in &self.sites {
            let xml = site.configuration()?.xml;
            count += xml.matches(&format!(":{function}:{version}<")).count();
        }
        Ok(count)
    }

    fn count_writes(&self, operation: Operation) -> usize {
        let writes = self.estate.proxy.writes();
        writes.iter().filter(|write| **write == operation).count()
    }

    /// No update since the calls were forgotten has put another function into a slot, or none.
    fn holds_throughout(&self, before: &[Slots; 2]) -> Result<()> {
        let calls = self.estate.proxy.calls();
        for (site, before) in self.sites.iter().zip(before) {
            let updates = calls.iter().filter(|call| {
                call.operation == Operation::UpdateDistribution && call.path.contains(site.id())
            });
            for update in updates {
                let mut held = slots(std::str::from_utf8(&update.body)?)?;
                held.retain(|slot, _| before.contains_key(slot));
                ensure!(held == *before, "{}: {held:#?}", site.id());
            }
        }
        Ok(())
    }

    /// The tags of a function that say whose it is and where.
    fn claims_of(&self, function: &str) -> Result<BTreeSet<String>> {
        let tags = self.estate.emulator.functions().tags(function)?;
        let tags = tags.as_object().context("tags")?;
        let claims = tags
            .keys()
            .filter(|key| key.starts_with("netacea:owner") || key.starts_with("netacea:placed:"));
        Ok(claims.cloned().collect())
    }

    fn claims_for(&self, sites: &[usize]) -> BTreeSet<String> {
        let placed = sites
            .iter()
            .map(|site| format!("netacea:placed:{}", self.sites[*site].id()));
        ["netacea:owner".to_owned()]
            .into_iter()
            .chain(placed)
            .collect()
    }
}

#[test]
fn the_first_plan_is_the_one_of_the_page_and_its_apply_leaves_no_slot_empty() -> Result<()> {
    let integration = promised()?;
    let without = |left_out: &str| {
        let mut names = integration.clone();
        names.remove(left_out);
        names
    };
    let association = names(&["id", "lambda_arn", "slots"]);
    told(|ground| {
        ground.grow_old()?;
        let before = [ground.held(0)?, ground.held(1)?];
        let functions = ground.estate.emulator.functions();
        let old_tags: Vec<Value> = FirstRelease::FUNCTIONS
            .iter()
            .map(|name| functions.tags(name))
            .collect::<Result<_>>()?;
        ground.estate.proxy.forget();
        let plan = ground.terraform.plan(&[])?;
        ensure!(
            ground.estate.proxy.writes().is_empty(),
            "a plan has written"
        );

        let expected = [
            ("netacea_cloudfront_integration.shop", integration.clone()),
            ("netacea_cloudfront_integration.search", integration.clone()),
            ("netacea_cloudfront_integration.emitted", without("slots")),
            (PINNED, names(&["settings_sha256"])),
            ("netacea_cloudfront_association.more", association.clone()),
            ("netacea_cloudfront_association.shared", association.clone()),
            ("terraform_data.distribution", names(&["input", "output"])),
        ];
        for (address, attributes) in &expected {
            let change = plan.change(address)?;
            ensure!(
                change["actions"] == json!(["update"]),
                "{address}: {change}"
            );
            let changed = changed(change)?;
            ensure!(changed == *attributes, "{address}: {changed:?}");
        }
        ensure!(plan.change(UNCHANGED)?["actions"] == json!(["no-op"]));
        ensure!(all(&plan, "resource_changes") == expected.len() + 1);
        ensure!(all(&plan, "resource_drift") == 0);
        let outputs = &plan.json.as_ref().context("a plan")?["output_changes"];
        for (output, action) in [
            ("deployer_policy", "update"),
            ("edge_version", "update"),
            ("trust_policy", "no-op"),
        ] {
            ensure!(outputs[output]["actions"] == json!([action]), "{outputs}");
        }
        let digest = |name: &str| -> Result<bool> {
            let change = plan.change(&format!("netacea_cloudfront_integration.{name}"))?;
            Ok(change["after"]["code_sha256"].is_string())
        };
        ensure!(
            digest("search")? && !digest("shop")?,
            "which secrets are in the state"
        );
        ensure!(
            !plan
                .outcome
                .has_warned(Summary::NothingPublishedWhilePinned)
        );
        plan.outcome
            .says(&["will no longer be marked as sensitive"])?;

        ground.apply()?;
        ground.holds_throughout(&before)?;
        ensure!(ground.count_writes(Operation::PublishVersion) == 3);
        ensure!(ground.count_writes(Operation::UpdateDistribution) == 4);
        for (name, old, new) in [("shop", 0, 12), ("search", 0, 3), ("pinned", 6, 0)] {
            let name = format!("netacea-{name}");
            ensure!(ground.count_version(&name, 1)? == old, "{name}");
            ensure!(ground.count_version(&name, 2)? == new, "{name}");
        }
        for (name, old) in FirstRelease::FUNCTIONS.iter().zip(&old_tags) {
            let tags = functions.tags(name)?;
            for (key, value) in old.as_object().context("tags")? {
                ensure!(tags[key] == *value, "{name}: {key} was {value}: {tags}");
            }
            let new: BTreeSet<String> = tags
                .as_object()
                .context("tags")?
                .keys()
                .filter(|key| old[key.as_str()].is_null())
                .cloned()
                .collect();
            // The function of `shop` is placed in the first distribution by two resources.
            let placed: &[usize] = match *name {
                "netacea-shop" => &[1],
                "netacea-search" => &[0],
                _ => &[],
            };
            ensure!(new == ground.claims_for(placed), "{name}: {new:?}");
        }
        ground.destroy()
    })
}

#[test]
fn a_pin_goes_back_to_the_function_of_0_1_and_an_old_pin_can_be_removed() -> Result<()> {
    told(|ground| {
        ground.grow_old()?;
        ground.apply()?;
        let before = [ground.held(0)?, ground.held(1)?];
        let functions = ground.estate.emulator.functions();

        ground.override_integration("shop", "  pinned_version = \"1\"\n")?;
        ground.apply()?;
        ground.holds_throughout(&before)?;
        ensure!(ground.count_version("netacea-shop", 1)? == 12);
        let writes = ground.estate.proxy.writes();
        ensure!(writes == [Operation::UpdateDistribution; 3], "{writes:?}");

        ground.override_integration("pinned", "  pinned_version = null\n")?;
        ground.apply()?;
        ground.holds_throughout(&before)?;
        ensure!(functions.versions("netacea-shop")? == [1, 2]);
        ensure!(ground.count_version("netacea-shop", 2)? == 12);
        ensure!(functions.versions("netacea-pinned")? == [1, 2, 3]);
        ensure!(ground.count_version("netacea-pinned", 3)? == 6);
        ensure!(ground.claims_of("netacea-pinned")? == ground.claims_for(&[0, 1]));
        ground.destroy()
    })
}

/// The attributes that the page's plan shows as changed.
fn promised() -> Result<BTreeSet<String>> {
    let page = fs::read_to_string(Toolchain::workspace().join("UPGRADING.md"))?;
    let section = page
        .split("### The first plan")
        .nth(1)
        .context("the section")?;
    let block = section.split("```").nth(1).context("a plan")?;
    let attributes = block
        .lines()
        .filter_map(|line| line.strip_prefix("      ~ "));
    Ok(attributes
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

/// The attributes whose value changes or is not known yet.
fn changed(change: &Value) -> Result<BTreeSet<String>> {
    let after = change["after"].as_object().context("after")?;
    let unknown = change["after_unknown"].as_object().context("unknown")?;
    let names = after.keys().chain(unknown.keys());
    let is_changed = |name: &&String| {
        after.get(*name).unwrap_or(&Value::Null) != &change["before"][*name]
            || unknown.get(*name).is_some_and(is_open)
    };
    Ok(names.filter(is_changed).cloned().collect())
}

/// Whether something in it is not known.
fn is_open(unknown: &Value) -> bool {
    match unknown {
        Value::Array(all) => all.iter().any(is_open),
        Value::Object(all) => all.values().any(is_open),
        other => *other == Value::Bool(true),
    }
}

fn all(plan: &Plan, list: &str) -> usize {
    let json = plan.json.as_ref().map(|json| &json[list]);
    json.and_then(Value::as_array).map_or(0, Vec::len)
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}
