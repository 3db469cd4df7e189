//! A function's life in Lambda.

use std::collections::BTreeSet;
use std::time::Duration;

use netacea_edge::settings::Configuration;

use super::account::Account;
use super::{CLAIM, configuration, deadline, is_begun, ours, package, version};
use crate::aws::error::Error;
use crate::aws::lambda::{Deletion, FunctionConfiguration};
use crate::aws::log_format::LogFormat;
use crate::aws::ownership::{Claim, Lifecycle, Ownership};
use crate::aws::session::AwsSession;
use crate::aws::tags::Tags;
use crate::bundle::{CONFIGURATION_FILE, Package};

#[tokio::test]
async fn a_function_is_made_published_changed_pruned_and_deleted() {
    let account = Account::open();
    let session = account.session();
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
    let create = async || {
        let (configuration, package) = (configuration(), package("one"));
        functions
            .create(
                "netacea-shop",
                &configuration,
                &package,
                &user_tags,
                &CLAIM,
                &deadline,
            )
            .await
    };
    let made = create().await.unwrap();
    assert_eq!(
        (made.arn.to_string(), is_begun(&made.tags)),
        (ours().to_string(), true)
    );
    assert_eq!(made.tags.get("team").map(String::as_str), Some("web"));
    assert_eq!(made.latest.configuration, configuration());

    // A create whose first answer was lost finds what it has made.
    create().await.unwrap();
    let (configuration_now, package_now) = (configuration(), package("one"));
    let other_claim = Claim::any();
    let another = functions.create(
        "netacea-shop",
        &configuration_now,
        &package_now,
        &user_tags,
        &other_claim,
        &deadline,
    );
    let another = another.await;
    assert!(
        matches!(another, Err(Error::FunctionExists { .. })),
        "{another:?}"
    );

    let publish = async |configuration: &FunctionConfiguration, package: &Package| {
        functions
            .publish("netacea-shop", configuration, package, &deadline)
            .await
            .unwrap()
    };
    let first = publish(&configuration(), &package("one")).await;
    assert_eq!(first, ours().qualified(version(1)));
    assert_eq!(
        publish(&configuration(), &package("one")).await,
        first,
        "nothing changed, so no version is published"
    );
    let larger = FunctionConfiguration {
        memory_size: 256,
        log_format: LogFormat::Json,
        log_group: Some("/shop/edge".to_owned()),
        ..configuration()
    };
    assert_eq!(
        publish(&larger, &package("two")).await,
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
    assert_eq!(newest.code_sha256, package("two").code_sha256());

    let downloaded = functions
        .download("netacea-shop", version(2), &deadline)
        .await
        .unwrap();
    let (read, _) = Configuration::from_json(&downloaded.files[CONFIGURATION_FILE]).unwrap();
    assert_eq!(read.secrets.api_key.as_deref(), Some("two"));

    functions
        .set_lifecycle(&made.arn, Lifecycle::Ready, [CLAIM.owner_tag()], &deadline)
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
    let taken = create().await;
    assert!(
        matches!(taken, Err(Error::FunctionExists { .. })),
        "{taken:?}"
    );

    publish(&configuration(), &package("three")).await;
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
async fn a_wrong_account_is_refused_before_anything_is_read() {
    let account = Account::open();
    assert_eq!(
        account
            .session()
            .account(&deadline())
            .await
            .unwrap()
            .as_deref(),
        Some("000000000000")
    );
    let mut settings = account.settings();
    settings.allowed_account_ids = vec!["123456789012".to_owned()];
    let session = AwsSession::new(settings, "1.11.4");
    let refused = session.functions().read("netacea-shop", &deadline()).await;
    assert!(
        matches!(refused, Err(Error::WrongAccount { .. })),
        "{refused:?}"
    );
    let elsewhere = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
        .parse()
        .unwrap();
    let refused = account
        .session()
        .check_account(&elsewhere, &deadline())
        .await;
    assert!(
        matches!(refused, Err(Error::WrongAccount { .. })),
        "{refused:?}"
    );
}
