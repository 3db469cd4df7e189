//! What single stories say beyond that they apply and settle.

use acceptance::aws::Operation;
use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use acceptance::fixture::VendorFunction;
use acceptance::netacea::Verdict;
use acceptance::terraform::{Plan, Summary, WorkingDirectory};
use anyhow::{Context, Result};
use serde_json::json;

use super::text;
use crate::{ADDRESS, FUNCTION};

#[test]
fn monitor_then_mitigate_switches_a_bots_fate_there_and_back() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("monitor-then-mitigate")?;
    let protector = &estate.netacea.protector;
    protector.judge_user_agent("scraper", Verdict::BLOCKED);
    let visit = || Visitor::new("scraper/1", "198.51.100.7").get(&estate.edge, "/checkout/1");

    terraform.apply()?;
    assert_eq!((visit()?.status, protector.attempts()), (200, 0));
    terraform.variable("mitigation_type", "MITIGATE");
    terraform.apply()?;
    assert_eq!((visit()?.status, protector.attempts()), (403, 1));
    terraform.variable("mitigation_type", "INGEST");
    terraform.apply()?;
    assert_eq!((visit()?.status, protector.attempts()), (200, 1));
    Ok(())
}

#[test]
fn dial_up_acts_on_nobody_then_on_some_and_in_the_end_on_everybody() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("dial-up")?;
    let protector = &estate.netacea.protector;
    protector.judge_user_agent("scraper", Verdict::BLOCKED);
    let bots: Vec<String> = (0..60).map(|host| format!("198.51.100.{host}")).collect();
    let mut stopped = Vec::new();
    for (round, percent) in ["0", "10", "50", "100"].into_iter().enumerate() {
        terraform.variable("mitigation_percent", percent);
        terraform.apply()?;
        let mut stops = Vec::new();
        for bot in &bots {
            let answer = Visitor::new("scraper/1", bot).get(&estate.edge, "/checkout/1")?;
            assert!([200, 403].contains(&answer.status), "{answer}");
            if answer.status == 403 {
                stops.push(bot.clone());
            }
        }
        assert_eq!(
            protector.attempts(),
            (round + 1) * bots.len(),
            "all are asked about"
        );
        assert!(
            stopped.iter().all(|bot| stops.contains(bot)),
            "who is in stays in"
        );
        stopped = stops;
        let bounds = match percent {
            "0" => 0..=0,
            "10" => 1..=20,
            "50" => 15..=45,
            _ => 60..=60,
        };
        assert!(
            bounds.contains(&stopped.len()),
            "{} at {percent} %",
            stopped.len()
        );
    }
    Ok(())
}

#[test]
fn static_files_are_served_without_a_call_and_no_trick_makes_a_page_one() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("static-files")?;
    terraform.variable("monitoring_ranges", r#"["192.0.2.0/24"]"#);
    terraform.apply()?;
    let protector = &estate.netacea.protector;
    protector.judge_user_agent("scraper", Verdict::BLOCKED);
    let visit = |ip: &str, path: &str| Visitor::new("scraper/1", ip).get(&estate.edge, path);

    for path in ["/static/site.css", "/static/a/b.js?v=1", "/favicon.ico"] {
        assert_eq!(visit("198.51.100.7", path)?.status, 200, "{path}");
    }
    assert_eq!(visit("192.0.2.5", "/")?.status, 200, "monitoring");
    assert_eq!(protector.attempts(), 0);
    let tricks = [
        "/static/../checkout",
        "/static/%2e%2e/checkout",
        "/static/a;b",
        "/static//a",
    ];
    for (asked, path) in tricks.into_iter().enumerate() {
        assert_eq!(visit("198.51.100.7", path)?.status, 403, "{path}");
        assert_eq!(protector.attempts(), asked + 1);
    }
    Ok(())
}

#[test]
fn inject_to_origin_tells_the_origin_and_stops_nobody() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example("inject-to-origin")?;
    terraform.apply()?;
    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    let mut bot = Visitor::new("scraper/1", "198.51.100.7");
    assert_eq!(bot.get(&estate.edge, "/")?.status, 200);
    let requests = estate.origin.requests();
    let headers = requests.last().context("nothing at the origin")?.headers();
    let told = ["match", "mitigate", "captcha"]
        .map(|name| headers.get(format!("x-netacea-{name}")).cloned());
    let verdict = ["1", "1", "0"].map(|number| number.parse().ok());
    assert_eq!(told, verdict, "{headers:?}");
    Ok(())
}

#[test]
fn rotate_secrets_ends_sessions_and_no_visitor_notices() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("rotate-secrets")?;
    terraform.apply()?;
    let protector = &estate.netacea.protector;
    let mut human = Visitor::new("Mozilla/5.0", "203.0.113.10");
    for _ in 0..2 {
        assert_eq!(human.get(&estate.edge, "/")?.status, 200);
    }
    assert_eq!(protector.attempts(), 1, "the session stands");

    terraform.variable("netacea_secret_key", "another-secret-key-0123456789abcdef");
    terraform.variable("netacea_secrets_version", "2");
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    for _ in 0..2 {
        assert_eq!(human.get(&estate.edge, "/")?.status, 200);
    }
    assert_eq!(protector.attempts(), 2, "judged again, once");
    Ok(())
}

