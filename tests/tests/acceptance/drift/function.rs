//! What others do to the function.

use acceptance::aws::Functions;
use acceptance::estate::Estate;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// An attribute, as a JSON pointer, and what it is.
type Shown = (&'static str, fn() -> Value);

/// Something that somebody does to the function, and how the next plan shows it.
struct FunctionEdit {
    what: &'static str,
    act: fn(&Functions) -> Result<()>,
    /// Attributes as found: in `before`.
    found: &'static [Shown],
    /// Attributes that will be set right: in `after`.
    wanted: &'static [Shown],
    /// Attributes that only a publication can tell.
    unknown: &'static [&'static str],
    says: &'static [&'static str],
}

const EDITS: [FunctionEdit; 7] = [
    FunctionEdit {
        what: "the code of $LATEST is edited",
        act: |functions| {
            functions.replace_code(FUNCTION, "export const handler = 1;", false)?;
            Ok(())
        },
        found: &[("/version", || json!("1"))],
        wanted: &[],
        unknown: &["version", "qualified_arn"],
        says: &["code of $LATEST differs from that of version 1"],
    },
    FunctionEdit {
        what: "other code is published",
        act: |functions| {
            functions.replace_code(FUNCTION, "export const handler = 1;", true)?;
            Ok(())
        },
        found: &[],
        wanted: &[],
        unknown: &["version", "qualified_arn"],
        says: &["code of $LATEST differs from that of version 1"],
    },
    FunctionEdit {
        what: "the configuration is changed",
        act: |functions| functions.configure(FUNCTION, &json!({ "MemorySize": 256, "Timeout": 9 })),
        found: &[("/memory_size", || json!(256)), ("/timeout", || json!(9))],
        wanted: &[("/memory_size", || json!(128)), ("/timeout", || json!(5))],
        unknown: &["version"],
        says: &[
            "memory_size of $LATEST is 256; it is 128 in version 1",
            "timeout of $LATEST is 9",
        ],
    },
    FunctionEdit {
        what: "the configuration gets what Lambda@Edge forbids",
        act: |functions| {
            let environment = json!({ "Variables": { "TOKEN": "canary" } });
            functions.configure(FUNCTION, &json!({ "Environment": environment }))
        },
        found: &[("/version", || json!("1"))],
        wanted: &[],
        unknown: &["version"],
        says: &["$LATEST has environment variables (TOKEN), which Lambda@Edge does not allow"],
    },
    FunctionEdit {
        what: "the role is changed",
        act: |functions| {
            let role = "arn:aws:iam::000000000000:role/somebody";
            functions.configure(FUNCTION, &json!({ "Role": role }))
        },
        found: &[("/role_arn", || {
            json!("arn:aws:iam::000000000000:role/somebody")
        })],
        wanted: &[("/role_arn", || {
            json!("arn:aws:iam::000000000000:role/netacea-edge")
        })],
        unknown: &["version"],
        says: &["role_arn of $LATEST is arn:aws:iam::000000000000:role/somebody"],
    },
    FunctionEdit {
        what: "tags are changed",
        act: |functions| {
            let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}");
            functions.tag(&arn, &json!({ "team": "ops", "extra": "1" }))
        },
        found: &[("/tags", || json!({ "team": "ops", "extra": "1" }))],
        wanted: &[
            ("/tags", || json!({ "team": "web" })),
            ("/tags_all", || json!({ "team": "web" })),
            ("/version", || json!("1")),
        ],
        unknown: &[],
        says: &["team is \"ops\", not \"web\"", "extra was added"],
    },
    FunctionEdit {
        what: "the published version is deleted",
        act: |functions| functions.delete(FUNCTION, Some("1")),
        found: &[("/version", || Value::Null)],
        wanted: &[],
        unknown: &["version", "qualified_arn"],
        says: &["version 1 was deleted"],
    },
];

#[test]
fn every_edit_of_the_function_is_an_attribute_change_told_in_words_and_healed() -> Result<()> {
    for edit in EDITS {
        shown_and_healed(&edit).context(edit.what)?;
    }
    Ok(())
}

fn shown_and_healed(edit: &FunctionEdit) -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    (edit.act)(&estate.emulator.functions())?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    ensure!(change["actions"] == json!(["update"]), "{change:#}");
    for (side, attributes) in [("before", edit.found), ("after", edit.wanted)] {
        for (pointer, value) in attributes {
            let shown = change[side].pointer(pointer);
            ensure!(shown == Some(&value()), "{side} {pointer}: {shown:?}");
        }
    }
    for attribute in edit.unknown {
        let unknown = &change["after_unknown"][attribute];
        ensure!(*unknown == true, "{attribute} is not unknown: {change:#}");
    }
    plan.outcome.says(&["Warning:"])?;
    plan.outcome.says(edit.says)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_function_that_is_gone_from_live_slots_is_made_again() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let functions = estate.emulator.functions();
    functions.delete(FUNCTION, None)?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["before"]["qualified_arn"], Value::Null);
    assert_eq!(change["after_unknown"]["qualified_arn"], true);
    plan.outcome.says(&[
        "Warning:",
        "Function netacea-shop no longer exists",
        "default viewer-request",
        "Visitors get errors",
    ])?;
    terraform.apply()?;
    let tags = functions.tags(FUNCTION)?;
    assert_eq!(
        (&tags["netacea:lifecycle"], &tags["team"]),
        (&"ready".into(), &"web".into())
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_destroy_empties_the_slots_of_a_function_that_is_gone() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    estate.emulator.functions().delete(FUNCTION, None)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}
