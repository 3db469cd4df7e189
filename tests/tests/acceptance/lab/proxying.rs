//! The lab in front of a site: requests are the site's own, answers do not lead away, and the
//! site's certificate is verified.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use acceptance::netacea::Authority;
use acceptance::server::{Reply, Server};
use anyhow::{Context, Result};
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::browser::Browser;
use super::running::Running;

/// An origin request policy of the owner's.
const POLICY: &str = "11111111-1111-4111-8111-111111111111";

/// What the site got last, as `name: value`; its target is among them.
type Seen = Arc<Mutex<Vec<String>>>;

fn site(seen: &Seen) -> impl Fn(Request<Bytes>) -> Reply + Send + Sync + 'static {
    let seen = seen.clone();
    move |request| {
        let headers = request.headers().iter();
        let lines =
            headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
        let target = format!("target: {}", request.uri());
        let lines = lines.chain([target]);
        *seen.lock().unwrap_or_else(PoisonError::into_inner) = lines.collect();
        let host = request.headers()["host"]
            .to_str()
            .unwrap_or_default()
            .to_owned();
        let response = Response::builder()
            .header("content-type", "text/html")
            .header("strict-transport-security", "max-age=63072000")
            .header(
                "content-security-policy",
                "default-src 'self'; upgrade-insecure-requests",
            )
            .header(
                "set-cookie",
                "basket=1; Domain=shop.example; Path=/; Secure; HttpOnly",
            );
        let response = match request.uri().path() {
            "/moved" => response
                .status(302)
                .header("location", format!("https://{host}/new?a=b")),
            "/away" => response
                .status(302)
                .header("location", "https://pay.example/"),
            _ => response.status(200),
        };
        match response.body(Bytes::from_static(b"<h1>The owner's shop</h1>")) {
            Ok(response) => Reply::Response(response),
            Err(_) => Reply::HangUp,
        }
    }
}

