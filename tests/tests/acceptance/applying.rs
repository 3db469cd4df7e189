//! An apply changes our slots and nothing else; the next plan is empty, here and on another
//! machine.

use acceptance::edge::{DistributionConfiguration, EventType};
use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::WorkingDirectory;
use anyhow::Result;

use crate::{ADDRESS, EXAMPLE, FUNCTION, PROTECTED};

#[test]
fn only_the_associations_of_the_chosen_behaviors_change() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    estate.example(EXAMPLE)?.apply()?;
    let after = estate.site.distribution.configuration()?;
    assert_eq!(
        before.without_associations(&PROTECTED)?,
        after.without_associations(&PROTECTED)?
    );

    let configuration = DistributionConfiguration::parse(&after.xml)?;
    for name in PROTECTED {
        let behavior = configuration.behavior(name)?;
        for event in [
            EventType::ViewerRequest,
            EventType::ViewerResponse,
            EventType::OriginResponse,
        ] {
            let association = behavior
                .association(event)
                .unwrap_or_else(|| panic!("{name} {event} is empty"));
            assert!(
                association.lambda_arn.ends_with(&format!(":{FUNCTION}:1")),
                "{name}: {association:?}"
            );
            assert_eq!(
                association.include_body,
                event == EventType::ViewerRequest,
                "{name}: {association:?}"
            );
        }
    }
    let stranger = configuration
        .behavior("default")?
        .association(EventType::OriginRequest);
    assert_eq!(
        stranger.map(|association| association.lambda_arn.clone()),
        Some(estate.site.legacy_function.clone())
    );
    Ok(())
}

#[test]
fn a_plan_after_apply_is_empty_here_and_in_a_fresh_directory() -> Result<()> {
    let estate = Estate::build()?;
    let here = estate.example(EXAMPLE)?;
    here.apply()?;
    estate.proxy.forget();
    here.plan(&[])?.outcome.code(0)?;

    let elsewhere = estate.example(EXAMPLE)?;
    elsewhere.take_over(&here)?;
    elsewhere.plan(&[])?.outcome.code(0)?;
    elsewhere.apply()?;
    assert_eq!(
        estate.proxy.writes(),
        [],
        "nothing changed, so nothing is written"
    );
    Ok(())
}

#[test]
fn progress_is_in_the_log_at_info_level() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    let log = terraform.path().join("provider.log");
    terraform.set("TF_LOG_PROVIDER", "INFO");
    terraform.set("TF_LOG_PATH", &log.to_string_lossy());
    terraform.apply()?;
    let log = std::fs::read_to_string(log)?;
    let told = [
        "a version will be published",
        "distribution updated",
        estate.site.distribution.id(),
    ];
    for part in told {
        let line = log.lines().find(|line| line.contains(part));
        assert!(
            line.is_some_and(|line| line.contains("[INFO]")),
            "{part}:\n{log}"
        );
    }
    Ok(())
}

#[test]
fn the_state_says_what_is_live() -> Result<()> {
    let estate = Estate::build()?;
    let terraform: WorkingDirectory = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let state = terraform.resource(ADDRESS)?;
    let arn = state["qualified_arn"].as_str().unwrap_or_default();
    assert_eq!(state["id"], FUNCTION);
    assert_eq!(state["version"], "1");
    assert_eq!(
        arn,
        format!("{}:1", state["function_arn"].as_str().unwrap_or_default())
    );
    assert_eq!(
        state["code_sha256"],
        estate.emulator.functions().package(arn)?.configuration["CodeSha256"]
    );
    assert_eq!(
        state["slots"].as_object().map(serde_json::Map::len),
        Some(9),
        "{}",
        state["slots"]
    );
    assert_eq!(
        state["slots"]["/checkout/* viewer-request"]["lambda_arn"],
        arn
    );
    assert_eq!(
        state["slots"]["/checkout/* viewer-request"]["include_body"],
        true
    );

    let tags = estate.emulator.functions().tags(FUNCTION)?;
    assert_eq!(tags["netacea:managed-by"], "terraform-provider-netacea");
    assert_eq!(
        (&tags["netacea:lifecycle"], &tags["team"]),
        (&"ready".into(), &"web".into())
    );
    let mut names = estate.emulator.functions().names()?;
    names.sort();
    assert_eq!(names, [LEGACY_FUNCTION, FUNCTION]);
    Ok(())
}
