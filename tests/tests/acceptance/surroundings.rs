//! The published zip among what stands around it: custom error responses, and pages of other
//! origins.

use acceptance::edge::{ViewerRequest, Visitor};
use acceptance::netacea::{Captcha, Verdict};
use anyhow::Result;

use crate::visitors::protected;

/// Settings beside those that lead to the stand-ins.
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
