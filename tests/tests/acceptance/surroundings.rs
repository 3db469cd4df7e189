//! The published zip among what stands around it: the hazards that plans warn about are true, and
//! pages of other origins.

use acceptance::aws::Distribution;
use acceptance::edge::{Account, EdgeLocation, ViewerRequest, Visitor, WebServer};
use acceptance::estate::Estate;
use acceptance::fixture::Surroundings;
use acceptance::netacea::{Captcha, Verdict};
use anyhow::Result;

use crate::hazards::integration;
use crate::visitors::protected;

/// Settings in addition to those that lead to the stand-ins.
fn settings(more: &str) -> String {
    format!(
        "  settings = {{
    mitigation_type = \"MITIGATE\"
    protector       = {{ url = var.protector_url }}
    ingest          = {{ url = var.ingest_url }}
{more}
  }}"
    )
}

#[test]
fn where_403_becomes_the_sites_page_a_bot_gets_in_unless_blocks_have_another_status() -> Result<()>
{
    for (more, status, text) in [
        ("", 200, "the shop: /index.html\n"),
        ("    block = { status = 410 }", 410, "Gone"),
    ] {
        let estate = protected(&settings(more))?;
        let list = "<CustomErrorResponses><Quantity>2</Quantity><Items>";
        let longer = "<CustomErrorResponses><Quantity>3</Quantity><Items><CustomErrorResponse><ErrorCode>403</ErrorCode>\
             <ResponsePagePath>/index.html</ResponsePagePath><ResponseCode>200</ResponseCode>\
             <ErrorCachingMinTTL>10</ErrorCachingMinTTL></CustomErrorResponse>";
        let distribution = &estate.site.distribution;
        distribution.edit(|now| Ok(now.xml.replacen(list, longer, 1)))?;
        estate.edge.play_surroundings();
        let protector = &estate.netacea.protector;
        protector.judge_user_agent("scraper", Verdict::BLOCKED);
        let bot = Visitor::new("scraper/1", "198.51.100.7").get(&estate.edge, "/checkout/1")?;
        assert_eq!((bot.status, bot.text().as_str()), (status, text), "{more}");
    }
    Ok(())
}

#[test]
fn a_page_of_a_listed_origin_sees_the_challenge_of_its_call() -> Result<()> {
    let estate = protected(&settings("    cors_origins = [\"https://app.example\"]"))?;
    let protector = &estate.netacea.protector;
    protector.judge_client_ip("198.51.100.", Verdict::CAPTCHA);
    let call = |origin: &str, method: &str| {
        let request = ViewerRequest {
            method: method.to_owned(),
            ..ViewerRequest::get("/checkout/1")
        };
        let request = request.from_ip("198.51.100.7").header("Origin", origin);
        estate
            .edge
            .send(&request.header("Access-Control-Request-Method", "PUT"))
    };
    let preflight = call("https://app.example", "OPTIONS")?;
    assert_eq!(
        (preflight.status, protector.attempts()),
        (200, 0),
        "the origin's answer"
    );
    for (origin, allowed) in [
        ("https://app.example", vec!["https://app.example"]),
        ("https://evil.example", vec![]),
    ] {
        let answer = call(origin, "PUT")?;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (403, Captcha::PAGE)
        );
        assert_eq!(answer.values("access-control-allow-origin"), allowed);
        assert_eq!(answer.values("vary").len(), allowed.len());
    }
    Ok(())
}

/// Asks for a page behind a captcha, solves it, and asks again. Gives the answer to the solution:
/// its status, and whether the origin made it. Nobody has passed.
fn solve_in_vain(estate: &Estate) -> Result<(u16, bool)> {
    let protector = &estate.netacea.protector;
    protector.judge_client_ip("198.51.100.", Verdict::CAPTCHA);
    let mut visitor = Visitor::new("Mozilla/5.0", "198.51.100.23");
    let page = visitor.get(&estate.edge, "/checkout/1")?;
    assert_eq!((page.status, page.text().as_str()), (403, Captcha::PAGE));
    let solved = visitor.post(&estate.edge, "/AtaVerifyCaptcha", Captcha::SOLUTION)?;
    assert!(!visitor.cookies.contains_key("_mitatacaptcha"));
    let again = visitor.get(&estate.edge, "/checkout/1")?;
    assert_eq!((again.status, again.text().as_str()), (403, Captcha::PAGE));
    Ok((solved.status, solved.reached_origin))
}

