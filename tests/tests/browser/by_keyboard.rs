//! The console works without a mouse.

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::harness::{Browser, Stage};

/// Presses Tab until the focus is on the element.
fn tab_to(console: &Browser, css: &str) -> Result<()> {
    let is_there = "return document.activeElement?.matches(arguments[0]) ?? false";
    for _ in 0..60 {
        if console.run(is_there, vec![css.into()])? == true {
            return Ok(());
        }
        console.press(&Key::Tab.to_string())?;
    }
    anyhow::bail!("the Tab key does not lead to `{css}`");
}

#[test]
fn buttons_and_choices_work_by_keyboard() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/")?;
    stage.in_console(|console| {
        // The next visitor: one arrow from human to bot.
        tab_to(console, "#kind input")?;
        console.press(&Key::Down.to_string())?;
        console.see("#said", "bot")?;
        assert!(console.is_chosen("#kind input[value=bot]")?);
        // The instance freezes and thaws.
        tab_to(console, "#freeze")?;
        console.press(" ")?;
        console.see("#freeze", "Thaw")?;
        console.see("#instances", "frozen")?;
        console.press(&Key::Enter.to_string())?;
        console.see("#freeze", "Freeze")?;
        tab_to(console, "#kill")?;
        console.press(" ")?;
        console.see("#said", "gone")?;
        console.see("#instances", "0").map(drop)
    })?;
    stage.visit("/products/lamp")?;
    stage.console_shows("GET /products/lamp 429 Blocked")?;
    stage.in_console(|console| {
        console.see("#cold-starts", "2")?;
        tab_to(console, "#open-breaker")?;
        console.press(" ")?;
        console.see("#said", "breaker")?;
        // A request opens and closes.
        tab_to(console, "#exchanges summary")?;
        console.press(&Key::Enter.to_string())?;
        console.see("#exchanges .more", "Timeline")?;
        console.press(&Key::Enter.to_string())?;
        let is_closed = console.until(|| Ok(console.texts("#exchanges .more")?.is_empty()))?;
        ensure!(is_closed, "the request stays open");
        Ok(())
    })?;
    // A new session is asked about.
    stage.forget_cookies()?;
    stage.visit("/basket")?;
    stage.console_shows("GET /basket 200 Failed open")
}

#[test]
fn the_list_is_searched_held_and_emptied() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    stage.visit("/products/lamp")?;
    stage.visit("/basket")?;
    stage.console_shows("GET /basket 200 Passed")?;
    let rows = "#exchanges > li:not([hidden]) .target";
    stage.in_console(|console| {
        tab_to(console, "#find")?;
        console.type_into("#find", "LAMP")?;
        let found = console.texts(rows)?;
        ensure!(
            found == ["GET /products/lamp"],
            "the search finds {found:?}"
        );
        console.clear("#find")?;
        tab_to(console, "#pause")?;
        console.press(" ").map(drop)
    })?;
    stage.visit("/products/boots")?;
    stage.in_console(|console| {
        console.see("#shown", "more since the pause")?;
        let held = console.texts(rows)?;
        let is_held = held.iter().all(|row| !row.contains("boots"));
        ensure!(is_held, "the list went on: {held:?}");
        console.press(" ")?;
        console.see(rows, "GET /products/boots")?;
        tab_to(console, "#clear")?;
        console.press(" ")?;
        let is_empty = console.until(|| Ok(console.texts(rows)?.is_empty()))?;
        ensure!(is_empty, "the list is not empty");
        Ok(())
    })
}