fn lines(seen: &Seen) -> Vec<String> {
    seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[test]
fn requests_are_the_sites_own_and_answers_do_not_lead_away() -> Result<()> {
    let seen = Seen::default();
    let server = Server::http(site(&seen))?;
    let origin = format!("http://{}", server.address());
    let lab = Running::start(&["--origin", &origin])?;
    let own = lab.site.trim_end_matches('/').to_owned();
    let mut browser = Browser::new(&lab.site, "one");
    let referer = format!("{own}/before?a");
    let headers = [
        ("origin", own.as_str()),
        ("referer", referer.as_str()),
        ("x-other", own.as_str()),
    ];
    let page = browser.fetch("/page", &headers)?;
    assert_eq!(
        (page.status, page.text.as_str()),
        (200, "<h1>The owner's shop</h1>")
    );
    let got = lines(&seen);
    for line in [
        format!("host: {}", server.address()),
        format!("origin: {origin}"),
        format!("referer: {origin}/before?a"),
        format!("x-other: {own}"),
    ] {
        assert!(got.contains(&line), "{line} of {got:#?}");
    }
    assert!(
        got.iter().all(|line| !line.contains("__lab_browser")),
        "{got:#?}"
    );
    assert_eq!(
        page.values("content-security-policy"),
        ["default-src 'self'"]
    );
    assert!(page.values("strict-transport-security").is_empty());
    assert!(
        page.values("set-cookie")
            .contains(&"basket=1; Path=/; HttpOnly"),
        "{:?}",
        page.headers
    );
    let moved = browser.open("/moved")?;
    assert_eq!(moved.values("location"), [format!("{own}/new?a=b")]);
    assert_eq!(
        browser.open("/away")?.values("location"),
        ["https://pay.example/"]
    );

    let state = lab.state()?;
    assert_eq!(state["origin"], origin);
    let told = state["rewritten"].to_string();
    for name in [
        "Location",
        "Set-Cookie",
        "Origin",
        "Referer",
        "Strict-Transport-Security",
        "Content-Security-Policy",
    ] {
        assert!(told.contains(name), "{name} of {told}");
    }
    Ok(())
}

#[test]
fn a_certificate_is_verified_against_the_roots_of_the_machine() -> Result<()> {
    let authority = Authority::create()?;
    let seen = Seen::default();
    let server = Server::https(authority.server_configuration()?, site(&seen))?;
    let origin = format!("https://localhost:{}", server.address().port());
    let stranger = Running::start(&["--origin", &origin])?;
    let page = Browser::new(&stranger.site, "one").open("/")?;
    assert_eq!(page.status, 502);
    assert!(
        lines(&seen).is_empty(),
        "the site was asked in spite of its certificate"
    );
    let trusted = Running::start_with(&["--origin", &origin], |command| {
        command.env("SSL_CERT_FILE", authority.file());
    })?;
    let page = Browser::new(&trusted.site, "one").open("/")?;
    assert_eq!(
        (page.status, page.text.as_str()),
        (200, "<h1>The owner's shop</h1>")
    );
    Ok(())
}

#[test]
fn a_distribution_of_the_owners_has_its_own_behaviors_and_hazards() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let file = folder.path().join("distribution.xml");
    let legacy = "arn:aws:lambda:us-east-1:000000000000:function:legacy-edge:3";
    let document = acceptance::fixture::RICH_DOCUMENT
        .replace("{{LEGACY_FUNCTION}}", legacy)
        .replace("b689b0a8-53d0-40ab-baf2-68738e2966ac", POLICY);
    fs::write(&file, document)?;
    let seen = Seen::default();
    let server = Server::http(site(&seen))?;
    let origin = format!("http://{}", server.address());
    let file = file.to_string_lossy().into_owned();
    let lab = Running::start(&["--origin", &origin, "--distribution", &file])?;
    let state = lab.state()?;
    let behaviors = state["distribution"]["behaviors"]
        .as_array()
        .context("behaviors")?;
    let names: Vec<_> = behaviors
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["/checkout/*", "/api/*", "/assets/*", "/legacy/*", "default"]
    );
    for behavior in behaviors {
        let slots = behavior["slots"].as_array().context("slots")?;
        assert_eq!(slots.len(), 3, "{behavior}");
    }
    let hazards = state["distribution"]["hazards"].to_string();
    for part in [
        "Behavior default: the lab runs only Netacea's function",
        legacy,
        "Behavior /assets/*: the lab does not run a CloudFront Function",
        "rewrite-index",
        "Behavior /api/*: the lab does not know the contents of policies",
        POLICY,
    ] {
        assert!(hazards.contains(part), "{part} of {hazards}");
    }
    let events = lab.listen(None)?;
    assert_eq!(
        Browser::new(&lab.site, "one").open("/checkout/1")?.status,
        200
    );
    assert_eq!(events.exchange("/checkout/1")?["behavior"], "/checkout/*");
    let got = lines(&seen);
    assert!(
        got.contains(&format!("host: {}", server.address())),
        "{got:#?}"
    );
    assert!(
        got.iter()
            .all(|line| !line.contains("only-cloudfront-knows")),
        "a header that belongs to another host was sent: {got:#?}"
    );
    let mut browser = Browser::new(&lab.site, "one");
    browser.fetch("/api/1", &[("x-basket", "7")])?;
    assert!(
        lines(&seen).contains(&"x-basket: 7".to_owned()),
        "a policy that the lab does not know keeps a header from the site"
    );
    browser.open("/")?;
    assert!(
        lines(&seen).contains(&"target: /index.html".to_owned()),
        "the default root object is not asked for: {:#?}",
        lines(&seen)
    );
    Ok(())
}

#[test]
fn what_is_not_a_distribution_is_refused() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let file = folder.path().join("distribution.json");
    let name = file.to_string_lossy().into_owned();
    for (content, part) in [
        ("{\"DistributionConfig\": {}}", "not XML"),
        ("<Distribution/>", "not a DistributionConfig"),
    ] {
        fs::write(&file, content)?;
        let (code, told) = super::running::refusal(&["--distribution", &name])?;
        assert_eq!(code, Some(1));
        assert!(told.contains(part) && told.contains(&name), "{told}");
    }
    Ok(())
}
