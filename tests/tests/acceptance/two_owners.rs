//! One state replaces the whole distribution, another manages slots in it: neither loses anything
//! to the other.

use acceptance::aws::Snapshot;
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION, PROTECTED};

/// The owner's change of round `round`: a property of the distribution, and one of a behavior of
/// ours.
fn owners_edit(xml: &str, round: usize) -> Result<String> {
    let start = xml.find("<Comment>").context("a comment")?;
    let end = xml.find("</Comment>").context("its end")?;
    let mut edited = xml.to_owned();
    edited.replace_range(start..end, &format!("<Comment>round {round} &amp; on"));
    let (on, off) = ("<Compress>true</Compress>", "<Compress>false</Compress>");
    Ok(if round.is_multiple_of(2) {
        edited.replacen(on, off, 1)
    } else {
        edited.replacen(off, on, 1)
    })
}

#[test]
fn ten_alternating_applies_lose_no_byte_and_report_what_was_really_overwritten() -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let original = distribution.configuration()?;
    let slots = estate.example(EXAMPLE)?;
    slots.apply()?;
    // A third state publishes a function and touches no distribution.
    let emit = estate.example_without("existing-estate", &["distribution.tf"])?;
    emit.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  name = \"netacea-emit\"\n}\n",
    )?;
    emit.apply()?;

    for round in 1..=10 {
        // The owner's tool sends its whole planned configuration. In every other round that is one
        // which never heard of our associations; else it has read them and ignores their changes.
        let overwrites = round % 2 == 1;
        let planned = if overwrites {
            owners_edit(&original.xml, round)?
        } else {
            owners_edit(&distribution.configuration()?.xml, round)?
        };
        distribution.edit(|_| Ok(planned.clone()))?;

        let plan = slots.plan(&[])?;
        let said = plan.outcome.text.contains("Warning:");
        if overwrites {
            ensure!(
                said && plan.outcome.code == 2,
                "round {round}: {}",
                plan.outcome.text
            );
            let change = plan.change(ADDRESS)?;
            ensure!(change["before"]["slots"] == json!({}), "{change:#}");
            ensure!(
                change["after"]["slots"]
                    .as_object()
                    .is_some_and(|slots| slots.len() == 9)
            );
            plan.outcome.says(&["default viewer-request"])?;
            plan.outcome.warns(
                Summary::DriftedSlots,
                &[
                    "behavior \"default\", event viewer-request: no function",
                    "removed outside Terraform",
                ],
            )?;
        } else {
            ensure!(
                !said && plan.outcome.code == 0,
                "round {round}: {}",
                plan.outcome.text
            );
        }
        slots.apply()?;

        let now = distribution.configuration()?;
        let owners = Snapshot {
            xml: planned,
            etag: String::new(),
        };
        ensure!(
            now.without_associations(&PROTECTED)? == owners.without_associations(&PROTECTED)?,
            "round {round}: something of the owner's got lost"
        );
        ensure!(now.xml.matches(&format!(":{FUNCTION}:1<")).count() == 9);
        emit.plan(&[])?.outcome.code(0)?;
    }

    slots.destroy()?;
    let left = distribution.configuration()?;
    // Round 9 began from the owner's own text, round 10 from what it left.
    let owners = owners_edit(&owners_edit(&original.xml, 9)?, 10)?;
    ensure!(left.xml == owners, "destroy left a mark:\n{}", left.xml);
    Ok(())
}
