//! Ephemeral resources, from validation to their end.

use super::*;
use crate::specimen::Found;

const SESSION: &str = "specimen_session";

fn found_type() -> Type {
    Schema::of::<Found>().value_type().clone()
}

fn config(name: &str) -> Option<wire::DynamicValue> {
    let config = [
        ("name".to_owned(), Value::text(name)),
        ("size".to_owned(), Value::Null),
    ];
    let msgpack = msgpack::encode(&Value::Map(config.into()), &found_type());
    Some(wire::DynamicValue {
        msgpack: msgpack.expect("it is of that type"),
        json: Vec::new(),
    })
}

async fn open(client: &mut Client, name: &str) -> wire::open_ephemeral_resource::Response {
    let request = wire::open_ephemeral_resource::Request {
        type_name: SESSION.to_owned(),
        config: config(name),
        ..Default::default()
    };
    client
        .open_ephemeral_resource(request)
        .await
        .expect("it answers")
        .into_inner()
}

async fn renew(
    client: &mut Client,
    private: Option<Vec<u8>>,
) -> wire::renew_ephemeral_resource::Response {
    let request = wire::renew_ephemeral_resource::Request {
        type_name: SESSION.to_owned(),
        private,
    };
    client
        .renew_ephemeral_resource(request)
        .await
        .expect("it answers")
        .into_inner()
}

#[tokio::test]
async fn an_ephemeral_block_is_validated_without_configuration() {
    let mut client = connected(Specimen::default()).await;
    for (name, expected) in [("x", &[][..]), ("invalid", &["Invalid name"])] {
        let request = wire::validate_ephemeral_resource_config::Request {
            type_name: SESSION.to_owned(),
            config: config(name),
        };
        let answer = client
            .validate_ephemeral_resource_config(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
    }
}

#[tokio::test]
async fn what_is_opened_is_renewed_until_it_lasts_and_closed_with_what_it_remembers() {
    let mut client = configured().await;
    let opened = open(&mut client, "x").await;
    let result = opened.result.expect("it is there");
    let result = msgpack::decode(&result.msgpack, &found_type()).expect("it is of that type");
    assert_eq!(result.entry("size"), &number(5));
    assert_eq!(opened.renew_at.map(|time| time.seconds), Some(60));
    let once = renew(&mut client, opened.private).await;
    assert_eq!(once.renew_at.map(|time| time.seconds), Some(120));
    let twice = renew(&mut client, once.private).await;
    assert_eq!(twice.renew_at, None);
    let request = wire::close_ephemeral_resource::Request {
        type_name: SESSION.to_owned(),
        private: twice.private,
    };
    let closed = client
        .close_ephemeral_resource(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(closed.diagnostics[0].detail, "2 renewals");
}

#[tokio::test]
async fn what_cannot_be_opened_is_not_there() {
    let mut client = configured().await;
    for (name, expected) in [
        ("missing", "Not found"),
        ("meddle", "The provider changed a configured value"),
    ] {
        let answer = open(&mut client, name).await;
        assert_eq!(summaries(&answer.diagnostics), [expected]);
        assert_eq!((answer.result, answer.renew_at), (None, None));
    }
    let mut client = connected(Specimen::default()).await;
    let answer = open(&mut client, "x").await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider is not configured"]
    );
}
