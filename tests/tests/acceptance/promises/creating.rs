//! What Terraform makes again under the same name: it is ours, and is not taken for another's.

use acceptance::aws::Operation;
use acceptance::terraform::{Plan, Summary};
use anyhow::{Result, ensure};
use hyper::StatusCode;

use super::{FUNCTION, Ground, integration, told};

const ADDRESS: &str = "netacea_cloudfront_integration.shop";
const BEHAVIORS: [&str; 2] = ["default", "/checkout/*"];

#[test]
fn a_late_failure_a_taint_and_a_replacement_are_applied_like_any_change() -> Result<()> {
    told(|ground| {
        ground.configure(&[integration("shop", FUNCTION, &ground.on(0, &BEHAVIORS))])?;
        ground.estate.proxy.refuse_after(
            Operation::PublishVersion,
            Operation::UpdateDistribution,
            StatusCode::FORBIDDEN,
            "AccessDenied",
        );
        let apply = ["apply", "-input=false", "-auto-approve"];
        let failed = ground.terraform.run(&apply)?.code(1)?;
        failed.errs(
            Summary::MissingPermission,
            &["cloudfront:UpdateDistribution"],
        )?;
        ground.estate.proxy.relent();
        ground.apply()?;

        ground.terraform.run(&["taint", ADDRESS])?.success()?;
        let plan = ground.made_again(&[])?;
        let slots = ["/checkout/* viewer-request", "default viewer-request"];
        plan.outcome.warns(Summary::MomentWithoutSlots, &slots)?;
        // Terraform plans this twice and shows no warning of the second time, so its own words are
        // the only ones.
        let plan = ground.made_again(&["-replace", ADDRESS])?;
        plan.outcome
            .says(&["destroy and then create replacement"])?;
        ground.destroy()
    })
}

/// Terraform would have to create a function of the name that the old one still has.
#[test]
fn a_replacement_under_one_name_that_creates_first_is_refused_and_loses_nothing() -> Result<()> {
    told(|ground| {
        let first = "lifecycle {\n    create_before_destroy = true\n  }\n  ";
        let all = format!("{first}{}", ground.on(0, &BEHAVIORS));
        ground.configure(&[integration("shop", FUNCTION, &all)])?;
        ground.apply()?;
        let replace = [
            "apply",
            "-input=false",
            "-auto-approve",
            "-replace",
            ADDRESS,
        ];
        let outcome = ground.terraform.run(&replace)?.code(1)?;
        outcome.errs(
            Summary::FunctionExists,
            &[FUNCTION, "create_before_destroy"],
        )?;
        ground.is_true(&[&ground.terraform])?;
        let before = ground.held(0)?;
        ensure!(before.len() == 6, "{before:#?}");

        // Terraform keeps the live object as a deposed one, which its next plan destroys.
        ground.renamed_is_refused()?;
        let import = format!(
            "import {{\n  to = {ADDRESS}\n  id = \"{FUNCTION},{}\"\n}}\n",
            ground.sites[0].id()
        );
        ground.configure(&[integration("shop", FUNCTION, &all), import])?;
        ground.renamed_is_refused()?;

        // Another name is the way out, and leaves no gap.
        let from = format!("hand_over_from = [{FUNCTION:?}]\n  ");
        ground.configure(&[integration(
            "shop",
            "netacea-store",
            &format!("{from}{all}"),
        )])?;
        ground.apply()?;
        ensure!(ground.count(0, &["netacea-store"])? == [6]);
        let updates = ground.updates()?;
        ensure!(super::gaps(&before, &updates).is_empty(), "{updates:#?}");
        ground.destroy()
    })
}

impl Ground {
    /// Destroyed and created in one apply.
    fn made_again(&self, options: &[&str]) -> Result<Plan> {
        let plan = self.terraform.plan(options)?;
        let actions = &plan.change(ADDRESS)?["actions"];
        ensure!(
            actions == &serde_json::json!(["delete", "create"]),
            "{actions}"
        );
        self.estate.proxy.forget();
        self.terraform
            .run(&["apply", "-input=false", "tfplan"])?
            .success()?;
        self.is_kept(&[&self.terraform])?;
        ensure!(self.count(0, &[FUNCTION])? == [6]);
        let writes = self.estate.proxy.writes();
        ensure!(writes.contains(&Operation::DeleteFunction), "{writes:?}");
        ensure!(writes.contains(&Operation::CreateFunction), "{writes:?}");
        Ok(plan)
    }
}
