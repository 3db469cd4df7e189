//! What AWS does on bad days.

use std::time::Duration;

use super::emulator::Emulator;
use super::faults::{Fault, FaultProxy, Play};
use super::{bundle, configuration, create, deadline, hold, ours, version};
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::lambda::Deletion;
use crate::aws::session::AwsSession;
use crate::aws::slot::Slot;
use crate::aws::splice::{splice, without_empty_items};

/// A session that meets these faults on its way to the emulator.
async fn faulty(emulator: &Emulator, faults: Vec<Fault>) -> (AwsSession, FaultProxy) {
    let proxy = FaultProxy::start(emulator.url(), faults).await;
    let mut settings = emulator.settings();
    settings.endpoints.cloudfront = Some(proxy.url.clone());
    settings.endpoints.lambda = Some(proxy.url.clone());
    (AwsSession::new(settings, "1.11.4"), proxy)
}

fn refused_put(code: &'static str, status: u16, message: &'static str) -> Fault {
    Fault {
        method: "PUT",
        path: "/config",
        play: Play::RefuseXml(status, code, message),
    }
}

#[tokio::test]
async fn an_update_whose_answer_got_lost_is_a_success() {
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    let lost = Fault {
        method: "PUT",
        path: "/config",
        play: Play::LoseAnswer,
    };
    let (session, proxy) = faulty(&emulator, vec![lost]).await;
    let slot = Slot::new("/api/*", EventType::ViewerRequest);
    let change = hold(std::slice::from_ref(&slot), 1, false);
    let applied = session
        .distributions()
        .apply(&id, &change, &deadline())
        .await
        .unwrap();
    assert!(
        applied.warnings.is_empty() && proxy.unplayed() == 0,
        "{applied:?}"
    );
    session
        .distributions()
        .wait_deployed(&applied.deployment.unwrap(), &deadline())
        .await
        .unwrap();
    let found = session
        .distributions()
        .read(&id, &deadline())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.slots_of(&ours()).into_keys().collect::<Vec<_>>(),
        [slot]
    );
}

#[tokio::test]
async fn what_cloudfront_refuses_for_now_is_repeated() {
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    let faults = vec![
        refused_put("Throttling", 400, "Rate exceeded"),
        refused_put("PreconditionFailed", 412, "The ETag is stale"),
        refused_put(
            "InvalidLambdaFunctionAssociation",
            400,
            "The function must be in an Active state. The current state is Pending",
        ),
    ];
    let (session, proxy) = faulty(&emulator, faults).await;
    let change = hold(&[Slot::new("/api/*", EventType::ViewerRequest)], 1, false);
    session
        .distributions()
        .apply(&id, &change, &deadline())
        .await
        .unwrap();
    assert_eq!((proxy.unplayed(), proxy.bodies("PUT").len()), (0, 4));
}

#[tokio::test]
async fn another_writer_that_never_rests_is_reported_and_nothing_of_ours_is_left() {
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    let stale = refused_put("PreconditionFailed", 412, "The ETag is stale");
    let (session, proxy) = faulty(&emulator, vec![stale; 9]).await;
    let change = hold(&[Slot::new("/api/*", EventType::ViewerRequest)], 1, false);
    let error = session
        .distributions()
        .apply(&id, &change, &deadline())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::AnotherWriter { rounds: 5, .. }),
        "{error}"
    );
    assert_eq!(proxy.bodies("PUT").len(), 5);
    let found = session
        .distributions()
        .read(&id, &deadline())
        .await
        .unwrap()
        .unwrap();
    assert!(found.slots_of(&ours()).is_empty());
}

#[tokio::test]
async fn an_empty_list_is_dropped_only_after_cloudfront_has_refused_it() {
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    let malformed = refused_put("MalformedInput", 400, "Unexpected list element termination");
    let (session, proxy) = faulty(&emulator, vec![malformed]).await;
    let before = session
        .distributions()
        .read(&id, &deadline())
        .await
        .unwrap()
        .unwrap();
    let change = hold(&[Slot::new("/api/*", EventType::ViewerRequest)], 1, false);
    let wanted = splice(&before, &change).unwrap().document;
    session
        .distributions()
        .apply(&id, &change, &deadline())
        .await
        .unwrap();
    let repaired = without_empty_items(&wanted).unwrap().unwrap();
    assert_eq!(proxy.bodies("PUT"), [wanted.text(), repaired.text()]);
}

#[tokio::test]
async fn a_role_that_is_new_and_a_function_that_is_busy_are_waited_for() {
    let emulator = Emulator::start().await;
    let unknown = "The role defined for the function cannot be assumed by Lambda.";
    let busy =
        "The operation cannot be performed at this time. An update is in progress for resource";
    let faults = vec![
        Fault {
            method: "POST",
            path: "/functions",
            play: Play::RefuseJson(400, "InvalidParameterValueException", unknown),
        },
        Fault {
            method: "POST",
            path: "/versions",
            play: Play::RefuseJson(409, "ResourceConflictException", busy),
        },
        Fault {
            method: "PUT",
            path: "/code",
            play: Play::LoseAnswer,
        },
    ];
    let (session, proxy) = faulty(&emulator, faults).await;
    let functions = session.functions();
    let deadline = deadline();
    create(&session, "netacea-shop").await;
    let published = functions
        .publish("netacea-shop", &configuration(), &bundle("two"), &deadline)
        .await
        .unwrap();
    assert_eq!(
        (published, proxy.unplayed()),
        (ours().qualified(version(1)), 0)
    );
    let found = functions
        .read_version("netacea-shop", version(1), &deadline)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.code_sha256, bundle("two").code_sha256());
}

#[tokio::test]
async fn a_function_that_replicas_hold_is_told_apart_from_a_failure() {
    let emulator = Emulator::start().await;
    let held = "Lambda was unable to delete it because it is a replicated function.";
    let replicated = Fault {
        method: "DELETE",
        path: "/functions/",
        play: Play::RefuseJson(400, "InvalidParameterValueException", held),
    };
    let denied = Fault {
        method: "DELETE",
        path: "/functions/",
        play: Play::RefuseJson(403, "AccessDeniedException", "no"),
    };
    let (session, _proxy) = faulty(&emulator, vec![replicated, denied]).await;
    let functions = session.functions();
    create(&session, "netacea-shop").await;
    let kept = functions
        .delete("netacea-shop", Duration::ZERO, &deadline())
        .await
        .unwrap();
    assert_eq!(
        kept,
        Deletion::Replicated {
            message: held.to_owned()
        }
    );
    let denied = functions
        .delete("netacea-shop", Duration::ZERO, &deadline())
        .await;
    assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
}

#[tokio::test]
async fn every_call_says_that_it_comes_from_terraform_and_this_provider() {
    let emulator = Emulator::start().await;
    let (session, proxy) = faulty(&emulator, Vec::new()).await;
    session
        .functions()
        .read("netacea-shop", &deadline())
        .await
        .unwrap();
    session
        .distributions()
        .read("E0GONE", &deadline())
        .await
        .unwrap();
    let heads = proxy.heads();
    assert_eq!(heads.len(), 2);
    for head in heads {
        let agent = head
            .lines()
            .find(|line| line.to_lowercase().starts_with("user-agent:"))
            .unwrap_or_default();
        assert!(
            agent.contains("Terraform/1.11.4") && agent.contains("terraform-provider-netacea/"),
            "{agent}"
        );
    }
}
