//! State of older versions and of other types.

use super::*;
use crate::private::Private;

#[tokio::test]
async fn state_of_this_and_older_versions_is_read_newer_is_refused() {
    let mut client = connected(Specimen::default()).await;
    let state =
        br#"{"id":"t-1","mode":"x","tags":null,"removed_attribute":[1],"secret_wo":"leaked"}"#;
    for (version, raw, expected) in [
        (2, &state[..], &[][..]),
        (1, state, &[]),
        (
            3,
            state,
            &["The state was written by a newer version of the provider"],
        ),
        (
            2,
            b"",
            &["The state has a form that this provider cannot read"],
        ),
        (2, b"{", &["The state does not fit the provider's schema"]),
    ] {
        let request = wire::upgrade_resource_state::Request {
            type_name: TYPE.to_owned(),
            version,
            raw_state: Some(wire::RawState {
                json: raw.to_vec(),
                ..Default::default()
            }),
        };
        let answer = client
            .upgrade_resource_state(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(
            summaries(&answer.diagnostics),
            expected,
            "version {version}"
        );
        if expected.is_empty() {
            assert_eq!(
                received(answer.upgraded_state),
                thing("x", &[("id", Value::text("t-1"))])
            );
        }
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_left_out_of_the_state_and_named() {
    let mut client = connected(Specimen::default()).await;
    let raw = br#"{"id":"t-1","mode":"x","size":"large","tags":["a",{}]}"#;
    let request = wire::upgrade_resource_state::Request {
        type_name: TYPE.to_owned(),
        version: 2,
        raw_state: raw_state(raw),
    };
    let answer = client.upgrade_resource_state(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert_eq!(
        summaries(&answer.diagnostics),
        [
            "The value of size in the state cannot be read",
            "The value of tags[1] in the state cannot be read"
        ]
    );
    for diagnostic in &answer.diagnostics {
        assert_eq!(diagnostic.severity(), wire::diagnostic::Severity::Warning);
        assert_eq!(diagnostic.attribute, None, "the configuration is in order");
    }
    assert_eq!(
        received(answer.upgraded_state),
        thing("x", &[("id", Value::text("t-1"))])
    );
}

/// What does not fit may be something else of the same name.
#[tokio::test]
async fn a_value_of_another_type_is_refused_from_another_provider() {
    let mut client = connected(Specimen::default()).await;
    let request = wire::move_resource_state::Request {
        source_type_name: TYPE.to_owned(),
        target_type_name: TYPE.to_owned(),
        source_schema_version: 2,
        source_state: raw_state(br#"{"id":"t-1","mode":"x","size":"large"}"#),
        ..Default::default()
    };
    let answer = client.move_resource_state(request).await;
    let answer = answer.expect("it answers").into_inner();
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The state does not fit the provider's schema"]
    );
}

#[tokio::test]
async fn an_upgrade_rewrites_the_state_of_its_version() {
    for (raw, expected) in [
        (&br#"{"kind":"x"}"#[..], &[][..]),
        (
            br#"{"kind":"unknown"}"#,
            &["The provider returned a state with an unknown value"],
        ),
        (br#"{"mode":"x"}"#, &["The provider crashed"]),
        (br#"["kind"]"#, &["The old state cannot be read"]),
    ] {
        let mut client = connected(Specimen::default()).await;
        let request = wire::upgrade_resource_state::Request {
            type_name: TYPE.to_owned(),
            version: 0,
            raw_state: raw_state(raw),
        };
        let answer = client
            .upgrade_resource_state(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
        if expected.is_empty() {
            assert_eq!(
                received(answer.upgraded_state),
                thing("x", &[("id", Value::text("t-1"))]),
                "nothing write-only gets in"
            );
        }
    }
}

#[tokio::test]
async fn state_of_a_known_type_is_taken_over_with_what_it_remembered() {
    let mut private = Private::default();
    private.set("etag", &"E1");
    for (private, kept) in [
        (private.to_bytes(), private.to_bytes()),
        (b"foreign".to_vec(), Vec::new()),
    ] {
        let mut request = movement("specimen_old");
        request.source_private = private;
        let mut client = connected(Specimen::default()).await;
        let answer = client
            .move_resource_state(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), <[&str; 0]>::default());
        assert_eq!(
            received(answer.target_state),
            thing("x", &[("id", Value::text("t-1"))])
        );
        assert_eq!(answer.target_private, kept);
    }
}

/// OpenTofu asks from 1.12.4 and 1.11.12 on, whenever the address of the provider differs.
#[tokio::test]
async fn state_of_the_type_itself_under_another_address_is_upgraded() {
    let mut private = Private::default();
    private.set("etag", &"E1");
    let current = br#"{"id":"t-1","mode":"x","secret_wo":"leaked","gone":[1]}"#;
    for (version, raw, expected) in [
        (2, &current[..], &[][..]),
        (0, br#"{"kind":"x"}"#, &[]),
        (
            3,
            current,
            &["The state was written by a newer version of the provider"],
        ),
        (
            2,
            br#"{"id":"t-1"}"#,
            &["The state does not belong to a specimen_thing of this provider"],
        ),
        (
            2,
            br#"{"mode":["x"]}"#,
            &["The state does not fit the provider's schema"],
        ),
    ] {
        let mut client = connected(Specimen::default()).await;
        let request = wire::move_resource_state::Request {
            source_provider_address: "registry.opentofu.org/elsewhere/specimen".to_owned(),
            source_schema_version: version,
            source_state: raw_state(raw),
            source_private: private.to_bytes(),
            ..movement(TYPE)
        };
        let answer = client.move_resource_state(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
        if expected.is_empty() {
            assert_eq!(
                received(answer.target_state),
                thing("x", &[("id", Value::text("t-1"))])
            );
            assert_eq!(answer.target_private, private.to_bytes());
            assert!(answer.target_identity.is_some(), "version {version}");
        }
    }
}

#[tokio::test]
async fn state_of_any_other_type_is_refused_with_what_is_possible() {
    let mut client = connected(Specimen::default()).await;
    let answer = client
        .move_resource_state(movement("specimen_foreign"))
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(
        summaries(&answer.diagnostics),
        ["specimen_foreign cannot be moved to specimen_thing"]
    );
    assert!(
        answer.diagnostics[0]
            .detail
            .contains("can start only from specimen_old"),
        "{answer:?}"
    );
    assert_eq!(answer.target_state, None);
}

fn movement(from: &str) -> wire::move_resource_state::Request {
    wire::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/example/specimen".to_owned(),
        source_type_name: from.to_owned(),
        source_state: raw_state(br#"{"kind":"x"}"#),
        target_type_name: TYPE.to_owned(),
        ..Default::default()
    }
}

fn raw_state(json: &[u8]) -> Option<wire::RawState> {
    Some(wire::RawState {
        json: json.to_vec(),
        ..Default::default()
    })
}
