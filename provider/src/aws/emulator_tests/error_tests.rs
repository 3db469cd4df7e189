//! Errors tell the truth: each appears where it is true, and not where it is false.

use loopback_aws::{Effect, Fault, Operation, Times};

use super::account::Account;
use super::{CLAIM, configuration, create, deadline, hold, mandate, ours, package, version};
use crate::aws::error::Error;
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;
use crate::aws::tags::Tags;

#[tokio::test]
async fn a_function_of_somebody_who_was_faster_is_refused() {
    let account = Account::open();
    let session = account.session();
    let functions = session.functions();
    let function = create(&session, "netacea-shop").await;
    let ready = crate::aws::ownership::Lifecycle::Ready;
    functions
        .set_lifecycle(&function.arn, ready, [], &deadline())
        .await
        .unwrap();
    let refused = functions
        .create(
            "netacea-shop",
            &configuration(),
            &package("two"),
            &Tags::new(),
            &CLAIM,
            &deadline(),
        )
        .await;
    assert!(
        matches!(refused, Err(Error::FunctionExists { .. })),
        "{refused:?}"
    );
}

/// The SDK repeats the call and is refused, because the function is there.
#[tokio::test]
async fn a_create_whose_answer_got_lost_goes_on_with_its_function() {
    let account = Account::open();
    let lost = Fault::on(
        Operation::CreateFunction,
        Effect::ResetAfter,
        Times::First(1),
    );
    let (session, proxy) = account.faulty([lost]);
    let function = create(&session, "netacea-shop").await;
    assert_eq!((function.arn, proxy.struck()), (ours(), 1));
}

#[tokio::test]
async fn a_function_that_lambda_gives_up_is_reported_with_its_reason() {
    const FAILED: &str = r#"{"FunctionName": "netacea-shop", "Version": "$LATEST", "State": "Failed",
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:netacea-shop",
        "StateReason": "The role is gone.", "Role": "arn:aws:iam::000000000000:role/edge"}"#;
    let account = Account::open();
    create(&account.session(), "netacea-shop").await;
    let failed = Fault::on(
        Operation::GetFunctionConfiguration,
        Effect::Answer(200, FAILED),
        Times::Every,
    );
    let (session, _proxy) = account.faulty([failed]);
    let reported = session
        .functions()
        .publish(
            "netacea-shop",
            &configuration(),
            &package("two"),
            &deadline(),
        )
        .await
        .unwrap_err();
    assert!(
        matches!(&reported, Error::FunctionFailed { reason, .. } if reason == "The role is gone."),
        "{reported}"
    );
}

#[tokio::test]
async fn a_function_that_was_deleted_meanwhile_is_reported_as_gone() {
    let account = Account::open();
    let session = account.session();
    let gone = session
        .functions()
        .download("netacea-shop", version(1), &deadline())
        .await
        .map(drop);
    assert!(matches!(gone, Err(Error::FunctionGone { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_package_that_is_not_what_lambda_says_is_reported() {
    let account = Account::open();
    let session = account.session();
    create(&session, "netacea-shop").await;
    session
        .functions()
        .publish(
            "netacea-shop",
            &configuration(),
            &package("one"),
            &deadline(),
        )
        .await
        .unwrap();
    let page = Fault::on(Operation::GetPackage, Effect::Corrupt, Times::First(1));
    let (session, _proxy) = account.faulty([page]);
    let functions = session.functions();
    let mut packages = Vec::new();
    for _ in ["a page of somebody between", "the package"] {
        packages.push(
            functions
                .download("netacea-shop", version(1), &deadline())
                .await,
        );
    }
    assert!(
        matches!(
            packages.as_slice(),
            [Err(Error::Package { .. }), Ok(package)] if !package.files.is_empty()
        ),
        "{:?}",
        packages
            .into_iter()
            .map(|package| package.map(drop))
            .collect::<Vec<_>>()
    );
}

/// Lambda allows 50 tags, and they must have room for the claim and for what the function
/// displaces.
#[tokio::test]
async fn a_function_with_no_room_for_the_record_displaces_nobody() {
    let account = Account::open();
    let session = account.session();
    let (functions, distributions) = (session.functions(), session.distributions());
    create(&session, "netacea-shop").await;
    let id = account.create_distribution();
    let before = distributions.read(&id, &deadline()).await.unwrap();
    let slots = [Slot::new("default", EventType::ViewerRequest)];
    let held = functions.tags(&ours(), &deadline()).await.unwrap().len();
    let numbered = |count: usize| -> Tags {
        let tags = (0..count).map(|number| (format!("tag-{number}"), "x".to_owned()));
        tags.collect()
    };
    let full = numbered(49 - held);
    functions
        .retag(&ours(), &Tags::new(), &full, &deadline())
        .await
        .unwrap();
    let refused = distributions
        .apply(&id, &hold(&slots, 1, true), &mandate(), &deadline())
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Error::TooManyTags { count: 51, .. }),
        "{refused}"
    );
    let after = distributions.read(&id, &deadline()).await.unwrap();
    assert_eq!(after, before);

    let room = numbered(48 - held);
    functions
        .retag(&ours(), &full, &room, &deadline())
        .await
        .unwrap();
    let taken = distributions
        .apply(&id, &hold(&slots, 1, true), &mandate(), &deadline())
        .await;
    assert_eq!(taken.unwrap().displaced.len(), 1);
}