#[test]
fn where_the_verification_path_is_unprotected_a_captcha_cannot_be_solved() -> Result<()> {
    let site = "  distribution = {
    id        = var.distribution_id
    behaviors = [\"/checkout/*\"]
  }";
    let estate = protected(site)?;
    let (_, reached_origin) = solve_in_vain(&estate)?;
    assert!(reached_origin, "the origin gets the solution");
    Ok(())
}

#[test]
fn where_the_verification_path_takes_no_post_a_captcha_cannot_be_solved() -> Result<()> {
    let estate = protected("")?;
    let distribution = &estate.site.distribution;
    let post = "<Method>POST</Method>";
    distribution.edit(|now| {
        let fewer = now.xml.replacen(post, "", 1);
        Ok(fewer.replacen("<Quantity>7</Quantity>", "<Quantity>6</Quantity>", 1))
    })?;
    estate.edge.play_surroundings();
    assert_eq!(solve_in_vain(&estate)?, (403, false));
    Ok(())
}

/// A distribution of this shape, and its edge location.
fn located(estate: &Estate, surroundings: Surroundings) -> Result<(Distribution, EdgeLocation)> {
    let distribution = estate
        .emulator
        .create_distribution(surroundings.document())?;
    let edge = EdgeLocation::open(
        estate.tools.node.clone(),
        Account {
            distribution: distribution.clone(),
            functions: estate.emulator.functions(),
        },
        WebServer::at(estate.origin.address()),
        Some(estate.netacea.authority.file().to_owned()),
    );
    edge.play_surroundings();
    Ok((distribution, edge))
}

#[test]
fn at_origin_request_a_human_gets_the_block_of_a_bot_for_as_long_as_errors_are_kept() -> Result<()>
{
    let estate = Estate::build()?;
    let (distribution, edge) = located(&estate, Surroundings::OriginGroups)?;
    let terraform = estate.configuration(&integration(&format!(
        "  distribution = {{\n    id     = \"{}\"\n    events = [\"origin-request\", \"origin-response\"]\n  }}",
        distribution.id()
    )))?;
    terraform.apply()?;
    let protector = &estate.netacea.protector;
    protector.judge_client_ip("198.51.100.7", Verdict::BLOCKED);
    let get = |user_agent: &str, client_ip: &str| {
        Visitor::new(user_agent, client_ip).get(&edge, "/media/1")
    };
    let bot = get("scraper/1", "198.51.100.7")?;
    assert_eq!((bot.status, bot.text().as_str()), (403, "Forbidden"));
    let asked = protector.attempts();
    for (seconds, status) in [(0, 403), (50, 403), (10, 200)] {
        edge.advance(seconds);
        let human = get("Mozilla/5.0", "203.0.113.10")?;
        assert_eq!(human.status, status, "after {seconds} seconds more");
    }
    assert_eq!(protector.attempts(), asked + 1, "kept answers ask nobody");
    Ok(())
}

#[test]
fn our_header_in_the_cache_key_ends_cache_hits() -> Result<()> {
    let estate = Estate::build()?;
    let (distribution, edge) = located(&estate, Surroundings::ForwardedValues)?;
    let hits = |path: &str| -> Result<bool> {
        let get = || edge.send(&ViewerRequest::get(path).from_ip("203.0.113.10"));
        assert!(get()?.reached_origin, "the first one");
        Ok(!get()?.reached_origin)
    };
    assert!(hits("/app/before")? && hits("/before")?);
    let site = format!("  distribution = {{ id = \"{}\" }}", distribution.id());
    let terraform = estate.configuration(&integration(&site))?;
    terraform.apply()?;
    assert!(!hits("/app/after")?, "our header is in the key");
    assert!(hits("/after")?, "it is not");
    Ok(())
}
