//! The AWS rooms against a real emulator: ministack, which each test starts for itself on a free loopback port and stops again.
//! Faults that it lacks are played by a proxy in front of it.

mod adoption_tests;
mod emulator;
mod fault_tests;
mod faults;
mod lookup_tests;
mod settings_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use netacea_edge::settings::Configuration;
use tokio_util::sync::CancellationToken;

use self::emulator::Emulator;
use super::arn::FunctionArn;
use super::error::Error;
use super::event_type::EventType;
use super::lambda::{Deletion, FunctionConfiguration};
use super::ownership::{Displaced, Lifecycle, Ownership, Tags};
use super::retry::Deadline;
use super::session::Session;
use super::slot::{Association, Slot};
use super::splice::{Change, Originals, Restore, Wish};
use super::version::Version;
use crate::bundle::{Bundle, CONFIGURATION_FILE};

const STRANGER: &str = "arn:aws:lambda:us-east-1:000000000000:function:stranger:3";

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(60), CancellationToken::new())
}

fn configuration() -> FunctionConfiguration {
    FunctionConfiguration {
        role_arn: "arn:aws:iam::000000000000:role/edge".to_owned(),
        description: "protects the shop".to_owned(),
        runtime: "nodejs22.x".to_owned(),
        memory_size: 128,
        timeout: 5,
        log_format: "Text".to_owned(),
        log_group: None,
    }
}

fn bundle(api_key: &str) -> Bundle {
    let mut configuration = Configuration::default();
    configuration.secrets.api_key = Some(api_key.to_owned());
    Bundle::new(&configuration).unwrap()
}

fn version(number: u64) -> Version {
    number.to_string().parse().unwrap()
}

/// Our function in a version that may not exist: the emulator does not check what is associated.
fn ours() -> FunctionArn {
    "arn:aws:lambda:us-east-1:000000000000:function:netacea-shop"
        .parse()
        .unwrap()
}

fn stranger() -> Association {
    Association {
        lambda_arn: STRANGER.to_owned(),
        include_body: false,
    }
}

fn hold(slots: &[Slot], number: u64, adopt_existing: bool) -> Change {
    let association = Association {
        lambda_arn: ours().qualified(version(number)).to_string(),
        include_body: false,
    };
    let wish = |slot: &Slot| {
        (
            slot.clone(),
            Wish::Hold {
                association: association.clone(),
                adopt_existing,
            },
        )
    };
    Change {
        function: ours(),
        predecessor: None,
        slots: slots.iter().map(wish).collect(),
        originals: Originals::default(),
    }
}

