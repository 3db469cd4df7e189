//! A site is asked whether the edge function answers, and the answer is true.

use acceptance::edge::{Account, EdgeLocation, Front, WebServer};
use acceptance::estate::Estate;
use acceptance::netacea::Verdict;
use acceptance::terraform::{Outcome, REQUIREMENT, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

use crate::EXAMPLE;

/// An estate whose site is protected, and the site as this machine reaches it.
fn protected() -> Result<(Estate, WorkingDirectory, Front)> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let integration = estate.example(EXAMPLE)?;
    integration.apply()?;
    let front = Front::open(EdgeLocation::open(
        estate.tools.node.clone(),
        Account {
            distribution: estate.site.distribution.clone(),
            functions: estate.emulator.functions(),
        },
        WebServer::at(estate.origin.address()),
        Some(estate.netacea.authority.file().to_owned()),
    ))?;
    Ok((estate, integration, front))
}

fn asking(estate: &Estate, url: &str, arguments: &str) -> Result<Outcome> {
    let terraform = estate.configuration(&format!(
        r#"{REQUIREMENT}
action "netacea_edge_smoke_test" "site" {{
  config {{
    url = "{url}"
    {arguments}
  }}
}}
"#
    ))?;
    terraform.run(&[
        "apply",
        "-input=false",
        "-auto-approve",
        "-invoke=action.netacea_edge_smoke_test.site",
    ])
}

#[test]
fn a_protected_page_and_one_that_is_not_are_told_apart() -> Result<()> {
    let (estate, integration, front) = protected()?;
    let protected = front.url("/checkout/1");
    let told = asking(&estate, &protected, "expect = \"protected\"")?.success()?;
    told.says(&[
        "1: status 200",
        "with a session cookie (V1)",
        "3 of 3 answers are of the edge function",
    ])?;
    let refused = asking(&estate, &protected, "expect = \"unprotected\"")?.code(1)?;
    refused.says(&["is still protected", "3 of 3 answers"])?;

    // A CloudFront Function is there instead.
    let open = front.url("/assets/site.css");
    asking(&estate, &open, "expect = \"unprotected\"\n    requests = 1")?.success()?;
    let refused = asking(&estate, &open, "expect = \"protected\"")?.code(1)?;
    refused.says(&["is not protected", "0 of 3 answers", "cookie `_mitata`"])?;
    asking(&estate, &open, "")?.success()?;

    integration.destroy()?;
    asking(&estate, &protected, "expect = \"unprotected\"")?.success()?;
    Ok(())
}

#[test]
fn a_block_counts_as_an_answer_of_the_function() -> Result<()> {
    let (estate, _integration, front) = protected()?;
    estate
        .netacea
        .protector
        .judge_user_agent("netacea-edge-smoke-test", Verdict::BLOCKED);
    let url = front.url("/checkout/1");
    let told = asking(&estate, &url, "expect = \"protected\"\n    requests = 2")?.success()?;
    told.says(&["status 403", "made by an edge function", "2 of 2 answers"])
}

#[test]
fn headers_go_along_and_those_of_the_action_are_its_own() -> Result<()> {
    let (estate, _integration, front) = protected()?;
    let url = front.url("/checkout/1");
    let with = |headers: &str| format!("requests = 1\n    headers = {{ {headers} }}");
    asking(&estate, &url, &with("aws-cf-cd-netacea = \"canary\""))?.success()?;
    let requests = estate.origin.requests();
    let asked = requests.last().context("nothing at the origin")?;
    let sent = asked.headers().get("aws-cf-cd-netacea");
    assert_eq!(sent.and_then(|value| value.to_str().ok()), Some("canary"));
    for (headers, words) in [
        ("Host = \"shop.example\"", "is set by the action"),
        ("\"a b\" = \"c\"", "is not the name of a header"),
        ("x-a = \"\\u00e4\"", "printable ASCII"),
    ] {
        let refused = asking(&estate, &url, &with(headers))?.code(1)?;
        refused.says(&[words, "headers ="])?;
    }
    Ok(())
}

#[test]
fn a_site_that_cannot_be_asked_is_an_error_with_the_next_step() -> Result<()> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let silent = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let refused = asking(&estate, &format!("http://{silent}/"), "")?.code(1)?;
    refused.says(&["does not answer", "custom_ca_bundle", "url"])?;
    let refused = asking(&estate, "shop.example", "")?.code(1)?;
    refused.says(&["is not a URL of a site", "url"])?;
    let refused = asking(&estate, "https://shop.example", "expect = \"safe\"")?.code(1)?;
    refused.says(&["is not an expectation"])
}
