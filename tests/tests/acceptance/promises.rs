//! What a green apply promises of an estate with more than one resource: docs/design/OWNERSHIP.md
//! has the promises and the rules that keep them.

mod creating;
mod cut_off;
mod guide;
mod handing_over;
mod moving;
mod one_owner;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use acceptance::aws::{Distribution, Operation};
use acceptance::edge::DistributionConfiguration;
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::terraform::{Outcome, REQUIREMENT, Summary, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::FUNCTION;
use crate::between_plan_and_apply::blameless;

const PROVIDERS: &str = r#"
provider "netacea" {}

provider "netacea" {
  alias = "other"
}

"#;

/// What every configuration here begins with.
fn head() -> String {
    format!("{REQUIREMENT}{PROVIDERS}")
}

/// A second provider block, so another process: what the first one plans it does not see.
const OTHER: &str = "provider = netacea.other\n  ";

/// Two functions.
const A: &str = "netacea-a";
const B: &str = "netacea-b";

/// Everything that this provider makes in these stories is called so.
const OURS: &str = "netacea-";

/// `default viewer-request` and so on, to the name of the function there.
pub(crate) type Slots = BTreeMap<String, String>;

/// Two distributions of other owners, and a configuration for both.
pub(crate) struct Ground {
    pub(crate) estate: Estate,
    pub(crate) sites: [Distribution; 2],
    before: [String; 2],
    pub(crate) terraform: WorkingDirectory,
}

impl Ground {
    fn build(tools: Toolchain) -> Result<Self> {
        let estate = Estate::build_with(tools)?;
        let twin = estate.site.twin(&estate.emulator)?.distribution;
        let sites = [estate.site.distribution.clone(), twin];
        let before = [sites[0].configuration()?.xml, sites[1].configuration()?.xml];
        let terraform = estate.configuration(&head())?;
        Ok(Self {
            estate,
            sites,
            before,
            terraform,
        })
    }

    fn configure(&self, blocks: &[String]) -> Result<()> {
        configure(&self.terraform, blocks)
    }

    /// `distribution` of an integration on one of the sites.
    fn on(&self, site: usize, behaviors: &[&str]) -> String {
        format!(
            "distribution = {{\n    id = \"{}\"\n    behaviors = {behaviors:?}\n  }}\n  ",
            self.sites[site].id()
        )
    }

    /// An association on one of the sites.
    fn association(&self, label: &str, site: usize, lambda_arn: &str, arguments: &str) -> String {
        format!(
            "resource \"netacea_cloudfront_association\" \"{label}\" {{\n  distribution_id = \
             \"{}\"\n  lambda_arn = {lambda_arn}\n  {arguments}\n}}\n",
            self.sites[site].id()
        )
    }

    /// Applies, and finds everything as promised.
    pub(crate) fn apply(&self) -> Result<Outcome> {
        self.estate.proxy.forget();
        let outcome = blameless(self.terraform.apply()?)?;
        self.is_kept(&[&self.terraform])?;
        Ok(outcome)
    }

    /// A plan that must fail, and does so before anything is written.
    pub(crate) fn refused(
        &self,
        terraform: &WorkingDirectory,
        summary: Summary,
        names: &[&str],
    ) -> Result<Outcome> {
        self.estate.proxy.forget();
        let outcome = blameless(terraform.run(&["plan", "-input=false"])?)?.code(1)?;
        outcome.errs(summary, names)?;
        let errors = outcome.diagnostics();
        ensure!(
            errors.iter().filter(|error| error.is_error()).count() == 1,
            "more than one error:\n{}",
            outcome.text
        );
        ensure!(self.estate.proxy.writes().is_empty(), "a plan has written");
        Ok(outcome)
    }

    /// What the states say is true, nothing of ours is where no state wants it, and nobody has
    /// anything to do.
    fn is_kept(&self, states: &[&WorkingDirectory]) -> Result<()> {
        self.is_true(states)?;
        for terraform in states {
            terraform.plan(&[])?.outcome.code(0)?;
        }
        Ok(())
    }

    fn is_true(&self, states: &[&WorkingDirectory]) -> Result<()> {
        let mut recorded = [BTreeMap::new(), BTreeMap::new()];
        for terraform in states {
            for resource in resources(terraform)? {
                let id = resource["distribution_id"]
                    .as_str()
                    .or(resource["distribution"]["id"].as_str());
                let Some(site) = self.sites.iter().position(|site| Some(site.id()) == id) else {
                    continue;
                };
                let slots = resource["slots"].as_object().context("slots")?;
                for (slot, association) in slots {
                    let arn = association["lambda_arn"].as_str().context("an ARN")?;
                    recorded[site].insert(slot.clone(), function_of(arn));
                }
            }
        }
        for (site, recorded) in self.sites.iter().zip(recorded) {
            let mut held = slots(&site.configuration()?.xml)?;
            held.retain(|_, function| function.starts_with(OURS));
            ensure!(
                held == recorded,
                "{}: held are {held:#?}, the states say {recorded:#?}",
                site.id()
            );
        }
        Ok(())
    }

    pub(crate) fn held(&self, site: usize) -> Result<Slots> {
        let mut held = slots(&self.sites[site].configuration()?.xml)?;
        held.retain(|_, function| function.starts_with(OURS));
        Ok(held)
    }

    /// How many slots of a site each of these functions holds.
    fn count(&self, site: usize, functions: &[&str]) -> Result<Vec<usize>> {
        let held = self.held(site)?;
        let count = |name: &&str| held.values().filter(|holder| holder == name).count();
        Ok(functions.iter().map(count).collect())
    }

    /// The slots after each accepted update of a distribution since the calls were forgotten.
    fn updates(&self) -> Result<Vec<Slots>> {
        let calls = self.estate.proxy.calls();
        let accepted = calls.iter().filter(|call| {
            call.operation == Operation::UpdateDistribution
                && call.status.is_some_and(|status| status.is_success())
        });
        let bodies = accepted.map(|call| slots(std::str::from_utf8(&call.body)?));
        bodies.collect()
    }

    /// Destroys everything: the documents are the original ones, and no function of ours is left.
    pub(crate) fn destroy(&self) -> Result<()> {
        blameless(self.terraform.destroy()?)?;
        self.is_untouched()
    }

    fn is_untouched(&self) -> Result<()> {
        for (site, before) in self.sites.iter().zip(&self.before) {
            let now = site.configuration()?.xml;
            ensure!(now == *before, "a mark is left on {}:\n{now}", site.id());
        }
        let names: Vec<String> = self.estate.emulator.functions().names()?;
        ensure!(
            !names.iter().any(|name| name.starts_with(OURS)),
            "left behind: {names:?}"
        );
        Ok(())
    }
}

fn configure(terraform: &WorkingDirectory, blocks: &[String]) -> Result<()> {
    terraform.write("main.tf", &format!("{}{}", head(), blocks.concat()))
}

/// An integration that publishes `name`.
fn integration(label: &str, name: &str, arguments: &str) -> String {
    format!(
        "resource \"netacea_cloudfront_integration\" \"{label}\" {{\n  name = \"{name}\"\n  \
         role_arn = \"arn:aws:iam::000000000000:role/netacea-edge\"\n  settings = {{\n    \
         mitigation_type = \"INGEST\"\n  }}\n  secrets_wo = {{\n    api_key = \"key\"\n    \
         secret_key = \"acceptance-secret-key-0123456789abcdef\"\n  }}\n  secrets_wo_version = 1\n  \
         {arguments}\n}}\n"
    )
}

/// Two functions that no integration places, and an association that places one of them.
fn associated(ground: &Ground, function: &str) -> Vec<String> {
    let arn = format!("netacea_cloudfront_integration.{function}.qualified_arn");
    let more = "behaviors = [\"/checkout/*\"]";
    vec![
        integration("a", A, ""),
        integration("b", B, ""),
        ground.association("more", 0, &arn, more),
    ]
}

/// The attributes of everything in the state, written by the last apply.
fn resources(terraform: &WorkingDirectory) -> Result<Vec<Value>> {
    let file = terraform.path().join("terraform.tfstate");
    let state: Value = serde_json::from_slice(&fs::read(file).context("the state")?)?;
    let resources = state["resources"].as_array().context("resources")?;
    let instances = resources
        .iter()
        .filter_map(|resource| resource["instances"].as_array())
        .flatten();
    Ok(instances
        .map(|instance| instance["attributes"].clone())
        .collect())
}

pub(crate) fn slots(xml: &str) -> Result<Slots> {
    let mut slots = Slots::new();
    for behavior in DistributionConfiguration::parse(xml)?.behaviors {
        for association in &behavior.associations {
            slots.insert(
                format!("{} {}", behavior.name, association.event),
                function_of(&association.lambda_arn),
            );
        }
    }
    Ok(slots)
}

/// `netacea-shop` of `arn:aws:lambda:us-east-1:000000000000:function:netacea-shop:7`.
fn function_of(qualified_arn: &str) -> String {
    qualified_arn
        .rsplit(':')
        .nth(1)
        .unwrap_or(qualified_arn)
        .to_owned()
}

/// Slots that are protected at the beginning of `updates` and at their end, and not in between.
pub(crate) fn gaps(before: &Slots, updates: &[Slots]) -> BTreeSet<String> {
    let Some((last, between)) = updates.split_last() else {
        return BTreeSet::new();
    };
    let protects = |slots: &Slots, slot: &String| {
        slots
            .get(slot)
            .is_some_and(|function| function.starts_with(OURS))
    };
    let lasting = before
        .keys()
        .filter(|slot| protects(before, slot) && protects(last, slot));
    lasting
        .filter(|slot| between.iter().any(|slots| !protects(slots, slot)))
        .cloned()
        .collect()
}

/// Tells a story once on the newest Terraform; `make soak` on each.
pub(crate) fn told(story: impl Fn(&Ground) -> Result<()>) -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        story(&Ground::build(tools)?)?;
    }
    Ok(())
}

/// The same where the order of operations, which Terraform chooses, could matter: `make soak` tells
/// it ten times.
fn told_in_any_order(story: impl Fn(&Ground) -> Result<()>) -> Result<()> {
    for _ in 0..Effort::wanted()?.of(1, 10) {
        told(&story)?;
    }
    Ok(())
}
