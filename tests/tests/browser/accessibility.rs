//! People can read and use the console and the pages of visitors in every color scheme, on every
//! screen, and with a screen reader.

use anyhow::Result;

use crate::harness::{Browser, Look, Stage};

/// The height of a usual screen.
const HEIGHT: u32 = 900;

#[test]
fn the_console_is_whole_and_accessible_in_every_look() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/")?;
    stage.next_visitor_is("bot")?;
    stage.visit("/products/lamp")?;
    stage.console_tells("GET /products/lamp 429 Blocked", "Log entry")?;
    stage.in_console(|console| {
        console.run(
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
            Vec::new(),
        )?;
        for look in Look::ALL {
            look.apply(console, HEIGHT)?;
            let cut_off = Look::cut_off(console)?;
            assert!(
                cut_off.is_empty(),
                "cut off in {look:?}:\n{}",
                cut_off.join("\n")
            );
            let wrong = Look::inaccessible(console)?;
            assert!(
                wrong.is_empty(),
                "axe-core, {look:?}:\n{}",
                wrong.join("\n")
            );
        }
        Ok(())
    })
}

#[test]
fn the_shop_and_the_captchas_are_whole_and_accessible_on_wide_and_narrow_screens() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    for path in ["/", "/products/lamp", "/stock", "/basket", "/nowhere"] {
        stage.visit(path)?;
        stage.see("footer", "demo shop")?;
        is_whole_and_accessible(&stage, path)?;
    }
    for form in ["recaptcha", "hcaptcha", "custom"] {
        stage.captcha_looks_like(form)?;
        stage.next_visitor_is("human")?;
        stage.next_visitor_is("captcha")?;
        stage.visit("/")?;
        stage.find("form[data-field]")?;
        // What only shows up once the box is ticked.
        stage.run("document.querySelector('#anchor')?.click()", Vec::new())?;
        is_whole_and_accessible(&stage, form)?;
    }
    Ok(())
}

/// Fails with the name of the page. Visitors' pages have one color scheme.
fn is_whole_and_accessible(page: &Browser, name: &str) -> Result<()> {
    for look in Look::ALL.into_iter().filter(|look| !look.is_dark()) {
        look.apply(page, HEIGHT)?;
        let cut_off = Look::cut_off(page)?;
        assert!(
            cut_off.is_empty(),
            "{name}, cut off in {look:?}:\n{}",
            cut_off.join("\n")
        );
        let wrong = Look::inaccessible(page)?;
        assert!(
            wrong.is_empty(),
            "{name}, axe-core, {look:?}:\n{}",
            wrong.join("\n")
        );
    }
    Ok(())
}
