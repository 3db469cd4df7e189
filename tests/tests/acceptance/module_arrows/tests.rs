//! The reader of arrows on small trees: a circle, an arrow that runs back up, and a clean one.

use anyhow::Result;

use super::graph::{Arrow, Floors, circles};
use super::tree::{Sources, Tree};
use super::{host, resolve};

fn sources(files: &[(&str, &str)]) -> Sources {
    let owned = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
    files.iter().map(owned).collect()
}

fn arrows(files: &[(&str, &str)]) -> Result<Vec<Arrow>> {
    let sources = sources(files);
    Ok(resolve::arrows(&Tree::parse("lib.rs", &sources)?))
}

fn words(arrows: &[Arrow]) -> Vec<String> {
    arrows.iter().map(ToString::to_string).collect()
}

#[test]
fn a_circle_names_both_files_and_the_line() -> Result<()> {
    let arrows = arrows(&[
        ("lib.rs", "mod door;\nmod hinge;\nmod wall;"),
        (
            "door.rs",
            "use crate::hinge::Hinge;\npub struct Door(Hinge);",
        ),
        (
            "hinge.rs",
            "pub struct Hinge;\n\nfn opens() {\n    crate::door::Door;\n}",
        ),
        ("wall.rs", "use super::door::Door;\nstruct Wall(Door);"),
    ])?;
    let circles: Vec<Arrow> = circles(&arrows).into_iter().cloned().collect();
    assert_eq!(
        words(&circles),
        [
            "door.rs:1 uses `crate::hinge::Hinge` of hinge.rs",
            "hinge.rs:4 uses `crate::door::Door` of door.rs"
        ]
    );
    Ok(())
}

#[test]
fn an_item_is_found_behind_reexports_renames_and_globs() -> Result<()> {
    let arrows = arrows(&[
        ("lib.rs", "mod house;\npub use house::*;\nmod guest;"),
        (
            "house.rs",
            "mod room;\npub(crate) use room::Room as Chamber;",
        ),
        ("house/room.rs", "pub struct Room;"),
        ("guest.rs", "use crate::Chamber;\nfn sleeps(_: Chamber) {}"),
    ])?;
    assert_eq!(
        words(&arrows),
        ["guest.rs:1 uses `crate::Chamber` of house/room.rs"]
    );
    Ok(())
}

#[test]
fn a_parent_that_only_declares_and_reexports_is_no_part_of_a_circle() -> Result<()> {
    let only_a_door = arrows(&[
        ("lib.rs", "mod house;"),
        (
            "house.rs",
            "mod cellar;\nmod roof;\npub use roof::Roof;\npub use cellar::Cellar;",
        ),
        (
            "house/roof.rs",
            "use super::Cellar;\npub struct Roof(Cellar);",
        ),
        ("house/cellar.rs", "pub struct Cellar;"),
    ])?;
    assert!(circles(&only_a_door).is_empty(), "{only_a_door:?}");
    let more = arrows(&[
        ("lib.rs", "mod house;"),
        (
            "house.rs",
            "mod roof;\npub use roof::Roof;\npub const STOREYS: u8 = 2;\nfn has(_: Roof) {}",
        ),
        (
            "house/roof.rs",
            "pub struct Roof([u8; super::STOREYS as usize]);",
        ),
    ])?;
    assert_eq!(circles(&more).len(), 2, "{more:?}");
    Ok(())
}

#[test]
fn test_code_and_inline_modules_of_the_same_file_draw_no_arrow() -> Result<()> {
    let arrows = arrows(&[
        ("lib.rs", "mod door;\nmod hinge;"),
        (
            "door.rs",
            "use crate::hinge::Hinge;\npub struct Door(Hinge);",
        ),
        (
            "hinge.rs",
            "pub struct Hinge;\nmod pin { use super::Hinge; struct Pin(Hinge); }\n\
             #[cfg(test)]\nmod tests { use crate::door::Door; fn test(_: Door) {} }",
        ),
    ])?;
    assert_eq!(
        words(&arrows),
        ["door.rs:1 uses `crate::hinge::Hinge` of hinge.rs"]
    );
    Ok(())
}

#[test]
fn paths_within_macro_calls_and_what_macros_define_are_seen() -> Result<()> {
    let arrows = arrows(&[
        ("lib.rs", "mod door;\nmod made;"),
        (
            "door.rs",
            "fn says() {\n    println!(\"{}\", crate::made::Made::NAME);\n}",
        ),
        ("made.rs", "define! { Made }"),
    ])?;
    assert_eq!(
        words(&arrows),
        ["door.rs:2 uses `crate::made::Made::NAME` of made.rs"]
    );
    Ok(())
}

#[test]
fn what_a_parent_takes_from_another_crate_is_not_the_parents() -> Result<()> {
    let arrows = arrows(&[
        (
            "lib.rs",
            "pub use bricks as walls;\nuse bricks::Brick;\nmod door;",
        ),
        (
            "door.rs",
            "use crate::walls::Wall;\nstruct Door(Wall, super::Brick);",
        ),
    ])?;
    assert_eq!(words(&arrows), Vec::<String>::new());
    Ok(())
}

#[test]
fn an_arrow_that_runs_up_or_sideways_is_named() -> Result<()> {
    let files = [
        (
            "lib.rs",
            "mod attic;\nmod cellar;\nmod kitchen;\nmod parlor;",
        ),
        (
            "attic.rs",
            "use crate::kitchen::Table;\nfn holds(_: Table) {}",
        ),
        (
            "kitchen.rs",
            "use crate::cellar::Wine;\npub struct Table(Wine);",
        ),
        (
            "parlor.rs",
            "use crate::kitchen::Table;\nfn lays(_: Table) {}",
        ),
        ("cellar.rs", "pub struct Wine;"),
    ];
    let arrows = arrows(&files)?;
    let files = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    let violations = |floors| Floors { within: "", floors }.violations(&files, &arrows);
    let clean: &[&[&str]] = &[&["lib"], &["attic", "parlor"], &["kitchen"], &["cellar"]];
    assert_eq!(violations(clean), Vec::<String>::new());
    let up: &[&[&str]] = &[&["lib"], &["attic", "parlor"], &["cellar"], &["kitchen"]];
    assert_eq!(
        violations(up),
        ["kitchen.rs:1 uses `crate::cellar::Wine` of cellar.rs: `kitchen` is not above `cellar`"]
    );
    let sideways: &[&[&str]] = &[&["lib"], &["attic"], &["kitchen", "parlor"], &["cellar"]];
    assert_eq!(
        violations(sideways),
        ["parlor.rs:1 uses `crate::kitchen::Table` of kitchen.rs: `parlor` is not above `kitchen`"]
    );
    let forgotten: &[&[&str]] = &[&["lib"], &["attic", "parlor"], &["kitchen"], &["crypt"]];
    assert_eq!(
        violations(forgotten),
        ["`cellar` in `` has no floor", "there is no `crypt` in ``"]
    );
    Ok(())
}

#[test]
fn an_import_in_the_host_is_an_arrow_for_values_and_types() {
    let arrows = host::arrows(&sources(&[
        (
            "core.mjs",
            "/** @typedef {import('./https.mjs').Call} Call */\n",
        ),
        (
            "https.mjs",
            "import {\n  a,\n} from './core.mjs';\nimport https from 'node:https';\n",
        ),
    ]));
    assert_eq!(
        words(&arrows),
        [
            "core.mjs:1 uses `./https.mjs` of https.mjs",
            "https.mjs:3 uses `./core.mjs` of core.mjs"
        ]
    );
    assert_eq!(circles(&arrows).len(), 2);
}
