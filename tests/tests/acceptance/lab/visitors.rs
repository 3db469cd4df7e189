//! Each kind of visitor gets what Netacea has for them, and the console shows it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::browser::{Browser, Page};
use super::running::{Running, spans};

const FORM: &str = "application/x-www-form-urlencoded";

/// The attribute of an element of a captcha page.
fn attribute<'a>(page: &'a str, name: &str) -> Result<&'a str> {
    let (_, rest) = page
        .split_once(&format!("{name}=\""))
        .with_context(|| format!("no {name}: {page}"))?;
    Ok(rest.split('"').next().unwrap_or_default())
}

/// What a person does who reads the page: the body of the `POST`.
fn solution(page: &str) -> Result<String> {
    let (field, id) = (
        attribute(page, "data-field")?,
        attribute(page, "data-tracking-id")?,
    );
    let answer = if page.contains("class=\"word\">") {
        let (_, rest) = page.split_once("class=\"word\">").context("no word")?;
        rest.split('<').next().unwrap_or_default().to_owned()
    } else {
        let target = match page.split_once("with a <strong>") {
            Some((_, rest)) => rest.split('<').next(),
            None => page
                .split_once("containing a ")
                .and_then(|(_, rest)| rest.split('<').next()),
        };
        let target = target.context("nothing to look for")?;
        let tiles: Vec<String> = page
            .split("data-tile=\"")
            .skip(1)
            .filter(|tile| tile.contains(&format!("aria-label=\"{target}\"")))
            .filter_map(|tile| tile.split('"').next().map(str::to_owned))
            .collect();
        tiles.join("-")
    };
    Ok(format!("{field}={answer}&trackingId={id}"))
}

fn verify(browser: &mut Browser, body: &str) -> Result<Page> {
    browser.post("/AtaVerifyCaptcha", FORM, body)
}

#[test]
fn each_kind_of_visitor_is_told_apart_by_browser_or_for_all() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    for (kind, status, decision, part) in [
        ("human", 200, "passed", "Things that last"),
        ("bot", 429, "blocked", ""),
        ("captcha", 429, "captcha", "not a robot"),
        ("checkpoint", 429, "checkpoint", "Checking your browser"),
        ("flagged", 200, "flagged", "Things that last"),
        ("monetised", 402, "monetised", ""),
    ] {
        lab.everybody_is(kind)?;
        let target = format!("/?kind={kind}");
        let page = Browser::new(&lab.site, kind).open(&target)?;
        assert_eq!(page.status, status, "{kind}");
        assert!(page.text.contains(part), "{kind}: {}", page.text);
        let exchange = events.exchange(&target)?;
        assert_eq!(exchange["decision"], decision, "{exchange:#}");
        assert_eq!(exchange["status"], status);
        let log = events.log_of(&exchange)?;
        assert_eq!(log["entry"]["UserAgent"], kind);
    }
    let state = lab.state()?;
    let counters = &state["counters"];
    for (name, count) in [
        ("requests", 6),
        ("passed", 2),
        ("blocked", 2),
        ("captcha", 1),
        ("checkpoint", 1),
    ] {
        assert_eq!(counters[name], count, "{name} of {counters}");
    }

    lab.everybody_is("human")?;
    let (mut one, mut other) = (
        Browser::new(&lab.site, "one"),
        Browser::new(&lab.site, "other"),
    );
    assert_eq!((one.open("/")?.status, other.open("/")?.status), (200, 200));
    let bot = json!({ "browser": one.cookies["__lab_browser"], "kind": "bot" });
    assert_eq!(lab.change("visitor", &bot)?.0, 200);
    assert_eq!(
        one.open("/")?.status,
        429,
        "the session of the visitor before counts"
    );
    assert_eq!(other.open("/")?.status, 200);
    let as_all = json!({ "browser": one.cookies["__lab_browser"], "kind": null });
    assert_eq!(lab.change("visitor", &as_all)?.0, 200);
    assert_eq!(one.open("/")?.status, 200);
    Ok(())
}