#[test]
fn rollback_moves_the_distribution_to_an_older_version_with_one_write_and_back() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example("rollback")?;
    terraform.apply()?;
    let noted = terraform.output("published_version")?;
    terraform.variable("session_expiry_seconds", "120");
    terraform.apply()?;
    assert_ne!(terraform.output("published_version")?, noted);

    terraform.variable("pinned_version", noted.as_str().context("a version")?);
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(estate.proxy.writes(), [Operation::UpdateDistribution]);
    assert_eq!(terraform.output("published_version")?, noted);
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.without_variable("pinned_version");
    terraform.apply()?;
    assert_eq!(estate.emulator.functions().versions(FUNCTION)?, [1, 2]);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn migrate_from_vendor_zip_by_import_takes_the_function_over_with_its_settings() -> Result<()> {
    let (estate, terraform) = with_vendors_function(&["moved.tf"])?;
    let plan = terraform.plan(&[])?;
    plan.outcome
        .says(&["1 to import, 0 to add, 1 to change, 0 to destroy"])?;
    taken_over(&estate, &terraform, &plan)
}

/// Terraform wants the provider that a state names to be installed, whatever it serves: another one
/// stands there for the aws provider, whose state this is as it writes it. See
/// `docs/guides/what-is-tested.md`.
#[test]
fn migrate_from_vendor_zip_by_move_takes_the_function_over_with_its_settings() -> Result<()> {
    let (estate, terraform) = with_vendors_function(&["import.tf"])?;
    terraform.offer("hashicorp/aws", &estate.tools.provider)?;
    terraform.write("terraform.tfstate", STATE_OF_THE_AWS_PROVIDER)?;
    terraform.init()?;
    let plan = terraform.plan(&[])?;
    let moved = "(moved from aws_lambda_function.netacea)";
    plan.outcome
        .says(&[moved, "0 to add, 1 to change, 0 to destroy"])?;
    taken_over(&estate, &terraform, &plan)
}

/// A function of another region or partition would be looked for in us-east-1, and not be found or
/// be another one.
#[test]
fn migrate_from_vendor_zip_refuses_to_move_a_function_that_lies_elsewhere() -> Result<()> {
    let (estate, terraform) = with_vendors_function(&["import.tf"])?;
    terraform.offer("hashicorp/aws", &estate.tools.provider)?;
    for (place, words) in [
        (
            "arn:aws:lambda:eu-west-1",
            "is in eu-west-1. Lambda@Edge functions must be in us-east-1",
        ),
        (
            "arn:aws-us-gov:lambda:us-east-1",
            "is in partition aws-us-gov. Lambda@Edge exists only in partition aws",
        ),
    ] {
        let state = STATE_OF_THE_AWS_PROVIDER.replace("arn:aws:lambda:us-east-1", place);
        terraform.write("terraform.tfstate", &state)?;
        terraform.init()?;
        estate.proxy.forget();
        terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
            Summary::CannotBecomeAnIntegration,
            &[words, "Remove the `moved` block"],
        )?;
        assert_eq!(estate.proxy.calls().len(), 0, "{place}");
    }
    Ok(())
}

/// Either file may stay where it is: what it speaks of is not there, or done.
#[test]
fn migrate_from_vendor_zip_moves_what_is_in_the_state_though_it_might_be_imported() -> Result<()> {
    let (estate, terraform) = with_vendors_function(&[])?;
    terraform.offer("hashicorp/aws", &estate.tools.provider)?;
    terraform.write("terraform.tfstate", STATE_OF_THE_AWS_PROVIDER)?;
    terraform.init()?;
    let plan = terraform.plan(&[])?;
    plan.outcome
        .says(&["0 to add, 1 to change, 0 to destroy"])?;
    taken_over(&estate, &terraform, &plan)
}

/// The story in an estate where the vendor's function is at work.
fn with_vendors_function(left_out: &[&str]) -> Result<(Estate, WorkingDirectory)> {
    const STORY: &str = "migrate-from-vendor-zip";
    let estate = Estate::build()?;
    let configuration = text(&format!("{STORY}/NetaceaConfig.json"))?;
    VendorFunction::attach(&estate.site, &estate.emulator, FUNCTION, &configuration)?;
    let terraform = estate.example_without(STORY, left_out)?;
    Ok((estate, terraform))
}

fn taken_over(estate: &Estate, terraform: &WorkingDirectory, plan: &Plan) -> Result<()> {
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["before"]["settings"], change["after"]["settings"]);
    assert_eq!(change["after"]["settings"]["session"]["expiry_seconds"], 90);
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(xml.matches(&format!(":{FUNCTION}:2<")).count(), 3);
    assert_eq!(xml.matches(&format!(":{FUNCTION}:1<")).count(), 0);
    assert_eq!(estate.emulator.functions().versions(FUNCTION)?, [1, 2]);
    Ok(())
}

/// A function as hashicorp/aws 5 keeps it: schema version 1, every attribute as text, number, list
/// or null.
const STATE_OF_THE_AWS_PROVIDER: &str = include_str!("aws-lambda-function.tfstate");
