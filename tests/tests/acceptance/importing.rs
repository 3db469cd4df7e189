//! What runs can be taken under management without replacing it.

use acceptance::estate::Estate;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn an_import_finds_what_is_live_and_the_next_apply_settles() -> Result<()> {
    let estate = Estate::build()?;
    let maker = estate.example(EXAMPLE)?;
    maker.apply()?;
    let made = maker.resource(ADDRESS)?;
    let before = estate.site.distribution.configuration()?;

    let taker = estate.example(EXAMPLE)?;
    let id = format!("{FUNCTION},{}", estate.site.distribution.id());
    estate.proxy.forget();
    taker
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    assert_eq!(estate.proxy.writes(), [], "an import only reads");
    let found = taker.resource(ADDRESS)?;
    for attribute in [
        "id",
        "function_arn",
        "qualified_arn",
        "version",
        "code_sha256",
        "settings",
        "slots",
        "role_arn",
        "runtime",
    ] {
        assert_eq!(found[attribute], made[attribute], "{attribute}");
    }
    assert_eq!(estate.site.distribution.configuration()?, before);

    // State cannot know the secrets, so their version is new to it; nothing is replaced for that.
    let plan = taker.plan(&[])?;
    let actions = &plan.change(ADDRESS)?["actions"];
    assert!(
        matches!(actions[0].as_str(), Some("no-op" | "update")),
        "{actions}"
    );
    taker.apply()?;
    taker.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_function_that_is_not_there_cannot_be_imported() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let outcome = terraform
        .run(&["import", "-input=false", ADDRESS, "no-such-function"])?
        .code(1)?;
    outcome.says(&["Error:", "no-such-function"])
}