#[test]
fn a_first_visit_is_asked_about_and_the_next_is_not() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    let mut browser = Browser::new(&lab.site, "one");
    browser.open("/?visit=1")?;
    let first = events.exchange("/?visit=1")?;
    let cookies = first["cookies"].as_array().context("cookies")?;
    let session = cookies
        .iter()
        .find(|one| one["name"] == "_mitata")
        .context("no session")?;
    assert_eq!(session["direction"], "set");
    assert_eq!(session["decoded"]["verdict"], "000");
    assert!(
        cookies.iter().all(|one| one["name"] != "__lab_browser"),
        "{first:#}"
    );
    browser.open("/?visit=2")?;
    let second = events.exchange("/?visit=2")?;
    assert_eq!(
        spans(&second),
        [
            "viewer-request",
            "origin",
            "origin-response",
            "viewer-response"
        ]
    );
    assert_eq!(first["browser"], second["browser"]);
    let log = events.log_of(&second)?;
    assert_eq!(log["entry"]["NetaceaUserIdCookieStatus"], 2);
    Ok(())
}

#[test]
fn what_cloudfront_keeps_is_not_asked_of_the_origin_again() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    let mut browser = Browser::new(&lab.site, "one");
    for way in ["origin", "cache"] {
        let page = browser.fetch("/assets/shop.css", &[])?;
        assert_eq!(
            (page.status, page.values("content-type")),
            (200, vec!["text/css"])
        );
        let exchange = events.exchange("/assets/shop.css")?;
        assert!(spans(&exchange).contains(&way), "{exchange:#}");
        assert_eq!(exchange["behavior"], "/assets/*");
    }
    Ok(())
}

#[test]
fn a_captcha_of_each_form_is_failed_then_solved_and_the_visitor_goes_on() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    lab.everybody_is("captcha")?;
    for form in ["recaptcha", "hcaptcha", "custom"] {
        assert_eq!(lab.change("captcha", &json!({ "form": form }))?.0, 200);
        let mut browser = Browser::new(&lab.site, form);
        let target = format!("/products/lamp?form={form}");
        let captcha = browser.open(&target)?;
        assert_eq!(captcha.status, 429);
        let right = solution(&captcha.text)?;
        let wrong = right.replace("&trackingId", "-wrong&trackingId");

        let failed = verify(&mut browser, &wrong)?;
        assert_eq!(failed.status, 429, "{}", failed.text);
        let exchange = events.exchange("/AtaVerifyCaptcha")?;
        assert_eq!(exchange["decision"], "captcha_failed");
        assert_eq!(
            browser.open(&target)?.status,
            429,
            "they got on without a solution"
        );

        let solved = verify(&mut browser, &right)?;
        assert_eq!(solved.status, 200, "{}", solved.text);
        let exchange = events.exchange("/AtaVerifyCaptcha")?;
        assert_eq!(exchange["decision"], "captcha_solved");
        let page = browser.open(&target)?;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Reading lamp"), "{}", page.text);
    }
    Ok(())
}

#[test]
fn a_single_page_gets_its_captcha_in_json_and_opens_its_path() -> Result<()> {
    let lab = Running::start(&[])?;
    lab.everybody_is("captcha")?;
    let mut browser = Browser::new(&lab.site, "one");
    let json = [("accept", "application/json")];
    let answer = browser.fetch("/api/stock", &json)?;
    assert_eq!(answer.status, 429);
    let body: Value = serde_json::from_str(&answer.text)?;
    let path = body["captchaRelativeURL"].as_str().context("no path")?;
    ensure!(path.starts_with("/captcha?trackingId="), "{path}");
    let captcha = browser.open(path)?;
    let solved = verify(&mut browser, &solution(&captcha.text)?)?;
    assert_eq!(solved.status, 200);
    assert!(
        browser.open(path)?.text.contains("may go on"),
        "it shows the captcha again"
    );
    let stock = browser.fetch("/api/stock", &json)?;
    assert_eq!(stock.status, 200);
    assert!(stock.text.contains("in_stock"), "{}", stock.text);
    Ok(())
}

