//! The in-process client says of generated cases what Terraform says of them.
//!
//! Terraform attaches to a provider of generated resources in the test's process. All cases of a
//! round are resources of one configuration, each in a file of its own, so that Terraform's errors
//! tell which of them it refuses. What is unknown in a case is the output of a `terraform_data`.
//!
//! There is one round with each Terraform, of authors who do what they should and of such who do
//! not, and eight of each with `RELIABILITY=full`.

mod crowd;
mod expectation;
mod written;

// What the crate's own tests have, too.
#[path = "../../src/generated/blueprint.rs"]
mod blueprint;
#[path = "../../src/generated/case.rs"]
mod case;
#[path = "../../src/generated/choices.rs"]
mod choices;
#[path = "../../src/generated/configuration.rs"]
mod configuration;
#[path = "../../src/generated/node.rs"]
mod node;
#[path = "../../src/generated/resource.rs"]
mod resource;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use tfplugin::testing::{Attached, Client};
use tfplugin::value::Value;

use crate::terraform::Terraform;
use crate::workspace::Workspace;
use case::{Case, Entropy};
use choices::Choices;
use crowd::{Crowd, Member};
use expectation::{Expected, Verdict, actions, expected};
use node::Meddling;
use written::{as_known_later, as_written};

terraforms!(
    the_client_says_what_terraform_says,
    the_client_refuses_what_terraform_refuses,
);

/// How many resource types there are in a round, and cases of each.
const TYPES: usize = resource::TYPES.len();
const CASES: usize = 8;

fn the_client_says_what_terraform_says(terraform: &Terraform) {
    let verdicts = judged_alike(terraform, false);
    assert!(
        verdicts.keys().all(|name| !name.contains("PlanRefused")),
        "{verdicts:?}"
    );
}

/// Each resource has an author who plans or makes something else than they should.
fn the_client_refuses_what_terraform_refuses(terraform: &Terraform) {
    let verdicts = judged_alike(terraform, true);
    for refused in ["PlanRefused", "ApplyRefused"] {
        assert!(verdicts.contains_key(refused), "{verdicts:?}");
    }
}

fn judged_alike(terraform: &Terraform, meddles: bool) -> BTreeMap<String, u32> {
    let is_full = std::env::var("RELIABILITY").is_ok_and(|value| value == "full");
    let rounds = if is_full { 8 } else { 1 };
    let mut runner = TestRunner::deterministic();
    let begun = Instant::now();
    let mut verdicts = BTreeMap::<String, u32>::new();
    for number in 0..rounds {
        let round = Round::new(&mut runner, meddles);
        round.is_judged_alike(terraform, number);
        for expected in &round.expected {
            *verdicts
                .entry(expected.verdict.name().to_owned())
                .or_default() += 1;
        }
    }
    println!("{rounds} rounds in {:?}: {verdicts:?}", begun.elapsed());
    verdicts
}

/// The cases that are resources of one configuration.
struct Round {
    members: Vec<Member>,
    /// With the number of the member that it belongs to.
    cases: Vec<(usize, Case)>,
    expected: Vec<Expected>,
}

impl Round {
    fn new(runner: &mut TestRunner, meddles: bool) -> Self {
        let bytes = || vec(any::<u8>(), 0..64);
        let strategy = (vec(any::<u8>(), 8..64), bytes(), bytes(), bytes());
        let strategy = strategy.prop_map(|(one, two, three, four)| [one, two, three, four]);
        let mut entropy = || -> Entropy {
            let tree = strategy.new_tree(runner).expect("there are bytes");
            tree.current()
        };
        let (mut members, mut cases) = (Vec::new(), Vec::new());
        for member in 0..TYPES {
            let first = Case::new(&entropy());
            let (blueprint, predicts) = (first.blueprint.clone(), first.predicts);
            cases.push((member, first));
            for _ in 1..CASES {
                cases.push((member, Case::of(&blueprint, predicts, &entropy())));
            }
            members.push(Member {
                blueprint,
                predicts,
                meddling: meddles.then(|| Meddling::chosen(&mut Choices::new(&entropy()[0]))),
            });
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let expected = runtime.block_on(async {
            let client = Client::with_client(Crowd(members.clone()), ()).await;
            let client = client.unwrap_or_else(|refusal| panic!("{refusal}"));
            let mut all = Vec::new();
            for (member, case) in &cases {
                let thing = client.resource(&type_name(*member));
                all.push(expected(thing, case, meddles).await);
            }
            all
        });
        Self {
            members,
            cases,
            expected,
        }
    }

    fn is_judged_alike(&self, terraform: &Terraform, round: usize) {
        let provider = Attached::serve(Crowd(self.members.clone()), ADDRESS);
        let provider = provider.expect("it is served to the client, too");
        let run = Run {
            round: self,
            number: round,
            attach: provider.variable(),
            workspace: Workspace::bare(terraform, PROVIDERS),
        };
        run.refuses_what_is_refused();
        run.makes_what_was_before();
        run.plans_the_same();
        run.makes_the_same();
    }
}

const ADDRESS: &str = "registry.terraform.io/example/crowd";

const PROVIDERS: &str = r#"
terraform {
  required_providers {
    crowd = { source = "example/crowd" }
  }
}
"#;

fn type_name(member: usize) -> String {
    format!("crowd_{}", resource::TYPES[member])
}

/// A round with one Terraform.
struct Run<'a> {
    round: &'a Round,
    number: usize,
    attach: &'a str,
    workspace: Workspace,
}

