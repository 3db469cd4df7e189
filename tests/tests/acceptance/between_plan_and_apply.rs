//! If others change a distribution between plan and apply, the apply works around it or explains
//! it. Terraform, which makes every plan a second time while it applies, never calls it a bug.

mod estates;
mod function;
mod idle;
mod owner;
mod unknown;

use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::terraform::{Outcome, Summary, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

const ASSOCIATION: &str = "netacea_cloudfront_association.more";
const PARTNER: &str = "partner";

/// What a colleague does once the plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    AddsABehavior,
    RemovesABehavior,
    TakesASlot,
    LeavesASlot,
}

/// A configuration, and whether it is applied for the first time or changed.
#[derive(Clone, Copy, Debug)]
struct Case {
    edit: Edit,
    names_behaviors: bool,
    adopts: bool,
    is_update: bool,
}

/// How an apply ends, and what the plan after it says.
enum End {
    Applied,
    /// Applied, and the next plan has something to do.
    Outdated,
    Refused(Summary, &'static str),
}

impl Case {
    fn all(edit: Edit) -> impl Iterator<Item = Case> {
        (0..8).map(move |bits| Case {
            edit,
            names_behaviors: bits & 1 != 0,
            adopts: bits & 2 != 0,
            is_update: bits & 4 != 0,
        })
    }

    fn arguments(self, events: &str) -> String {
        let behaviors = match (self.names_behaviors, self.adopts) {
            (false, _) => "null",
            (true, false) => r#"["default", "/checkout/*", "/api/*"]"#,
            (true, true) => r#"["default", "/checkout/*", "/api/*", "/legacy/*"]"#,
        };
        format!(
            "behaviors = {behaviors}\n    events = {events}\n    adopt_existing = {}",
            self.adopts
        )
    }

    fn end(self) -> End {
        let changed = Summary::ChangedSinceRead;
        match self.edit {
            // A plan of an update has said which slots; a create takes what it finds.
            Edit::AddsABehavior if !self.names_behaviors && self.is_update => End::Outdated,
            Edit::AddsABehavior => End::Applied,
            Edit::RemovesABehavior if self.names_behaviors => {
                End::Refused(Summary::UnknownBehavior, "/api/*")
            }
            Edit::RemovesABehavior if self.is_update => End::Refused(changed, "/api/*"),
            Edit::RemovesABehavior => End::Applied,
            Edit::TakesASlot if !self.adopts => {
                End::Refused(Summary::SlotHeld, "/checkout/* viewer-response")
            }
            Edit::TakesASlot if self.is_update => {
                End::Refused(changed, "/checkout/* viewer-response")
            }
            Edit::TakesASlot => End::Applied,
            Edit::LeavesASlot if self.adopts && self.is_update => {
                End::Refused(changed, "/legacy/* viewer-response")
            }
            Edit::LeavesASlot => End::Applied,
        }
    }
}

/// Both resources, each with a distribution of its own.
struct Pair {
    estate: Estate,
    distributions: [acceptance::aws::Distribution; 2],
    terraform: WorkingDirectory,
    case: Case,
}

impl Pair {
    fn build(tools: Toolchain, case: Case) -> Result<Self> {
        let estate = Estate::build_with(tools)?;
        let more = estate.site.twin(&estate.emulator)?;
        let partner = estate
            .emulator
            .functions()
            .create(PARTNER, "export const handler = 1;")?;
        let terraform = estate.example(EXAMPLE)?;
        terraform.write(
            "partner.tf",
            &format!("locals {{ partner = \"{partner}\" }}\n"),
        )?;
        let distributions = [estate.site.distribution.clone(), more.distribution];
        let pair = Self {
            estate,
            distributions,
            terraform,
            case,
        };
        pair.edit(|now| now.without_behavior("/assets/*"))?;
        if !case.names_behaviors && !case.adopts {
            pair.edit(|now| now.without_behavior("/legacy/*"))?;
        } else {
            let held = pair.held("viewer-response");
            pair.edit(|now| now.with_associations("/legacy/*", &held))?;
        }
        Ok(pair)
    }

    fn configure(&self, events: &str) -> Result<()> {
        let [site, more] = &self.distributions;
        let arguments = self.case.arguments(events);
        self.terraform.write(
            "override.tf",
            &format!(
                "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = {{\n    \
                 id = \"{}\"\n    {arguments}\n  }}\n}}\n",
                site.id()
            ),
        )?;
        self.terraform.write(
            "more.tf",
            &format!(
                "resource \"netacea_cloudfront_association\" \"more\" {{\n  distribution_id = \
                 \"{}\"\n  lambda_arn = local.partner\n    {arguments}\n}}\n",
                more.id()
            ),
        )
    }

    fn edit(&self, edit: impl Fn(&acceptance::aws::Snapshot) -> Result<String>) -> Result<()> {
        for distribution in &self.distributions {
            distribution.edit(&edit)?;
        }
        Ok(())
    }

    /// Associations of the legacy function.
    fn held(&self, event: &str) -> String {
        format!(
            "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{}</LambdaFunctionARN><EventType>{event}</EventType><IncludeBody>false</IncludeBody>\
             </LambdaFunctionAssociation></Items></LambdaFunctionAssociations>",
            self.estate.site.legacy_function
        )
    }

