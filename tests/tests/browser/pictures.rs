//! The pictures of the console in the guide.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::harness::{Look, Stage};

/// The most bytes that a picture may have.
const BYTES: usize = 150_000;

/// The height of a picture: it ends between two cards of the left column.
const HEIGHT: u32 = 792;

/// Takes the pictures in any case, and writes them into the folder that `PICTURES` names
/// (`make screenshots`).
#[test]
fn pictures_of_the_console_are_small() -> Result<()> {
    let stage = Stage::open::<&str>(&[])?;
    for (kind, path) in [
        ("human", "/"),
        ("flagged", "/products/lamp"),
        ("bot", "/products/boots"),
        ("checkpoint", "/products/umbrella"),
        ("captcha", "/basket"),
    ] {
        stage.next_visitor_is(kind)?;
        stage.visit(path)?;
    }
    stage.console_shows("GET /products/umbrella 200 Passed")?;
    stage.protector_is("down")?;
    stage.next_visitor_is("human")?;
    stage.visit("/products/kettle")?;
    stage.in_console(|console| {
        console.see("#legend", "Failed open\n1")?;
        for look in Look::ALL {
            look.apply(console, HEIGHT)?;
            if look.is_narrow() {
                console.run(
                    "document.querySelector('main').scrollIntoView()",
                    Vec::new(),
                )?;
            }
            keep(&format!("lab-{}", look.name), &console.screenshot()?)?;
        }
        Ok(())
    })?;
    stage.console_tells("GET /basket 429 Captcha", "NetaceaMitigationApplied")?;
    stage.in_console(|console| {
        Look::ALL[0].apply(console, HEIGHT)?;
        keep(
            "lab-request",
            &console.screenshot_of("#exchanges > li:has([open])")?,
        )
    })
}

fn keep(name: &str, picture: &[u8]) -> Result<()> {
    assert!(picture.len() < BYTES, "{name}: {} bytes", picture.len());
    let Some(folder) = env::var_os("PICTURES") else {
        return Ok(());
    };
    let path = PathBuf::from(folder).join(format!("{name}.png"));
    fs::write(&path, picture).with_context(|| path.display().to_string())
}
