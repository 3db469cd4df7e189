//! Changes whose update CloudFront refuses, or whose answer is lost.
//!
//! Functions to put back: the change waits while a refusal is temporary, and gives up a function
//! only if a refusal names it. Displaced functions: they are recorded as long as the update may
//! have been carried out, and no longer.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::cloudfront::{ID, Refusal, World};
use super::edit::STRANGER;
use super::mandate;
use super::race::Stage;
use super::view::View;
use crate::aws::distribution::{Applied, Unrestored};
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::ownership::{Displaced, Lifecycle};
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::property_tests::generated::OURS;
use crate::aws::splice::{Change, Handover, Originals, Restore, Wish};
use crate::aws::tags::Tags;

const REFUSED: &str = "InvalidLambdaFunctionAssociation";
const LIMIT: Duration = Duration::from_secs(600);

fn association(arn: &str, event: EventType) -> String {
    format!(
        "<LambdaFunctionAssociation><LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType>\
         <IncludeBody>false</IncludeBody></LambdaFunctionAssociation>"
    )
}

/// The function stands in both viewer slots of the default behavior.
fn document(arn: &str) -> String {
    with_associations(&associations(arn))
}

fn associations(arn: &str) -> String {
    let held = [EventType::ViewerRequest, EventType::ViewerResponse]
        .map(|event| association(arn, event))
        .concat();
    format!("<Quantity>2</Quantity><Items>{held}</Items>")
}

fn with_associations(list: &str) -> String {
    format!(
        "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
         <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><LambdaFunctionAssociations>{list}\
         </LambdaFunctionAssociations><FunctionAssociations><Quantity>0</Quantity></FunctionAssociations></DefaultCacheBehavior>\
         <CacheBehaviors><Quantity>0</Quantity><Items></Items></CacheBehaviors><Enabled>true</Enabled></DistributionConfig>"
    )
}

/// We leave both slots; version 1 of a stranger comes back into one, version 12 into the other.
fn leave() -> Change {
    let wish = |version: &str| Wish::Leave {
        restore: Some(Restore::from(Association {
            lambda_arn: format!("{STRANGER}:{version}"),
            include_body: false,
        })),
    };
    Change {
        function: OURS.parse().unwrap(),
        predecessor: None,
        foreseen: None,
        staging: Some(false),
        handover: Handover::default(),
        slots: [
            (EventType::ViewerRequest, wish("1")),
            (EventType::ViewerResponse, wish("12")),
        ]
        .map(|(event, wish)| (Slot::new("default", event), wish))
        .into(),
        originals: Originals::default(),
    }
}

/// We take both slots from whoever holds them.
fn adopt() -> Change {
    let wish = Wish::Hold {
        association: Association {
            lambda_arn: format!("{OURS}:7"),
            include_body: false,
        },
        adopt_existing: true,
    };
    Change {
        slots: [EventType::ViewerRequest, EventType::ViewerResponse]
            .map(|event| (Slot::new("default", event), wish.clone()))
            .into(),
        ..leave()
    }
}

/// What is there after `change` was refused like this, one refusal for each update.
struct Observed {
    applied: Result<Applied, Error>,
    /// The ARNs in the slots.
    held: Vec<String>,
    puts: usize,
    /// What our function's tags record as displaced.
    recorded: BTreeMap<Slot, Association>,
}

async fn apply(change: Change, refusals: impl IntoIterator<Item = Refusal>) -> Observed {
    apply_within(LIMIT, change, refusals).await
}

async fn apply_within(
    limit: Duration,
    change: Change,
    refusals: impl IntoIterator<Item = Refusal>,
) -> Observed {
    let text = document(&format!("{OURS}:7"));
    apply_to(text, limit, change, |world| {
        world.refusals = refusals.into_iter().collect();
    })
    .await
}

/// The same, but a stranger holds the slots.
async fn apply_adopting(prepare: impl FnOnce(&mut World)) -> Observed {
    let text = document(&format!("{STRANGER}:1"));
    apply_to(text, LIMIT, adopt(), prepare).await
}

async fn apply_to(
    text: String,
    limit: Duration,
    change: Change,
    prepare: impl FnOnce(&mut World),
) -> Observed {
    let stage = Stage::build().await;
    {
        let mut world = stage.world.lock().unwrap();
        *world = World::new(text, Vec::new());
        prepare(&mut world);
        world.writers[0].judge.begin(&change);
    }
    let deadline = Deadline::after(limit, CancellationToken::new());
    let distributions = stage.sessions[0].distributions();
    let applied = distributions
        .apply(ID, &change, &mandate(), &deadline)
        .await;
    let world = stage.world.lock().unwrap();
    assert_eq!(world.wrong, None);
    let slots = View::of(world.text.as_deref().unwrap()).slots();
    let tags = world.tags.get("netacea-shop").cloned().unwrap_or_default();
    Observed {
        recorded: Displaced::recall(&tags, ID, change.slots.keys()).associations,
        applied,
        held: slots.into_values().map(|held| held.arn).collect(),
        puts: world.writers[0].puts,
    }
}

