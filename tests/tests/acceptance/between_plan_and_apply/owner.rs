//! The owner's distribution is changed by the same apply, before ours. The aws provider is not
//! here; a resource that waits for the test stands in for `aws_cloudfront_distribution`.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use acceptance::aws::{Distribution, Snapshot};
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::terraform::{Outcome, Summary, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use super::{EMPTY, blameless};
use crate::{EXAMPLE, FUNCTION};

const ASSOCIATED: &str = "partner";
/// In the log of the provider.
const WAITING: &str = "waiting for the distribution to change";

/// The owner's resource. A change of it says that its turn has come, and returns when the test says
/// so.
const OWNER: &str = r#"
variable "change" {
  default = "none"
}

resource "terraform_data" "owner" {
  triggers_replace = var.change
  provisioner "local-exec" {
    command = "[ $CHANGE = none ] && exit 0; touch begun; for i in $(seq 600); do [ -e done ] && exit 0; sleep 0.1; done; exit 1"
    environment = {
      CHANGE = var.change
    }
  }
}
"#;

/// Both resources, each with a distribution of its own that the owner is about to change.
struct Owned {
    estate: Estate,
    distributions: [Distribution; 2],
    terraform: WorkingDirectory,
}

impl Owned {
    fn build(tools: Toolchain) -> Result<Self> {
        let estate = Estate::build_with(tools)?;
        let more = estate.site.twin(&estate.emulator)?.distribution;
        let mut terraform = estate.example(EXAMPLE)?;
        terraform.set("TF_LOG_PROVIDER", "INFO");
        let functions = estate.emulator.functions();
        let arn = functions.create(ASSOCIATED, "export const handler = 1;")?;
        terraform.write("partner.tf", &format!("locals {{ partner = \"{arn}\" }}\n"))?;
        terraform.write("owner.tf", OWNER)?;
        // An override must not say what a resource depends on.
        let main = std::fs::read_to_string(terraform.path().join("main.tf"))?;
        let depends = "  depends_on = [terraform_data.owner]\n  description";
        terraform.write("main.tf", &main.replacen("  description", depends, 1))?;
        terraform.init()?;
        let distributions = [estate.site.distribution.clone(), more];
        Ok(Self {
            estate,
            distributions,
            terraform,
        })
    }

    fn configure(&self, behaviors: &str, arguments: &str) -> Result<()> {
        let [site, more] = &self.distributions;
        self.terraform.write(
            "override.tf",
            &format!(
                "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n  \
                 distribution = {{\n    id = \"{}\"\n    behaviors = {behaviors}\n  }}\n}}\n",
                site.id()
            ),
        )?;
        self.terraform.write(
            "more.tf",
            &format!(
                "resource \"netacea_cloudfront_association\" \"more\" {{\n  {arguments}\n  \
                 depends_on = [terraform_data.owner]\n  distribution_id = \"{}\"\n  lambda_arn = local.partner\n  behaviors = \
                 {behaviors}\n}}\n",
                more.id()
            ),
        )
    }

    /// Applies; `edit` is what the owner's resource does to both distributions, which shows only
    /// when both resources have begun to wait for it.
    fn apply(&self, edit: impl Fn(&Snapshot) -> Result<String>) -> Result<Outcome> {
        let folder = self.terraform.path();
        let running = self
            .terraform
            .start(&["apply", "-input=false", "-auto-approve"])?;
        await_file(&folder.join("begun"))?;
        std::fs::write(folder.join("done"), "")?;
        let waits = |text: &str, distribution: &Distribution| {
            text.lines()
                .any(|line| line.contains(WAITING) && line.contains(distribution.id()))
        };
        running.await_output(|text| self.distributions.iter().all(|one| waits(text, one)))?;
        for distribution in &self.distributions {
            distribution.edit(&edit)?;
        }
        running.wait()
    }

    fn held(&self) -> Result<[usize; 2]> {
        let [site, more] = &self.distributions;
        let count = |distribution: &Distribution, function: &str| -> Result<usize> {
            let xml = distribution.configuration()?.xml;
            Ok(xml.matches(&format!(":{function}:1<")).count())
        };
        Ok([count(site, FUNCTION)?, count(more, ASSOCIATED)?])
    }
}

fn await_file(path: &Path) -> Result<()> {
    let started = Instant::now();
    while !path.exists() {
        ensure!(
            started.elapsed() < Duration::from_secs(60),
            "{} did not come",
            path.display()
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn with_new_behavior(now: &Snapshot) -> Result<String> {
    let added = now
        .behavior("/checkout/*")?
        .replace("/checkout/*", "/new/*");
    now.with_behaviors(&added)
}

/// `/assets/*` without its CloudFront Function.
fn without_function(now: &Snapshot) -> Result<String> {
    const END: &str = "</FunctionAssociations>";
    let element = now.behavior("/assets/*")?;
    let start = element
        .find("<FunctionAssociations>")
        .context("functions")?;
    let end = element.find(END).context("their end")? + END.len();
    let none = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>";
    let stripped = format!("{}{none}{}", &element[..start], &element[end..]);
    Ok(now.xml.replace(&element, &stripped))
}

const WAITS: &str = "depends_on_distribution_changes = true";

#[test]
fn a_behavior_that_comes_with_the_owners_change_is_protected_in_the_same_apply() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let mut owned = Owned::build(tools)?;
        let behaviors = r#"["default", "/new/*"]"#;
        owned.configure(behaviors, "")?;
        owned.terraform.variable("change", "announced");
        let refused = owned.terraform.run(&["plan", "-input=false"])?.code(1)?;
        refused.errs(
            Summary::UnknownBehavior,
            &["/new/*", "depends_on_distribution_changes = true"],
        )?;

        owned.configure(behaviors, WAITS)?;
        let plan = owned.terraform.plan(&[])?;
        plan.outcome.warns(
            Summary::ApplyWillWait,
            &["Unknown cache behavior", "/new/*", "up to 60 seconds"],
        )?;
        let outcome = owned.apply(with_new_behavior)?;
        blameless(outcome)?.success()?;
        assert_eq!(owned.held()?, [6, 6]);
        owned.terraform.plan(&[])?.outcome.code(0)?;
        blameless(owned.terraform.destroy()?)?;
        assert_eq!(owned.held()?, [0, 0]);
    }
    Ok(())
}

#[test]
fn a_function_that_goes_with_the_owners_change_makes_room_in_the_same_apply() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let mut owned = Owned::build(tools)?;
        // The element makes a place for ours.
        for distribution in &owned.distributions {
            distribution.edit(|now| {
                let element = now.behavior("/assets/*")?;
                let place = format!("{EMPTY}<FunctionAssociations>");
                let placed = element.replacen("<FunctionAssociations>", &place, 1);
                Ok(now.xml.replace(&element, &placed))
            })?;
        }
        owned.configure(r#"["default"]"#, "")?;
        owned.terraform.apply()?;

        owned.terraform.variable("change", "announced");
        let behaviors = r#"["default", "/assets/*"]"#;
        owned.configure(behaviors, "")?;
        let refused = owned.terraform.run(&["plan", "-input=false"])?.code(1)?;
        refused.errs(
            Summary::CloudFrontFunctionInTheWay,
            &["/assets/*", "depends_on_distribution_changes = true"],
        )?;

        owned.configure(behaviors, WAITS)?;
        let plan = owned.terraform.plan(&[])?;
        let names = ["A CloudFront Function is in the way", "/assets/*"];
        plan.outcome.warns(Summary::ApplyWillWait, &names)?;
        let outcome = owned.apply(without_function)?;
        blameless(outcome)?.success()?;
        assert_eq!(owned.held()?, [6, 6]);
        owned.terraform.plan(&[])?.outcome.code(0)?;
        blameless(owned.terraform.destroy()?)?;
        assert_eq!(owned.held()?, [0, 0]);
    }
    Ok(())
}

/// The wait ends in time for the apply to say what is in the way.
#[test]
fn an_owners_change_that_does_not_come_is_an_error_within_the_time_allowed() -> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let mut owned = Owned::build(tools)?;
        owned.configure(r#"["default"]"#, "")?;
        owned.terraform.apply()?;
        owned.terraform.variable("change", "announced");
        let limit = format!("{WAITS}\n  timeouts {{\n    update = \"10s\"\n  }}");
        owned.configure(r#"["default", "/new/*"]"#, &limit)?;
        owned.estate.proxy.forget();
        let outcome = owned.apply(|now| Ok(now.xml.clone()))?;
        let outcome = blameless(outcome)?.code(1)?;
        outcome.errs(Summary::UnknownBehavior, &["/new/*"])?;
        assert_eq!(owned.estate.proxy.writes(), []);
        assert_eq!(owned.held()?, [3, 3]);
    }
    Ok(())
}
