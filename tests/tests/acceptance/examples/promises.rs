//! What single stories say beyond that they apply and settle.

use acceptance::edge::{Configuration, Visitor};
use acceptance::estate::Estate;
use acceptance::netacea::Verdict;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::text;

/// `distribution.tf` of this example needs the aws provider, which is not here; the test stands in for it and writes what
/// the dynamic block says into the distribution.
#[test]
fn existing_estate_emits_what_the_owner_attaches() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example_without("existing-estate", &["distribution.tf"])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        estate.site.distribution.configuration()?,
        before,
        "the owner is the only writer"
    );

    let associations = terraform.output("associations")?;
    let element = attach(&associations)?;
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", &element))?;
    let events = Configuration::parse(&estate.site.distribution.configuration()?.xml)?
        .behavior("/checkout/*")?
        .associations
        .len();
    assert_eq!(events, 3, "{associations:#}");

    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    assert_eq!(
        Visitor::new("scraper/1", "198.51.100.7")
            .get(&estate.edge, "/checkout/1")?
            .status,
        403
    );
    let mut human = Visitor::new("Mozilla/5.0", "203.0.113.10");
    assert_eq!(human.get(&estate.edge, "/checkout/1")?.status, 200);
    assert!(human.cookies.contains_key("_mitata"));
    Ok(())
}

#[test]
fn the_owners_dynamic_block_uses_what_is_emitted() -> Result<()> {
    let path = "existing-estate/distribution.tf";
    let text = text(path)?;
    for attribute in ["event_type", "lambda_arn", "include_body"] {
        let used = format!("lambda_function_association.value.{attribute}");
        assert!(text.contains(&used), "{used} is missing in {path}");
    }
    Ok(())
}

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

/// The XML that the dynamic block of the example comes to.
fn attach(associations: &Value) -> Result<String> {
    let list = associations.as_array().context("a list")?;
    let mut items = String::new();
    for association in list {
        let (event, arn) = (
            association["event_type"].as_str(),
            association["lambda_arn"].as_str(),
        );
        let body = association["include_body"].as_bool();
        ensure!(
            event.is_some() && arn.is_some() && body.is_some(),
            "{association}"
        );
        items += &format!(
            "<LambdaFunctionAssociation><LambdaFunctionARN>{}</LambdaFunctionARN><EventType>{}</EventType><IncludeBody>{}</IncludeBody></LambdaFunctionAssociation>",
            arn.unwrap_or_default(),
            event.unwrap_or_default(),
            body.unwrap_or_default()
        );
    }
    Ok(format!(
        "<LambdaFunctionAssociations><Quantity>{}</Quantity><Items>{items}</Items></LambdaFunctionAssociations>",
        list.len()
    ))
}