fn refused(message: impl Into<String>) -> Refusal {
    Refusal {
        status: 400,
        code: REFUSED,
        message: message.into(),
    }
}

fn pending(arn: &str) -> Refusal {
    refused(format!(
        "The function must be in an Active state. The current state for function {arn} is Pending"
    ))
}

#[tokio::test(start_paused = true)]
async fn a_function_that_is_pending_is_waited_for_and_put_back() {
    let arn = format!("{STRANGER}:1");
    let observed = apply(leave(), [pending(&arn), pending(&arn)]).await;
    let applied = observed.applied.unwrap();
    assert!(applied.unrestored.is_empty(), "{:?}", applied.unrestored);
    assert_eq!(observed.held, [arn, format!("{STRANGER}:12")]);
    assert_eq!(observed.puts, 3);
}

/// Whatever the apply is doing when its time is over: with some of these limits it is an update.
#[tokio::test(start_paused = true)]
async fn a_function_that_stays_pending_is_reported_in_awss_words() {
    let arn = format!("{STRANGER}:1");
    for tenths in 0..60 {
        let limit = Duration::from_millis(20_000 + 100 * tenths);
        let observed = apply_within(limit, leave(), vec![pending(&arn); 100]).await;
        let error = observed.applied.unwrap_err();
        assert!(error.says(REFUSED, "is Pending"), "{limit:?}: {error}");
        assert_eq!(observed.held, [format!("{OURS}:7"), format!("{OURS}:7")]);
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_function_that_the_refusal_names_is_not_put_back() {
    let (gone, kept) = (format!("{STRANGER}:1"), format!("{STRANGER}:12"));
    for (named, other, event) in [
        (&gone, &kept, EventType::ViewerRequest),
        (&kept, &gone, EventType::ViewerResponse),
    ] {
        for message in [
            format!("The function cannot be found: {named}."),
            format!(
                "The function must be in an Active state. The current state for function {named} is Failed"
            ),
        ] {
            let observed = apply(leave(), [refused(message)]).await;
            let unrestored = observed.applied.unwrap().unrestored;
            let expected = [(Slot::new("default", event), gone_or(named, false))];
            assert_eq!(unrestored, expected.into());
            assert_eq!(observed.held, std::slice::from_ref(other));
        }
    }
}

fn gone_or(lambda_arn: &str, works: bool) -> Unrestored {
    Unrestored {
        lambda_arn: lambda_arn.to_owned(),
        works,
    }
}

/// Half of Netacea's package protects nothing.
#[tokio::test(start_paused = true)]
async fn functions_that_work_together_are_put_back_together_or_not_at_all() {
    let mut change = leave();
    for wish in change.slots.values_mut() {
        if let Wish::Leave { restore } = wish {
            restore.as_mut().unwrap().together = true;
        }
    }
    let observed = apply(change.clone(), []).await;
    assert!(observed.applied.unwrap().unrestored.is_empty());
    assert_eq!(observed.held.len(), 2);

    let gone = format!("{STRANGER}:1");
    let message = format!("The function cannot be found: {gone}.");
    let observed = apply(change, [refused(message)]).await;
    let expected = [
        (EventType::ViewerRequest, gone_or(&gone, false)),
        (
            EventType::ViewerResponse,
            gone_or(&format!("{STRANGER}:12"), true),
        ),
    ];
    let expected = expected.map(|(event, one)| (Slot::new("default", event), one));
    assert_eq!(observed.applied.unwrap().unrestored, expected.into());
    assert_eq!(observed.held, [""; 0]);
}

/// It works, and comes back once these credentials may associate it.
#[tokio::test(start_paused = true)]
async fn a_function_that_may_not_be_replicated_is_not_given_up() {
    let message = format!(
        "Lambda@Edge cannot enable replication for the specified Lambda function. Update the IAM policy to add permission: lambda:EnableReplication* for resource: \
         {STRANGER}:1 and try again."
    );
    let observed = apply(leave(), [refused(message)]).await;
    let error = observed.applied.unwrap_err();
    assert!(error.says(REFUSED, "enable replication"), "{error}");
    assert_eq!(observed.held, [format!("{OURS}:7"), format!("{OURS}:7")]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_names_none_of_the_functions_is_an_error_and_nothing_is_lost() {
    let message = format!("The function {STRANGER}-2:1 is not allowed.");
    let observed = apply(leave(), [refused(message)]).await;
    let error = observed.applied.unwrap_err();
    assert!(error.says(REFUSED, "is not allowed"), "{error}");
    assert_eq!(observed.puts, 1);
    assert_eq!(observed.held, [format!("{OURS}:7"), format!("{OURS}:7")]);
}

#[tokio::test(start_paused = true)]
async fn an_if_match_that_is_called_invalid_is_a_newer_version() {
    let stale = |status, code| Refusal {
        status,
        code,
        message: "The If-Match version is missing or not valid for the resource.".to_owned(),
    };
    let observed = apply(leave(), [stale(400, "InvalidIfMatchVersion")]).await;
    assert!(observed.applied.unwrap().unrestored.is_empty());
    assert_eq!(observed.puts, 2);

    let observed = apply(leave(), vec![stale(400, "InvalidIfMatchVersion"); 10]).await;
    let error = observed.applied.unwrap_err();
    assert!(matches!(error, Error::AnotherWriter { .. }), "{error}");
}

/// The SDK repeats the update, which its own first attempt has made stale, and a read may still
/// show the version before.
#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_got_lost_is_found_although_reads_are_late() {
    for stale_reads in 0..3 {
        let observed = apply_adopting(|world| {
            world.lost_answers = [1].into();
            world.stale_reads = stale_reads;
        })
        .await;
        let applied = observed.applied.unwrap();
        assert!(applied.deployment.is_some(), "{stale_reads}: {applied:?}");
        assert_eq!(applied.displaced.len(), 2, "{stale_reads}: {applied:?}");
        assert_eq!(applied.displaced, observed.recorded, "{stale_reads}");
        assert_eq!(observed.held, vec![format!("{OURS}:7"); 2]);
    }
}

/// The repetitions are refused for another reason than the newer version.
#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_got_lost_is_found_although_repetitions_are_throttled() {
    let observed = apply_adopting(|world| {
        world.lost_answers = [1].into();
        world.then = Some(|world| {
            let throttled = Refusal {
                status: 400,
                code: "Throttling",
                message: "Rate exceeded".to_owned(),
            };
            world.refusals = vec![throttled; 10].into();
        });
    })
    .await;
    let applied = observed.applied.unwrap();
    assert_eq!(applied.displaced.len(), 2, "{applied:?}");
    assert_eq!(applied.displaced, observed.recorded);
    assert_eq!(observed.held, vec![format!("{OURS}:7"); 2]);
}

/// Whoever holds a slot in spite of the error is recorded for the next apply or destroy.
#[tokio::test(start_paused = true)]
async fn a_change_that_fails_after_a_lost_answer_keeps_its_records() {
    let observed = apply_adopting(|world| {
        world.lost_answers = [1].into();
        world.then = Some(|world| {
            let held = format!(
                "<Quantity>1</Quantity><Items>{}</Items>",
                association(&format!("{OURS}:7"), EventType::ViewerRequest)
            );
            let plain = "<TargetOriginId>o</TargetOriginId>";
            let smooth = format!("{plain}<SmoothStreaming>true</SmoothStreaming>");
            world.update(with_associations(&held).replace(plain, &smooth));
        });
    })
    .await;
    let error = observed.applied.unwrap_err();
    assert!(matches!(error, Error::Conflicts(_)), "{error}");
    assert_eq!(observed.held, [format!("{OURS}:7")]);
    let taken = Slot::new("default", EventType::ViewerRequest);
    let recorded = observed.recorded.get(&taken).map(|held| &held.lambda_arn);
    assert_eq!(recorded, Some(&format!("{STRANGER}:1")));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_fails_for_good_records_nobody_as_displaced() {
    let observed = apply_adopting(|world| {
        world.refusals = [refused("This is not allowed.")].into();
    })
    .await;
    assert!(observed.applied.is_err());
    assert_eq!(observed.held, vec![format!("{STRANGER}:1"); 2]);
    assert_eq!(observed.recorded, BTreeMap::new());

    let observed = apply_adopting(|world| world.restless = 100).await;
    assert!(matches!(observed.applied, Err(Error::AnotherWriter { .. })));
    assert_eq!(observed.recorded, BTreeMap::new());
}

/// A round that finds everything done has displaced nobody, whatever the round before wanted.
#[tokio::test(start_paused = true)]
async fn slots_that_somebody_has_given_us_meanwhile_were_not_taken_from_nobody() {
    let unclaimed = Lifecycle::Ready.tags();
    for tags in [Tags::new(), unclaimed] {
        let empty = with_associations("<Quantity>0</Quantity>");
        let observed = apply_to(empty, LIMIT, adopt(), |world| {
            world.tags.insert("netacea-shop".to_owned(), tags);
            world.lost_answers = [1].into();
            world.stale_reads = 3;
        })
        .await;
        let applied = observed.applied.unwrap();
        assert!(applied.deployment.is_none(), "{applied:?}");
        assert!(applied.vacant.is_empty(), "{applied:?}");
        assert_eq!(observed.held, vec![format!("{OURS}:7"); 2]);
    }
}