    fn meddle(&self) -> Result<()> {
        match self.case.edit {
            Edit::AddsABehavior => self.edit(|now| {
                let added = now.behavior("/api/*")?.replace("/api/*", "/new/*");
                // The copy brings no associations of ours along.
                let added = match added.find("<LambdaFunctionAssociations>") {
                    Some(start) => {
                        let end = "</LambdaFunctionAssociations>";
                        let rest = added.find(end).context("its end")? + end.len();
                        format!("{}{EMPTY}{}", &added[..start], &added[rest..])
                    }
                    None => added,
                };
                now.with_behaviors(&added)
            }),
            Edit::RemovesABehavior => self.edit(|now| now.without_behavior("/api/*")),
            Edit::TakesASlot => {
                let held = self.held("viewer-response");
                self.edit(|now| now.with_associations("/checkout/*", &held))
            }
            Edit::LeavesASlot if self.case.adopts => {
                self.edit(|now| now.with_associations("/legacy/*", EMPTY))
            }
            Edit::LeavesASlot => self.edit(|now| now.with_associations("/checkout/*", EMPTY)),
        }
    }

    fn run(&self) -> Result<()> {
        const ONE: &str = r#"["viewer-request"]"#;
        const ALL: &str = r#"["viewer-request", "viewer-response", "origin-response"]"#;
        if self.case.is_update {
            self.configure(ONE)?;
            self.terraform.apply()?;
        }
        self.configure(ALL)?;
        self.terraform.plan(&[])?.outcome.code(2)?;
        self.meddle()?;
        let outcome = blameless(self.terraform.run(&["apply", "-input=false", "tfplan"])?)?;
        match self.case.end() {
            End::Applied => {
                outcome.success()?;
                self.terraform.plan(&[])?.outcome.code(0)?;
            }
            End::Outdated => {
                outcome.success()?;
                let plan = self.terraform.plan(&[])?;
                plan.outcome.clone().code(2)?;
                plan.outcome.warns(Summary::DriftedSlots, &["/new/*"])?;
                self.terraform.apply()?;
                self.terraform.plan(&[])?.outcome.code(0)?;
            }
            End::Refused(summary, name) => {
                let outcome = outcome.code(1)?;
                outcome.errs(summary, &[name])?;
                let errors = outcome.diagnostics();
                let errors = errors.iter().filter(|one| one.severity == "error");
                ensure!(errors.count() == 2, "one for each: {}", outcome.text);
                if summary == Summary::ChangedSinceRead {
                    outcome.says(&["Plan again"])?;
                    self.terraform.apply()?;
                    self.terraform.plan(&[])?.outcome.code(0)?;
                } else if self.case.is_update {
                    // What was applied can be destroyed, whatever happened since.
                    self.configure(ONE)?;
                } else {
                    let state = self.terraform.run(&["state", "list"])?.success()?;
                    ensure!(state.stdout.is_empty(), "{}", state.text);
                    return Ok(());
                }
            }
        }
        self.is_true()?;
        blameless(self.terraform.destroy()?)?;
        for distribution in &self.distributions {
            let left = distribution.configuration()?.xml;
            for ours in [FUNCTION, PARTNER] {
                ensure!(!left.contains(&format!(":{ours}:")), "left behind:\n{left}");
            }
        }
        Ok(())
    }

    /// A function that a state lists as displaced really lost its slot to ours: functions that left
    /// by themselves are not restored.
    fn is_true(&self) -> Result<()> {
        if self.case.edit != Edit::LeavesASlot || !self.case.adopts {
            return Ok(());
        }
        for address in [ADDRESS, ASSOCIATION] {
            let displaced = &self.terraform.resource(address)?["displaced"];
            let legacy = &displaced["/legacy/* viewer-response"];
            ensure!(legacy.is_null(), "{address}: {displaced}");
        }
        Ok(())
    }
}

const EMPTY: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";

/// Terraform blames nobody.
pub(super) fn blameless(outcome: Outcome) -> Result<Outcome> {
    let text = outcome.unframed();
    for blame in ["bug in the provider", "inconsistent", "Provider produced"] {
        ensure!(!text.contains(blame), "Terraform blames:\n{}", outcome.text);
    }
    Ok(outcome)
}

fn stories(edit: Edit) -> Result<()> {
    let effort = Effort::wanted()?;
    for tools in Toolchain::of_each_terraform(effort.is_full)? {
        for case in Case::all(edit) {
            // A sample: what has most to promise, and what has least.
            let is_sampled = case.names_behaviors != case.adopts && case.adopts == case.is_update;
            if effort.is_full || is_sampled {
                let pair = Pair::build(tools.clone(), case)?;
                pair.run().with_context(|| format!("{case:?}"))?;
            }
        }
    }
    Ok(())
}

#[test]
fn a_behavior_that_a_colleague_adds_after_the_plan_is_left_to_the_next_one() -> Result<()> {
    stories(Edit::AddsABehavior)
}

#[test]
fn a_behavior_that_a_colleague_removes_after_the_plan_is_told_in_words() -> Result<()> {
    stories(Edit::RemovesABehavior)
}

#[test]
fn a_slot_that_a_colleague_takes_after_the_plan_is_not_taken_from_them_unsaid() -> Result<()> {
    stories(Edit::TakesASlot)
}

#[test]
fn a_slot_that_a_colleague_leaves_after_the_plan_is_not_recorded_as_displaced() -> Result<()> {
    stories(Edit::LeavesASlot)
}
