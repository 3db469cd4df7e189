//! Faults of AWS.

use std::time::Duration;

use loopback_aws::{AwsError, Effect, Fault, Operation, Proxy, Times};

use super::account::Account;
use super::{configuration, create, deadline, hold, mandate, ours, package, version};
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::lambda::Deletion;
use crate::aws::slot::Slot;
use crate::aws::splice::{splice, without_empty_items};

fn refused(
    operation: Operation,
    status: u16,
    code: &'static str,
    message: &str,
    times: Times,
) -> Fault {
    let refusal = AwsError::new(status, code, message);
    Fault::on(operation, Effect::Refuse(refusal), times)
}

fn refused_put(code: &'static str, status: u16, message: &str, times: Times) -> Fault {
    refused(Operation::UpdateDistribution, status, code, message, times)
}

/// The documents of all updates that were sent, in order.
fn puts(proxy: &Proxy) -> Vec<String> {
    let calls = proxy.calls().into_iter();
    let puts = calls.filter(|call| call.operation == Operation::UpdateDistribution);
    puts.map(|call| String::from_utf8_lossy(&call.body).into_owned())
        .collect()
}

#[tokio::test]
async fn an_update_whose_answer_got_lost_is_a_success() {
    let account = Account::open();
    let id = account.create_distribution();
    let lost = Fault::on(
        Operation::UpdateDistribution,
        Effect::ResetAfter,
        Times::First(1),
    );
    let (session, proxy) = account.faulty([lost]);
    let slot = Slot::new("/api/*", EventType::ViewerRequest);
    let change = hold(std::slice::from_ref(&slot), 1, false);
    let applied = session
        .distributions()
        .apply(&id, &change, &mandate(), &deadline())
        .await
        .unwrap();
    assert!(
        applied.warnings.is_empty() && proxy.struck() == 1,
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
    let account = Account::open();
    let id = account.create_distribution();
    let faults = [
        refused_put("Throttling", 400, "Rate exceeded", Times::Nth(1)),
        refused_put(
            "PreconditionFailed",
            412,
            "The ETag is stale",
            Times::Nth(2),
        ),
        refused_put(
            "InvalidLambdaFunctionAssociation",
            400,
            "The function must be in an Active state. The current state is Pending",
            Times::Nth(3),
        ),
    ];
    let (session, proxy) = account.faulty(faults);
    let change = hold(&[Slot::new("/api/*", EventType::ViewerRequest)], 1, false);
    session
        .distributions()
        .apply(&id, &change, &mandate(), &deadline())
        .await
        .unwrap();
    assert_eq!((proxy.struck(), puts(&proxy).len()), (3, 4));
}

#[tokio::test]
async fn another_writer_that_never_rests_is_reported_and_nothing_of_ours_is_left() {
    let account = Account::open();
    let id = account.create_distribution();
    let stale = refused_put(
        "PreconditionFailed",
        412,
        "The ETag is stale",
        Times::First(9),
    );
    let (session, proxy) = account.faulty([stale]);
    let change = hold(&[Slot::new("/api/*", EventType::ViewerRequest)], 1, false);
    let error = session
        .distributions()
        .apply(&id, &change, &mandate(), &deadline())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::AnotherWriter { rounds: 5, .. }),
        "{error}"
    );
    assert_eq!(puts(&proxy).len(), 5);
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
    let account = Account::open();
    let id = account.create_distribution();
    let malformed = refused_put(
        "MalformedInput",
        400,
        "Unexpected list element termination",
        Times::First(1),
    );
    let (session, proxy) = account.faulty([malformed]);
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
        .apply(&id, &change, &mandate(), &deadline())
        .await
        .unwrap();
    let repaired = without_empty_items(&wanted).unwrap().unwrap();
    assert_eq!(puts(&proxy), [wanted.text(), repaired.text()]);
}

#[tokio::test]
async fn a_role_that_is_new_and_a_function_that_is_busy_are_waited_for() {
    let account = Account::open();
    let unknown = "The role defined for the function cannot be assumed by Lambda.";
    let busy =
        "The operation cannot be performed at this time. An update is in progress for resource";
    let faults = [
        refused(
            Operation::CreateFunction,
            400,
            "InvalidParameterValueException",
            unknown,
            Times::First(1),
        ),
        refused(
            Operation::PublishVersion,
            409,
            "ResourceConflictException",
            busy,
            Times::First(1),
        ),
        Fault::on(
            Operation::UpdateFunctionCode,
            Effect::ResetAfter,
            Times::First(1),
        ),
    ];
    let (session, proxy) = account.faulty(faults);
    let functions = session.functions();
    let deadline = deadline();
    create(&session, "netacea-shop").await;
    let published = functions
        .publish("netacea-shop", &configuration(), &package("two"), &deadline)
        .await
        .unwrap();
    assert_eq!(
        (published, proxy.struck()),
        (ours().qualified(version(1)), 3)
    );
    let found = functions
        .read_version("netacea-shop", version(1), &deadline)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.code_sha256, package("two").code_sha256());
}

#[tokio::test]
async fn a_function_that_replicas_hold_is_told_apart_from_a_failure() {
    let account = Account::open();
    let held = "Lambda was unable to delete it because it is a replicated function.";
    let replicated = refused(
        Operation::DeleteFunction,
        400,
        "InvalidParameterValueException",
        held,
        Times::Nth(1),
    );
    let denied = refused(
        Operation::DeleteFunction,
        403,
        "AccessDeniedException",
        "no",
        Times::Nth(2),
    );
    let (session, _proxy) = account.faulty([replicated, denied]);
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
    let account = Account::open();
    let (session, proxy) = account.faulty([]);
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
    let calls = proxy.calls();
    assert_eq!(calls.len(), 2);
    for call in calls {
        let agent = call.headers["user-agent"].to_str().unwrap();
        assert!(
            agent.contains("Terraform/1.11.4") && agent.contains("terraform-provider-netacea/"),
            "{agent}"
        );
    }
}
