//! Colleagues edit the distribution while terraform applies: their edits stay, ours arrives, and
//! one version is published.
//!
//! The write loop alone runs through thousands of random orders in the provider's own tests; here
//! are the whole ways, one by one.

use std::time::Duration;

use acceptance::aws::{Moment, Operation, Snapshot};
use acceptance::edge::{DistributionConfiguration, EventType};
use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::terraform::Summary;
use anyhow::{Context, Result, ensure};
use fastrand::Rng;

const EXAMPLE: &str = "manage-foreign-distribution";
const FUNCTION: &str = "netacea-shop";
const BEHAVIOR: &str = "/checkout/*";
const STRANGER: &str = "arn:aws:lambda:us-east-1:000000000000:function:colleague:4";

/// How many slots the example takes.
const SLOTS: usize = 9;

/// What the colleague does while our call is held.
#[derive(Clone, Copy, Debug)]
enum ColleagueEdit {
    /// A property of the distribution.
    Comment,
    /// Another event of a behavior of ours.
    Neighbor,
    /// A slot that we want is taken.
    Occupy,
    /// A behavior of ours loses its associations.
    Empty,
    /// The whole document is sent again as it was before us, with another comment.
    Replace,
}

#[test]
fn whatever_a_colleague_does_during_an_apply_stays_and_one_version_is_published() -> Result<()> {
    let effort = Effort::wanted()?;
    let moments = [
        (Operation::PublishVersion, Moment::After),
        (Operation::UpdateDistribution, Moment::Before),
        (Operation::UpdateDistribution, Moment::After),
    ];
    let edits = [
        ColleagueEdit::Comment,
        ColleagueEdit::Neighbor,
        ColleagueEdit::Occupy,
        ColleagueEdit::Empty,
        ColleagueEdit::Replace,
    ];
    let all: Vec<_> = moments
        .into_iter()
        .flat_map(|moment| edits.map(|edit| (moment, edit)))
        .collect();
    let chosen = Rng::with_seed(effort.seed).choose_multiple(&all, effort.of(2, all.len()));
    for ((operation, moment), edit) in &chosen {
        race(*operation, *moment, *edit)
            .with_context(|| format!("{edit:?} while {operation:?} is held {moment:?}"))?;
    }
    effort.report("races.end_to_end", chosen.len(), "applies");
    Ok(())
}

fn race(operation: Operation, moment: Moment, edit: ColleagueEdit) -> Result<()> {
    let estate = Estate::build()?;
    let distribution = &estate.site.distribution;
    let terraform = estate.example(EXAMPLE)?;
    let before = distribution.configuration()?;
    let first = {
        let hold = estate.proxy.hold(operation, moment);
        let running = terraform.start(&["apply", "-input=false", "-auto-approve"])?;
        hold.reached(Duration::from_secs(120))?;
        distribution.edit(|now| edit.make(now, &before))?;
        drop(hold);
        running.wait()?
    };
    let mut now = distribution.configuration()?;
    ensure!(edit.is_in(&now)?, "the edit is lost:\n{}", first.text);
    let refused = first.code != 0;
    if let ColleagueEdit::Occupy = edit {
        let again = terraform.run(&["apply", "-input=false", "-auto-approve"])?;
        ensure!(refused || again.code != 0, "nobody speaks of the conflict");
        let said = if refused { &first } else { &again };
        said.errs(Summary::SlotHeld, &["/checkout/* viewer-request", STRANGER])?;
        now = distribution.configuration()?;
        ensure!(edit.is_in(&now)?, "the edit is lost:\n{}", again.text);
        // The two talk to each other, and the colleague leaves.
        distribution.edit(|now| associate(now, EventType::ViewerRequest, None))?;
    } else {
        ensure!(!refused, "{}", first.text);
    }

    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let end = distribution.configuration()?;
    ensure!(
        matches!(edit, ColleagueEdit::Occupy) || edit.is_in(&end)?,
        "the edit is lost in the end"
    );
    let held = end.xml.matches(&format!(":{FUNCTION}:1<")).count();
    ensure!(held == SLOTS, "{held} slots:\n{}", end.xml);
    let versions = estate.emulator.functions().versions(FUNCTION)?;
    ensure!(versions == [1], "published: {versions:?}");
    let publications = estate.proxy.writes();
    let publications = publications
        .iter()
        .filter(|write| **write == Operation::PublishVersion);
    // After a create that was refused, Terraform makes the resource again.
    ensure!(
        refused || publications.count() == 1,
        "published more than once"
    );

    terraform.destroy()?;
    let left = distribution.configuration()?;
    ensure!(!left.xml.contains(FUNCTION), "destroy left a mark");
    ensure!(
        matches!(edit, ColleagueEdit::Occupy) || edit.is_in(&left)?,
        "the edit is lost with the destroy"
    );
    Ok(())
}

impl ColleagueEdit {
    fn make(self, now: &Snapshot, before: &Snapshot) -> Result<String> {
        match self {
            ColleagueEdit::Comment => Ok(commented(now)),
            ColleagueEdit::Replace => Ok(commented(before)),
            ColleagueEdit::Neighbor => associate(now, EventType::OriginRequest, Some(STRANGER)),
            ColleagueEdit::Occupy => associate(now, EventType::ViewerRequest, Some(STRANGER)),
            ColleagueEdit::Empty => now.with_associations(
                BEHAVIOR,
                "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
            ),
        }
    }

    /// Whether it can be seen in the configuration. Emptied slots are ours again once we have
    /// healed them.
    fn is_in(self, now: &Snapshot) -> Result<bool> {
        let holds = |event| -> Result<bool> {
            let configuration = DistributionConfiguration::parse(&now.xml)?;
            let held = configuration.behavior(BEHAVIOR)?.association(event);
            Ok(held.is_some_and(|held| held.lambda_arn == STRANGER))
        };
        match self {
            ColleagueEdit::Comment | ColleagueEdit::Replace => {
                Ok(now.xml.contains("<Comment>edited meanwhile"))
            }
            ColleagueEdit::Neighbor => holds(EventType::OriginRequest),
            ColleagueEdit::Occupy => holds(EventType::ViewerRequest),
            ColleagueEdit::Empty => Ok(true),
        }
    }
}

fn commented(snapshot: &Snapshot) -> String {
    snapshot
        .xml
        .replacen("<Comment>", "<Comment>edited meanwhile: ", 1)
}

/// The document with another holder of a slot, or none, and the other slots as they are.
fn associate(now: &Snapshot, event: EventType, arn: Option<&str>) -> Result<String> {
    let configuration = DistributionConfiguration::parse(&now.xml)?;
    let behavior = configuration.behavior(BEHAVIOR)?;
    let kept = EventType::ALL
        .into_iter()
        .filter(|kept| *kept != event)
        .filter_map(|kept| Some((kept, behavior.association(kept)?.lambda_arn.as_str())));
    let held: Vec<_> = kept.chain(arn.map(|arn| (event, arn))).collect();
    let entries: String = held
        .iter()
        .map(|(event, arn)| {
            format!(
                "<LambdaFunctionAssociation><LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType>\
                 <IncludeBody>false</IncludeBody></LambdaFunctionAssociation>"
            )
        })
        .collect();
    let count = held.len();
    now.with_associations(
        BEHAVIOR,
        &format!(
            "<LambdaFunctionAssociations><Quantity>{count}</Quantity><Items>{entries}</Items></LambdaFunctionAssociations>"
        ),
    )
}
