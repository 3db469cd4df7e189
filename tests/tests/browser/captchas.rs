//! Visitors who get a captcha fail it, solve it, and go on where they were.

use anyhow::{Context, Result, bail};

use crate::harness::{Browser, Stage};

/// What a wrong answer is told.
const WRONG: &str = "That was not right";

/// Sends a wrong answer.
fn fail(page: &Browser) -> Result<()> {
    match form(page)?.as_str() {
        "g-recaptcha-response" => page.click("#anchor")?,
        "answer" => page.type_into("[name=typed]", "nothing")?,
        _ => {}
    }
    page.click("form button:not(.tile)")?;
    page.see("[role=status]", WRONG).map(drop)
}

/// Solves the captcha as a person does.
fn solve(page: &Browser) -> Result<()> {
    let wanted = match form(page)?.as_str() {
        "g-recaptcha-response" => page.texts(".challenge strong")?.concat(),
        "h-captcha-response" => {
            let prompt = page.texts(".prompt")?.concat();
            let named = prompt.rsplit(' ').next();
            named.context("the prompt names nothing")?.to_owned()
        }
        "answer" => {
            page.clear("[name=typed]")?;
            page.type_into("[name=typed]", &page.texts(".word")?.concat())?;
            return page.click("form button");
        }
        other => bail!("nobody knows a captcha that posts `{other}`"),
    };
    page.click_all(&format!(".tile[aria-label='{wanted}']"))?;
    page.click(".verify")
}

/// The field that the captcha posts. Each form has a different one.
fn form(page: &Browser) -> Result<String> {
    page.find("form[data-field]")?;
    let field = page.run(
        "return document.querySelector('form').dataset.field",
        Vec::new(),
    )?;
    Ok(field.as_str().unwrap_or_default().to_owned())
}

#[test]
fn each_captcha_is_failed_and_solved_and_the_page_goes_on_where_it_was() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    for (look, field) in [
        ("recaptcha", "g-recaptcha-response"),
        ("hcaptcha", "h-captcha-response"),
        ("custom", "answer"),
    ] {
        stage.captcha_looks_like(look)?;
        stage.next_visitor_is("human")?;
        stage.next_visitor_is("captcha")?;
        let page = format!("/products/kettle?from={look}");
        stage.visit(&page)?;
        assert_eq!(form(&stage)?, field, "{look}");
        stage.console_shows(&format!("GET {page} 429 Captcha"))?;
        fail(&stage)?;
        stage.console_shows("POST /AtaVerifyCaptcha 429 Captcha failed")?;
        solve(&stage)?;
        stage.see("h1", "Enamel kettle")?;
        assert_eq!(stage.url()?, format!("{}{page}", stage.site));
        stage.console_shows("POST /AtaVerifyCaptcha 200 Captcha solved")?;
        stage.console_shows(&format!("GET {page} 200 Passed"))?;
        // The token counts for other pages, too.
        stage.visit("/basket")?;
        stage.see("h1", "Your basket")?;
        stage.in_console(|console| console.click("#clear"))?;
    }
    Ok(())
}

#[test]
fn a_single_page_gets_its_captcha_as_json_opens_it_and_asks_again() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/stock")?;
    stage.see("h1", "stock")?;
    stage.next_visitor_is("captcha")?;
    stage.click("#stock")?;
    stage.see("#answer", "not a robot")?;
    stage.console_tells("GET /api/stock 429 Captcha", "_mitata")?;
    stage.in_frame("#captcha iframe", |frame| {
        fail(frame)?;
        solve(frame)
    })?;
    stage.see("#answer", "Enamel kettle")?;
    assert!(
        stage.texts("#captcha iframe")?.is_empty(),
        "the captcha is still there"
    );
    stage.console_shows("GET /api/stock 200 Passed")
}

#[test]
fn a_checkpoint_watches_the_browser_and_lets_it_go_on() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.next_visitor_is("checkpoint")?;
    stage.visit("/products/lamp?from=checkpoint")?;
    stage.see("h1", "Reading lamp")?;
    assert_eq!(
        stage.url()?,
        format!("{}/products/lamp?from=checkpoint", stage.site)
    );
    for row in [
        "GET /products/lamp?from=checkpoint 429 Checkpoint",
        "POST /AtaVerifyCaptcha 200 Checkpoint step",
        "POST /AtaVerifyCaptcha 200 Checkpoint passed",
        "GET /products/lamp?from=checkpoint 200 Passed",
    ] {
        stage.console_shows(row)?;
    }
    Ok(())
}
