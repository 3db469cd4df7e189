//! How the settings of the provider block change the calls to AWS.

use std::time::Duration;

use loopback_aws::{AwsError, Effect, Fault, Operation, Proxy, Times};
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::deadline;
use crate::aws::connection_settings::{AssumeRole, ConnectionSettings, WebIdentity};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::session::AwsSession;

/// The account that STS names, and the request that it got.
async fn asking_sts(account: &Account, settings: ConnectionSettings) -> (String, Proxy) {
    let proxy = account.proxy([]);
    let mut settings = settings;
    settings.endpoints.sts = Some(proxy.endpoint());
    let account = AwsSession::new(settings, "1.11.4")
        .account(&deadline())
        .await
        .unwrap();
    (account.expect("the settings let it ask"), proxy)
}

#[tokio::test]
async fn sts_is_asked_in_its_own_region_for_roles_too() {
    let account = Account::open();
    let settings = ConnectionSettings {
        sts_region: Some("eu-west-1".to_owned()),
        assume_role: vec![AssumeRole {
            role_arn: "arn:aws:iam::000000000000:role/edge".to_owned(),
            ..AssumeRole::default()
        }],
        ..account.settings()
    };
    let (_, proxy) = asking_sts(&account, settings).await;
    let calls = proxy.calls();
    assert_eq!(calls.len(), 2, "the role, then the caller: {calls:?}");
    for call in calls {
        let signature = call.headers["authorization"].to_str().unwrap();
        assert!(
            signature.contains("/eu-west-1/sts/aws4_request"),
            "{signature}"
        );
    }
}

#[tokio::test]
async fn a_web_identity_is_exchanged_for_keys_without_any_others() {
    let account = Account::open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "the-token\n").unwrap();
    let settings = ConnectionSettings {
        access_key: None,
        secret_key: None,
        assume_role_with_web_identity: Some(WebIdentity {
            role_arn: "arn:aws:iam::000000000000:role/edge".to_owned(),
            token_file: Some(file.to_string_lossy().into_owned()),
            policy: Some("{}".to_owned()),
            ..WebIdentity::default()
        }),
        ..account.settings()
    };
    let (_, proxy) = asking_sts(&account, settings).await;
    let exchange = String::from_utf8_lossy(&proxy.calls()[0].body).into_owned();
    for part in [
        "Action=AssumeRoleWithWebIdentity",
        "WebIdentityToken=the-token",
        "Policy=%7B%7D",
    ] {
        assert!(exchange.contains(part), "{part} is missing in {exchange}");
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_but_for_its_exceptions() {
    let account = Account::open();
    let id = account.create_distribution();
    for (no_proxy, through_proxy) in [(None, true), (Some("127.0.0.1"), false)] {
        let proxy = account.proxy([]);
        let settings = ConnectionSettings {
            http_proxy: Some(proxy.endpoint()),
            no_proxy: no_proxy.map(str::to_owned),
            ..account.settings()
        };
        let session = AwsSession::new(settings, "1.11.4");
        let found = session.distributions().describe(&id, &deadline()).await;
        assert!(found.unwrap().is_some(), "{no_proxy:?}");
        let calls = proxy.calls();
        assert_eq!(!calls.is_empty(), through_proxy, "{no_proxy:?}: {calls:?}");
    }
}

#[tokio::test]
async fn credentials_that_sts_does_not_know_pass_only_when_that_is_wanted_and_no_account_is_named()
{
    let account = Account::open();
    let asked = async |skip: bool, allowed: &[&str], refused: bool| {
        let unknown = AwsError::new(403, "InvalidClientTokenId", "The token is invalid.");
        let unknown = Fault::on(Operation::Query, Effect::Refuse(unknown), Times::First(1));
        let proxy = account.proxy(refused.then_some(unknown));
        let mut settings = ConnectionSettings {
            skip_credentials_validation: skip,
            allowed_account_ids: allowed.iter().map(ToString::to_string).collect(),
            ..account.settings()
        };
        settings.endpoints.sts = Some(proxy.endpoint());
        AwsSession::new(settings, "1.11.4")
            .account(&deadline())
            .await
    };
    let known = Some("000000000000".to_owned());
    assert_eq!(asked(true, &[], false).await.unwrap(), known, "compared");
    assert_eq!(asked(true, &[], true).await.unwrap(), None);
    for (skip, allowed) in [(false, &[] as &[&str]), (true, &["000000000000"])] {
        let refused = asked(skip, allowed, true).await;
        assert!(
            matches!(refused, Err(Error::RejectedCredentials(_))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_silent_sts_keeps_an_operation_no_longer_than_its_deadline() {
    let account = Account::open();
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let mut settings = account.settings();
    settings.endpoints.sts = Some(format!("http://{}", silent.local_addr().unwrap()));
    let stop = CancellationToken::new();
    let deadline = Deadline::after(Duration::from_secs(600), stop.clone());
    let session = AwsSession::new(settings, "1.11.4");
    let asked = tokio::spawn(async move { session.account(&deadline).await });
    tokio::task::yield_now().await;
    stop.cancel();
    let stopped = asked.await.unwrap();
    assert!(
        matches!(stopped, Err(Error::Cancelled { .. })),
        "{stopped:?}"
    );
}
