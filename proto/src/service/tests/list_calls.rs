//! List resources: what is found, and where it ends.

use super::*;
use crate::specimen::{ThingIdentity, Wanted};
use crate::wire::list_resource::Event;

fn config(count: i64, mode: Value) -> Option<wire::DynamicValue> {
    let config = [
        ("count".to_owned(), number(count)),
        ("mode".to_owned(), mode),
    ];
    let of = Schema::of::<Wanted>().value_type().clone();
    Some(wire::DynamicValue {
        msgpack: msgpack::encode(&Value::Map(config.into()), &of).expect("it is of that type"),
        json: Vec::new(),
    })
}

async fn list(client: &mut Client, request: wire::list_resource::Request) -> Vec<Event> {
    let mut stream = client
        .list_resource(wire::list_resource::Request {
            type_name: TYPE.to_owned(),
            ..request
        })
        .await
        .expect("it answers")
        .into_inner();
    let mut events = Vec::new();
    while let Some(event) = stream.message().await.expect("the stream is in order") {
        events.push(event);
    }
    events
}

fn id(event: &Event) -> Value {
    let of = Schema::of::<ThingIdentity>().value_type().clone();
    let identity = event.identity.as_ref().expect("it has an identity");
    let data = identity.identity_data.as_ref().expect("it has data");
    let identity = msgpack::decode(&data.msgpack, &of).expect("it is an identity");
    identity.entry("id").clone()
}

#[tokio::test]
async fn a_list_block_is_validated_without_configuration() {
    let mut client = connected(Specimen::default()).await;
    for (count, expected) in [(1, &[][..]), (0, &["Nothing wanted"])] {
        let request = wire::validate_list_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config(count, Value::Null),
            ..Default::default()
        };
        let answer = client
            .validate_list_resource_config(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
    }
}

#[tokio::test]
async fn everything_is_listed_with_its_identity_and_its_state_if_wanted() {
    for with_state in [false, true] {
        let mut client = configured().await;
        let request = wire::list_resource::Request {
            config: config(40, Value::Null),
            include_resource_object: with_state,
            ..Default::default()
        };
        let events = list(&mut client, request).await;
        assert_eq!(events.len(), 40, "more than are sent ahead");
        assert_eq!(events[7].display_name, "thing 7");
        assert_eq!(id(&events[7]), Value::text("t-7"));
        let state = events[7].resource_object.clone();
        let whole = thing("x", &[("id", Value::text("t-7")), ("size", number(7))]);
        assert_eq!(
            state.map(|state| received(Some(state))),
            with_state.then_some(whole),
            "nothing write-only gets out"
        );
    }
}

#[tokio::test]
async fn a_limit_ends_the_search() {
    let mut client = configured().await;
    let request = wire::list_resource::Request {
        config: config(1_000_000, Value::Null),
        limit: 3,
        ..Default::default()
    };
    let events = list(&mut client, request).await;
    let [_, _, last, end] = &events[..] else {
        panic!("three things and a warning: {events:?}");
    };
    assert_eq!(id(last), Value::text("t-2"));
    assert_eq!(summaries(&end.diagnostic), ["Enough"]);
}

#[tokio::test]
async fn an_error_comes_after_what_was_found() {
    for (mode, expected) in [
        ("fail", "The rest is out of reach"),
        (
            "unidentified",
            "The provider listed an object without its identity",
        ),
    ] {
        let mut client = configured().await;
        let request = wire::list_resource::Request {
            config: config(2, Value::text(mode)),
            ..Default::default()
        };
        let events = list(&mut client, request).await;
        let [_, second, end] = &events[..] else {
            panic!("two things and an error: {events:?}");
        };
        assert_eq!(id(second), Value::text("t-1"));
        assert_eq!(summaries(&end.diagnostic), [expected]);
        assert_eq!(end.identity, None);
    }
    let mut client = connected(Specimen::default()).await;
    let request = wire::list_resource::Request {
        config: config(1, Value::Null),
        ..Default::default()
    };
    let events = list(&mut client, request).await;
    assert_eq!(
        summaries(&events[0].diagnostic),
        ["The provider is not configured"]
    );
}