impl Run<'_> {
    /// `terraform validate` has errors in the files of those cases, and of no others.
    fn refuses_what_is_refused(&self) {
        self.write(|index| Some(self.planned(index)));
        let output = self.run(&["validate", "-json"], None);
        let output: Json = serde_json::from_str(&output).expect("terraform prints JSON");
        let diagnostics = output["diagnostics"].as_array().into_iter().flatten();
        let files = diagnostics
            .filter(|one| one["severity"] == "error")
            .map(|one| {
                let file = one["range"]["filename"].as_str();
                let file = file.unwrap_or_else(|| panic!("an error without a file: {one}"));
                case_number(file)
            });
        let refused: BTreeSet<usize> = files.collect();
        let wanted = self.which(|expected| expected.verdict == Verdict::Refused);
        self.same_cases(
            "refused by validate",
            &refused,
            &wanted,
            &output.to_string(),
        );
    }

    fn makes_what_was_before(&self) {
        self.write(|index| {
            let before = self.round.cases[index].1.before.as_ref();
            let before = before.filter(|_| self.round.expected[index].before.is_some())?;
            Some(self.file(index, as_written(&self.round.cases[index].1, before), None))
        });
        self.run(&["apply", "-auto-approve"], Some(0));
        self.has_states(|expected| expected.before.as_ref());
    }

    fn plans_the_same(&self) {
        let bad = self.which(|expected| expected.verdict == Verdict::PlanRefused);
        if !bad.is_empty() {
            self.write(|index| {
                let is_planned = self.round.expected[index].verdict != Verdict::Refused;
                is_planned.then(|| self.planned(index))
            });
            let output = self.run(&["plan", "-json"], None);
            self.same_cases("refused by plan", &errors_in(&output), &bad, &output);
        }
        self.write(|index| {
            let is_planned = self.round.expected[index].is_planned();
            is_planned.then(|| self.planned(index))
        });
        self.run(&["plan", "-out=plan"], Some(0));
        let plan = self.run(&["show", "-json", "plan"], Some(0));
        let plan: Json = serde_json::from_str(&plan).expect("terraform prints JSON");
        let changes = plan["resource_changes"].as_array().into_iter().flatten();
        let mut seen = BTreeSet::new();
        for change in changes.filter(|one| one["type"] != "terraform_data") {
            let index = case_number(change["name"].as_str().expect("resources have names"));
            let expected = &self.round.expected[index];
            if expected.is_planned() {
                seen.insert(index);
                if let Err(difference) = expected.is_planned_as(&change["change"]) {
                    self.differs(index, &difference);
                }
            }
        }
        let wanted = self.which(Expected::is_planned);
        self.same_cases("planned", &seen, &wanted, "");
    }

    /// What turns out to be bad when it is known is refused by the apply; all else is made, and
    /// nothing is left to do.
    fn makes_the_same(&self) {
        let output = self.run(&["apply", "-json", "plan"], None);
        let refused = errors_in(&output);
        let wanted = self.which(|expected| {
            let refused = [Verdict::RefusedAtLast, Verdict::ApplyRefused];
            refused.contains(&expected.verdict)
        });
        self.same_cases("refused by apply", &refused, &wanted, &output);
        self.has_states(|expected| expected.after.as_ref());
        let is_planned_again = |expected: &Expected| {
            matches!(expected.verdict, Verdict::Done(_)) && expected.again.is_some()
        };
        self.write(|index| {
            let expected = &self.round.expected[index];
            is_planned_again(expected).then(|| self.planned(index))
        });
        self.run(&["plan", "-out=plan"], Some(0));
        let plan = self.run(&["show", "-json", "plan"], Some(0));
        let plan: Json = serde_json::from_str(&plan).expect("terraform prints JSON");
        for change in plan["resource_changes"].as_array().into_iter().flatten() {
            let index = case_number(change["name"].as_str().expect("resources have names"));
            let expected = &self.round.expected[index];
            if change["type"] != "terraform_data"
                && is_planned_again(expected)
                && Some(&change["change"]["actions"]) != expected.again.map(actions).as_ref()
            {
                self.differs(index, &format!("after the apply: {change}"));
            }
        }
    }

    /// The state has exactly the objects of these cases.
    fn has_states(&self, of: fn(&Expected) -> Option<&Value>) {
        let state: Json = serde_json::from_str(&self.workspace.state_text()).expect("it is JSON");
        let resources = state["resources"].as_array().into_iter().flatten();
        let mut found = BTreeSet::new();
        for resource in resources.filter(|one| one["type"] != "terraform_data") {
            let index = case_number(resource["name"].as_str().expect("resources have names"));
            let expected = &self.round.expected[index];
            let Some(wanted) = of(expected) else {
                continue;
            };
            found.insert(index);
            let attributes = &resource["instances"][0]["attributes"];
            if let Err(difference) = expected.is_stored_as(wanted, attributes) {
                self.differs(index, &difference);
            }
        }
        let wanted = self.which(|expected| of(expected).is_some());
        self.same_cases("in the state", &found, &wanted, "");
    }

    fn which(&self, is_wanted: impl Fn(&Expected) -> bool) -> BTreeSet<usize> {
        let expected = self.round.expected.iter().enumerate();
        let wanted = expected.filter(|(_, expected)| is_wanted(expected));
        wanted.map(|(index, _)| index).collect()
    }

    fn same_cases(
        &self,
        what: &str,
        seen: &BTreeSet<usize>,
        wanted: &BTreeSet<usize>,
        output: &str,
    ) {
        if let Some(index) = seen.symmetric_difference(wanted).next() {
            let by = if seen.contains(index) {
                "Terraform"
            } else {
                "the client"
            };
            self.differs(*index, &format!("{what} by {by} alone\n{output}"));
        }
    }

    fn differs(&self, index: usize, difference: &str) -> ! {
        let (member, case) = &self.round.cases[index];
        panic!(
            "round {}, {}.c{index}: {difference}\n\n{case}\n\nthe client says: {:?}",
            self.number,
            type_name(*member),
            self.round.expected[index]
        );
    }

    fn planned(&self, index: usize) -> Json {
        let case = &self.round.cases[index].1;
        let (config, known_later) = as_known_later(case, &format!("terraform_data.c{index}"));
        self.file(index, config, Some(known_later))
    }

    fn file(&self, index: usize, config: Json, known_later: Option<Json>) -> Json {
        let name = format!("c{index}");
        let member = self.round.cases[index].0;
        let mut resources = json!({ type_name(member): { &name: config } });
        if let Some(input) = known_later {
            resources["terraform_data"] = json!({ &name: { "input": input.to_string() } });
        }
        json!({ "resource": resources })
    }

    /// Each case's file, or none.
    fn write(&self, file: impl Fn(usize) -> Option<Json>) {
        for index in 0..self.round.cases.len() {
            let name = format!("c{index}.tf.json");
            let file = file(index).unwrap_or_else(|| json!({}));
            self.workspace.add_file(&name, &file.to_string());
        }
    }

    fn run(&self, arguments: &[&str], status: Option<i32>) -> String {
        let attach = [("TF_REATTACH_PROVIDERS", self.attach)];
        let (found, output) = self.workspace.ends_with(&attach, arguments);
        if status.is_some_and(|status| status != found) {
            panic!(
                "round {}: terraform {}: {output}",
                self.number,
                arguments.join(" ")
            );
        }
        output
    }
}

/// The cases that the errors of a command with `-json` are about.
fn errors_in(output: &str) -> BTreeSet<usize> {
    let lines = output
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let errors = lines.filter(|line: &Json| line["@level"] == "error");
    let cases = errors.map(|line| {
        let diagnostic = &line["diagnostic"];
        // Terraform's own errors about a provider name the resource in the text alone.
        let detail = diagnostic["detail"].as_str().unwrap_or_default();
        let named = detail.split(|c: char| !c.is_ascii_alphanumeric() && !"_.".contains(c));
        let named = named.map(|word| word.trim_end_matches('.'));
        let mut named = named.filter(|word| word.starts_with("crowd_t") && word.contains(".c"));
        let address = diagnostic["address"].as_str().or_else(|| named.next());
        case_number(address.unwrap_or_else(|| panic!("an error without an address: {line}")))
    });
    cases.collect()
}

/// The number in `c7`, `c7.tf.json`, `crowd_t0.c7` and `crowd_t0.c7.a0`.
fn case_number(name: &str) -> usize {
    let mut parts = name.split('.');
    let name = parts
        .find(|part| !part.starts_with("crowd_"))
        .unwrap_or_default();
    let digits = name.trim_start_matches('c');
    digits.parse().expect("these are the names of the cases")
}
