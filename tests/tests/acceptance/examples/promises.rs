//! What single stories say beyond that they apply and settle.

use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use acceptance::netacea::Verdict;
use anyhow::{Context, Result};

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