#[test]
fn a_checkpoint_is_passed_in_two_steps() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    lab.everybody_is("checkpoint")?;
    let mut browser = Browser::new(&lab.site, "one");
    assert_eq!(browser.open("/")?.status, 429);
    let first = browser.post("/AtaVerifyCaptcha", "application/json", r#"{"step":1}"#)?;
    assert_eq!((first.status, first.text.as_str()), (200, r#"{"next":2}"#));
    assert_eq!(
        events.exchange("/AtaVerifyCaptcha")?["decision"],
        "checkpoint_step"
    );
    let second = browser.post("/AtaVerifyCaptcha", "application/json", r#"{"step":2}"#)?;
    assert_eq!(second.status, 200);
    assert_eq!(
        events.exchange("/AtaVerifyCaptcha")?["decision"],
        "checkpoint_passed"
    );
    assert_eq!(browser.open("/")?.status, 200);
    Ok(())
}

#[test]
fn a_page_of_another_origin_may_read_the_api_and_its_captcha() -> Result<()> {
    let lab = Running::start(&[])?;
    let origin = lab.site.trim_end_matches('/').to_owned();
    let mut browser = Browser::new(&lab.site.replace("127.0.0.1", "localhost"), "one");
    let preflight = [
        ("origin", origin.as_str()),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "x-shop-client"),
    ];
    lab.everybody_is("captcha")?;
    let allowed = browser.send("OPTIONS", "/api/reviews", &preflight, "")?;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.values("access-control-allow-origin"), [&origin]);
    let headers = [("origin", origin.as_str()), ("accept", "application/json")];
    let captcha = browser.fetch("/api/reviews", &headers)?;
    assert_eq!(captcha.status, 429);
    assert_eq!(captcha.values("access-control-allow-origin"), [&origin]);
    lab.everybody_is("human")?;
    let reviews = browser.fetch("/api/reviews", &headers)?;
    assert_eq!(reviews.status, 200);
    assert!(reviews.text.contains("Whistles"), "{}", reviews.text);
    Ok(())
}

#[test]
fn an_error_that_the_distribution_has_a_page_for_becomes_that_page() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    let page = Browser::new(&lab.site, "one").open("/attic/lost.html")?;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Things that last"), "{}", page.text);
    let exchange = events.exchange("/attic/lost.html")?;
    assert_eq!(exchange["spans"][2]["detail"], "status 403");
    Ok(())
}

#[test]
fn a_basket_works_behind_the_edge() -> Result<()> {
    let lab = Running::start(&[])?;
    let mut browser = Browser::new(&lab.site, "one");
    browser.open("/products/boots")?;
    let added = browser.post("/basket", FORM, "product=boots&quantity=2")?;
    assert_eq!(
        (added.status, added.values("location")),
        (303, vec!["/basket"])
    );
    let basket = browser.open("/basket")?;
    assert!(basket.text.contains("£178.00"), "{}", basket.text);
    assert_eq!(
        browser
            .post("/basket", FORM, "product=boots&quantity=0")?
            .status,
        400
    );
    Ok(())
}

#[test]
fn whatever_protector_suffers_from_visitors_pass() -> Result<()> {
    let lab = Running::start(&[])?;
    let events = lab.listen(None)?;
    lab.everybody_is("bot")?;
    for condition in ["failing", "down", "slow"] {
        // A fresh instance has a closed breaker.
        assert_eq!(lab.change("instance", &json!({ "act": "kill" }))?.0, 200);
        lab.protector_is(condition)?;
        let target = format!("/?protector={condition}");
        let page = Browser::new(&lab.site, condition).open(&target)?;
        assert_eq!(page.status, 200, "{condition}");
        let exchange = events.exchange(&target)?;
        assert_eq!(exchange["decision"], "failed_open", "{exchange:#}");
        let spans = exchange["spans"].as_array().context("spans")?;
        let call = spans
            .iter()
            .find(|span| span["name"] == "protector")
            .context("no call")?;
        let told = format!("{} {}", call["detail"], call["failure"]);
        assert!(condition != "failing" || told.contains("503"), "{told}");
        assert!(
            condition == "failing" || call["failure"].is_string(),
            "{told}"
        );
        let log = events.log_of(&exchange)?;
        assert_eq!(log["entry"]["NetaceaMitigationApplied"], "error_open");
    }
    lab.protector_is("well")?;
    assert_eq!(lab.change("instance", &json!({ "act": "kill" }))?.0, 200);
    assert_eq!(Browser::new(&lab.site, "well").open("/")?.status, 429);
    assert_eq!(lab.state()?["counters"]["failed_open"], 3);
    Ok(())
}
