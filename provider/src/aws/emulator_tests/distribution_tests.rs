//! Slots of a distribution, taken and left.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::{
    STRANGER, configuration, create, deadline, hold, mandate, ours, package, stranger, take,
};
use crate::aws::distribution::Unrestored;
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::ownership::Displaced;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Handover, Predecessor, Restore, Wish};

#[tokio::test]
async fn slots_are_taken_and_left_and_nothing_else_changes() {
    let account = Account::open();
    let session = account.session();
    let (functions, distributions) = (session.functions(), session.distributions());
    let deadline = deadline();
    create(&session, "netacea-shop").await;
    let id = account.create_distribution();
    let before = distributions.read(&id, &deadline).await.unwrap().unwrap();
    let slots = [
        Slot::new("default", EventType::ViewerRequest),
        Slot::new("default", EventType::OriginResponse),
        Slot::new("/api/*", EventType::OriginResponse),
    ];

    let refused = distributions
        .apply(&id, &hold(&slots, 1, false), &mandate(), &deadline)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains(STRANGER), "{refused}");
    assert_eq!(
        distributions.read(&id, &deadline).await.unwrap().unwrap(),
        before
    );

    let held = distributions
        .apply(&id, &hold(&slots, 1, true), &mandate(), &deadline)
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
    let tags = functions.tags(&ours(), &deadline).await.unwrap();
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
            .apply(&id, &again, &mandate(), &deadline)
            .await
            .unwrap()
            .deployment
            .is_none(),
        "nothing changed, so nothing is put"
    );

    let leave = |slot: &Slot| {
        (
            slot.clone(),
            Wish::Leave {
                restore: held.displaced.get(slot).cloned().map(Restore::from),
            },
        )
    };
    let leave = Change {
        function: ours(),
        predecessor: None,
        foreseen: None,
        staging: Some(false),
        handover: Handover::default(),
        slots: slots.iter().map(leave).collect(),
        originals: held.originals,
    };
    // The stranger's version must exist to be put back.
    create(&session, "stranger").await;
    for number in 1..=3 {
        functions
            .publish(
                "stranger",
                &configuration(),
                &package(&number.to_string()),
                &deadline,
            )
            .await
            .unwrap();
    }
    let left = distributions
        .apply(&id, &leave, &mandate(), &deadline)
        .await
        .unwrap();
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
    let tags = functions.tags(&ours(), &deadline).await.unwrap();
    assert!(Displaced::recall(&tags, &id, &slots).is_empty(), "{tags:?}");
}

#[tokio::test]
async fn a_displaced_version_that_is_gone_leaves_its_slot_empty() {
    let account = Account::open();
    let session = account.session();
    let deadline = deadline();
    create(&session, "netacea-shop").await;
    let id = account.create_distribution();
    let slot = Slot::new("default", EventType::ViewerRequest);
    let held = session
        .distributions()
        .apply(
            &id,
            &hold(std::slice::from_ref(&slot), 1, true),
            &mandate(),
            &deadline,
        )
        .await
        .unwrap();
    let restore = Some(stranger().into());
    let slots = BTreeMap::from([(slot.clone(), Wish::Leave { restore })]);
    let leave = Change {
        function: ours(),
        predecessor: None,
        foreseen: None,
        staging: Some(false),
        handover: Handover::default(),
        slots,
        originals: held.originals,
    };
    let left = session
        .distributions()
        .apply(&id, &leave, &mandate(), &deadline)
        .await
        .unwrap();
    assert_eq!(
        left.unrestored,
        BTreeMap::from([(
            slot.clone(),
            Unrestored {
                lambda_arn: STRANGER.to_owned(),
                works: false
            }
        )])
    );
    let found = session
        .distributions()
        .read(&id, &deadline)
        .await
        .unwrap()
        .unwrap();
    assert!(!found.slots().contains_key(&slot));
}

/// Two sessions behave like two processes: they share no lock, only CloudFront's versions keep them
/// apart.
#[tokio::test(flavor = "multi_thread")]
async fn writers_of_one_distribution_do_not_lose_each_others_slots() {
    let account = Account::open();
    let id = account.create_distribution();
    let slots: Vec<Slot> = EventType::ALL
        .map(|event| Slot::new("/api/*", event))
        .into();
    let writers = slots.iter().map(|slot| {
        let (session, id, change) = (
            account.session(),
            id.clone(),
            hold(std::slice::from_ref(slot), 1, false),
        );
        tokio::spawn(async move {
            session
                .distributions()
                .apply(&id, &change, &mandate(), &deadline())
                .await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    let found = account
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
    let account = Account::open();
    let session = account.session();
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
        .apply("E0GONE", &change, &mandate(), &deadline())
        .await;
    assert!(
        matches!(refused, Err(Error::DistributionGone { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_successor_knows_whether_the_displaced_function_saw_bodies() {
    let account = Account::open();
    let session = account.session();
    let (functions, distributions) = (session.functions(), session.distributions());
    let deadline = deadline();
    for name in ["netacea-shop", "netacea-store"] {
        create(&session, name).await;
    }
    let id = account.create_distribution();
    let slot = Slot::new("default", EventType::OriginRequest);
    let taken_by = |name: &str, include_body| {
        let function = format!("arn:aws:lambda:us-east-1:000000000000:function:{name}");
        let association = Association {
            lambda_arn: format!("{function}:1"),
            include_body,
        };
        let slots = std::slice::from_ref(&slot);
        take(function.parse().unwrap(), &association, slots, true)
    };
    let mut displaced = BTreeMap::new();
    for (name, include_body) in [("stranger", true), ("netacea-shop", false)] {
        let change = taken_by(name, include_body);
        let applied = distributions
            .apply(&id, &change, &mandate(), &deadline)
            .await;
        displaced = applied.unwrap().displaced;
    }
    // As in a state: without the flag.
    let known = displaced
        .iter()
        .map(|(slot, held)| (slot.clone(), held.lambda_arn.clone()));
    let predecessor = Predecessor {
        function: ours(),
        displaced: known.collect(),
    };
    let successor = Change {
        predecessor: Some(predecessor),
        foreseen: None,
        ..taken_by("netacea-store", false)
    };
    distributions
        .apply(&id, &successor, &mandate(), &deadline)
        .await
        .unwrap();
    let tags = functions.tags(&successor.function, &deadline).await;
    let recorded = Displaced::recall(&tags.unwrap(), &id, [&slot]).associations;
    assert!(recorded[&slot].include_body);
    assert_eq!(recorded, displaced);
}
