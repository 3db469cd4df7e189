//! People can read and use the console in every color scheme, on every screen, and with a screen
//! reader.

use anyhow::Result;

use crate::harness::{Look, Stage};

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