#[tokio::test]
async fn a_function_is_made_published_changed_pruned_and_deleted() {
    let emulator = Emulator::start().await;
    let session = emulator.session();
    let functions = session.functions();
    let deadline = deadline();
    assert!(
        functions
            .read("netacea-shop", &deadline)
            .await
            .unwrap()
            .is_none()
    );

    let user_tags = Tags::from([("team".to_owned(), "web".to_owned())]);
    let made = functions
        .create(
            "netacea-shop",
            &configuration(),
            &bundle("one"),
            &user_tags,
            &deadline,
        )
        .await
        .unwrap();
    assert_eq!(
        (made.arn.to_string(), Ownership::of(&made.tags)),
        (ours().to_string(), Ownership::Ours(Lifecycle::Creating))
    );
    assert_eq!(made.tags.get("team").map(String::as_str), Some("web"));
    assert_eq!(made.latest.configuration, configuration());

    // A create that was killed is continued, by one that does not know about it.
    functions
        .create(
            "netacea-shop",
            &configuration(),
            &bundle("one"),
            &user_tags,
            &deadline,
        )
        .await
        .unwrap();

    let publish = async |configuration: &FunctionConfiguration, bundle: &Bundle| {
        functions
            .publish("netacea-shop", configuration, bundle, &deadline)
            .await
            .unwrap()
    };
    let first = publish(&configuration(), &bundle("one")).await;
    assert_eq!(first, ours().qualified(version(1)));
    assert_eq!(
        publish(&configuration(), &bundle("one")).await,
        first,
        "nothing changed, so no version is published"
    );
    let larger = FunctionConfiguration {
        memory_size: 256,
        log_format: "JSON".to_owned(),
        log_group: Some("/shop/edge".to_owned()),
        ..configuration()
    };
    assert_eq!(
        publish(&larger, &bundle("two")).await,
        ours().qualified(version(2))
    );
    let newest = functions
        .newest_version("netacea-shop", &deadline)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (newest.version, &newest.configuration, newest.active),
        (Some(version(2)), &larger, true)
    );
    assert_eq!(newest.code_sha256, bundle("two").code_sha256());

    let package = functions
        .download("netacea-shop", version(2), &deadline)
        .await
        .unwrap();
    let (read, _) = Configuration::from_json(&package.files[CONFIGURATION_FILE]).unwrap();
    assert_eq!(read.secrets.api_key.as_deref(), Some("two"));

    functions
        .set_lifecycle(&made.arn, Lifecycle::Ready, &deadline)
        .await
        .unwrap();
    let wanted = Tags::from([("owner".to_owned(), "edge".to_owned())]);
    functions
        .retag(&made.arn, &made.tags, &wanted, &deadline)
        .await
        .unwrap();
    let tags = functions
        .read("netacea-shop", &deadline)
        .await
        .unwrap()
        .unwrap()
        .tags;
    assert_eq!(Ownership::of(&tags), Ownership::Ours(Lifecycle::Ready));
    assert_eq!(
        (tags.get("team"), tags.get("owner").map(String::as_str)),
        (None, Some("edge"))
    );
    let taken = functions
        .create(
            "netacea-shop",
            &configuration(),
            &bundle("one"),
            &user_tags,
            &deadline,
        )
        .await;
    assert!(
        matches!(taken, Err(Error::FunctionExists { .. })),
        "{taken:?}"
    );

    publish(&configuration(), &bundle("three")).await;
    let pruned = functions
        .prune("netacea-shop", 1, &BTreeSet::from([version(3)]), &deadline)
        .await;
    assert_eq!(
        (pruned.deleted, pruned.failure.is_none()),
        (vec![version(1)], true)
    );
    assert_eq!(
        functions.versions("netacea-shop", &deadline).await.unwrap(),
        [version(2), version(3)]
    );

    for _ in ["there", "gone already"] {
        let deleted = functions
            .delete("netacea-shop", Duration::from_secs(1), &deadline)
            .await
            .unwrap();
        assert_eq!(deleted, Deletion::Deleted);
    }
    assert!(
        functions
            .read("netacea-shop", &deadline)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn slots_are_taken_and_left_and_nothing_else_changes() {
    let emulator = Emulator::start().await;
    let session = emulator.session();
    let (functions, distributions) = (session.functions(), session.distributions());
    let deadline = deadline();
    functions
        .create(
            "netacea-shop",
            &configuration(),
            &bundle("one"),
            &Tags::new(),
            &deadline,
        )
        .await
        .unwrap();
    let id = emulator.create_distribution().await;
    let before = distributions.read(&id, &deadline).await.unwrap().unwrap();
    let slots = [
        Slot::new("default", EventType::ViewerRequest),
        Slot::new("default", EventType::OriginResponse),
        Slot::new("/api/*", EventType::OriginResponse),
    ];

    let refused = distributions
        .apply(&id, &hold(&slots, 1, false), &deadline)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains(STRANGER), "{refused}");
    assert_eq!(
        distributions.read(&id, &deadline).await.unwrap().unwrap(),
        before
    );

    let held = distributions
        .apply(&id, &hold(&slots, 1, true), &deadline)
        .await
        .unwrap();
    let found = distributions.read(&id, &deadline).await.unwrap().unwrap();
    assert_eq!(
        found.slots_of(&ours()).into_keys().collect::<BTreeSet<_>>(),
        slots.iter().cloned().collect()
    );
    assert!(held.warnings.is_empty(), "{:?}", held.warnings);
    assert_eq!(
        held.displaced,
        BTreeMap::from([(slots[0].clone(), stranger())])
    );
    let tags = functions
        .read("netacea-shop", &deadline)
        .await
        .unwrap()
        .unwrap()
        .tags;
    let recorded = Displaced::recall(&tags, &id, &slots);
    assert_eq!(recorded.associations, held.displaced);
    distributions
        .wait_deployed(&held.deployment.unwrap(), &deadline)
        .await
        .unwrap();

    let again = Change {
        originals: held.originals.clone(),
        ..hold(&slots, 1, true)
    };
    assert!(
        distributions
            .apply(&id, &again, &deadline)
            .await
            .unwrap()
            .deployment
            .is_none(),
        "nothing changed, so nothing is put"
    );

    let leave = |slot: &Slot| {
        (
            slot.clone(),
            Wish::Release {
                restore: held.displaced.get(slot).cloned().map(Restore::from),
            },
        )
    };
    let leave = Change {
        function: ours(),
        predecessor: None,
        slots: slots.iter().map(leave).collect(),
        originals: held.originals,
    };
    // The stranger's version must exist to be put back.
    functions
        .create(
            "stranger",
            &configuration(),
            &bundle("one"),
            &Tags::new(),
            &deadline,
        )
        .await
        .unwrap();
    for number in 1..=3 {
        functions
            .publish(
                "stranger",
                &configuration(),
                &bundle(&number.to_string()),
                &deadline,
            )
            .await
            .unwrap();
    }
    let left = distributions.apply(&id, &leave, &deadline).await.unwrap();
    assert!(
        left.unrestored.is_empty() && left.warnings.is_empty(),
        "{left:?}"
    );
    assert_eq!(
        distributions
            .read(&id, &deadline)
            .await
            .unwrap()
            .unwrap()
            .text(),
        before.text()
    );
    let tags = functions
        .read("netacea-shop", &deadline)
        .await
        .unwrap()
        .unwrap()
        .tags;
    assert!(Displaced::recall(&tags, &id, &slots).is_empty(), "{tags:?}");
}

