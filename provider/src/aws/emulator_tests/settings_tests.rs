//! How the settings of the provider block change the way to AWS.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::deadline;
use super::emulator::Emulator;
use super::faults::{Fault, FaultProxy, Play};
use crate::aws::connection_settings::{AssumeRole, ConnectionSettings, WebIdentity};
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::session::AwsSession;

/// The account that STS names, and what it was sent.
async fn asking_sts(emulator: &Emulator, settings: ConnectionSettings) -> (String, FaultProxy) {
    let proxy = FaultProxy::start(emulator.url(), []).await;
    let mut settings = settings;
    settings.endpoints.sts = Some(proxy.url.clone());
    let account = AwsSession::new(settings, "1.11.4")
        .account(&deadline())
        .await
        .unwrap();
    (account.expect("the settings let it ask"), proxy)
}

#[tokio::test]
async fn sts_is_asked_in_its_own_region_for_roles_too() {
    let emulator = Emulator::start().await;
    let settings = ConnectionSettings {
        sts_region: Some("eu-west-1".to_owned()),
        assume_role: vec![AssumeRole {
            role_arn: "arn:aws:iam::000000000000:role/edge".to_owned(),
            ..AssumeRole::default()
        }],
        ..emulator.settings()
    };
    let (_, proxy) = asking_sts(&emulator, settings).await;
    let heads = proxy.heads();
    assert_eq!(heads.len(), 2, "the role, then the caller: {heads:?}");
    for head in heads {
        assert!(head.contains("/eu-west-1/sts/aws4_request"), "{head}");
    }
}

#[tokio::test]
async fn a_web_identity_is_exchanged_for_keys_without_any_others() {
    let emulator = Emulator::start().await;
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
        ..emulator.settings()
    };
    let (_, proxy) = asking_sts(&emulator, settings).await;
    let exchange = &proxy.bodies("POST")[0];
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
    let emulator = Emulator::start().await;
    let id = emulator.create_distribution().await;
    for (no_proxy, through_proxy) in [(None, true), (Some("127.0.0.1"), false)] {
        let proxy = FaultProxy::start(emulator.url(), []).await;
        let settings = ConnectionSettings {
            http_proxy: Some(proxy.url.clone()),
            no_proxy: no_proxy.map(str::to_owned),
            ..emulator.settings()
        };
        let session = AwsSession::new(settings, "1.11.4");
        let found = session.distributions().describe(&id, &deadline()).await;
        assert!(found.unwrap().is_some(), "{no_proxy:?}");
        let heads = proxy.heads();
        assert_eq!(!heads.is_empty(), through_proxy, "{no_proxy:?}: {heads:?}");
    }
}

#[tokio::test]
async fn credentials_that_sts_does_not_know_pass_only_when_that_is_wanted_and_no_account_is_named()
{
    let emulator = Emulator::start().await;
    let asked = async |skip: bool, allowed: &[&str], refused: bool| {
        let unknown = Fault {
            method: "POST",
            path: "/",
            play: Play::RefuseXml(403, "InvalidClientTokenId", "The token is invalid."),
        };
        let faults = if refused { vec![unknown] } else { Vec::new() };
        let proxy = FaultProxy::start(emulator.url(), faults).await;
        let mut settings = ConnectionSettings {
            skip_credentials_validation: skip,
            allowed_account_ids: allowed.iter().map(ToString::to_string).collect(),
            ..emulator.settings()
        };
        settings.endpoints.sts = Some(proxy.url.clone());
        AwsSession::new(settings, "1.11.4")
            .account(&deadline())
            .await
    };
    let account = Some("000000000000".to_owned());
    assert_eq!(asked(true, &[], false).await.unwrap(), account, "compared");
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
    let emulator = Emulator::start().await;
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let mut settings = emulator.settings();
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