#[tokio::test]
async fn a_displaced_version_that_is_gone_leaves_its_slot_empty() {
    let emulator = Emulator::start().await;
    let session = emulator.session();
    let deadline = deadline();
    session
        .functions()
        .create(
            "netacea-shop",
            &configuration(),
            &bundle("one"),
            &Tags::new(),
            &deadline,
        )
        .await
        .unwrap();
    let id = emulator.create_distribution().await;
    let slot = Slot::new("default", EventType::ViewerRequest);
    let held = session
        .distributions()
        .apply(&id, &hold(std::slice::from_ref(&slot), 1, true), &deadline)
        .await
        .unwrap();
    let restore = Some(stranger().into());
    let slots = BTreeMap::from([(slot.clone(), Wish::Release { restore })]);
    let leave = Change {
        function: ours(),
        predecessor: None,
        slots,
        originals: held.originals,
    };
    let left = session
        .distributions()
        .apply(&id, &leave, &deadline)
        .await
        .unwrap();
    assert_eq!(
        left.unrestored,
        BTreeMap::from([(slot.clone(), STRANGER.to_owned())])
    );
    let found = session
        .distributions()
        .read(&id, &deadline)
        .await
        .unwrap()
        .unwrap();
    assert!(!found.slots().contains_key(&slot));
}

/// Two sessions stand for two processes: no lock is shared, only CloudFront's versions keep them apart.
#[tokio::test(flavor = "multi_thread")]
async fn writers_of_one_distribution_do_not_lose_each_others_slots() {
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    let slots: Vec<Slot> = EventType::ALL
        .map(|event| Slot::new("/api/*", event))
        .into();
    let writers = slots.iter().map(|slot| {
        let (session, id, change) = (
            emulator.session(),
            id.clone(),
            hold(std::slice::from_ref(slot), 1, false),
        );
        tokio::spawn(async move {
            session
                .distributions()
                .apply(&id, &change, &deadline())
                .await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    let found = emulator
        .session()
        .distributions()
        .read(&id, &deadline())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.slots_of(&ours()).into_keys().collect::<BTreeSet<_>>(),
        slots.into_iter().collect()
    );
}

#[tokio::test]
async fn a_distribution_that_is_gone_is_told_apart_from_a_failure() {
    let emulator = Emulator::start().await;
    let session = emulator.session();
    assert!(
        session
            .distributions()
            .read("E0GONE", &deadline())
            .await
            .unwrap()
            .is_none()
    );
    let change = hold(&[Slot::new("default", EventType::ViewerRequest)], 1, false);
    let refused = session
        .distributions()
        .apply("E0GONE", &change, &deadline())
        .await;
    assert!(
        matches!(refused, Err(Error::DistributionGone { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_wrong_account_is_refused_before_anything_is_read() {
    let emulator = Emulator::start().await;
    assert_eq!(
        emulator
            .session()
            .account(&deadline())
            .await
            .unwrap()
            .as_deref(),
        Some("000000000000")
    );
    let mut settings = emulator.settings();
    settings.allowed_account_ids = vec!["123456789012".to_owned()];
    let session = Session::new(settings, "1.11.4");
    let refused = session.functions().read("netacea-shop", &deadline()).await;
    assert!(
        matches!(refused, Err(Error::WrongAccount { .. })),
        "{refused:?}"
    );
    let elsewhere = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
        .parse()
        .unwrap();
    let refused = emulator
        .session()
        .check_account(&elsewhere, &deadline())
        .await;
    assert!(
        matches!(refused, Err(Error::WrongAccount { .. })),
        "{refused:?}"
    );
}
