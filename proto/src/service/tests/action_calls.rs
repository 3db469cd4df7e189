//! Actions: plan, progress and end.

use super::*;
use crate::specimen::Pokes;
use crate::wire::invoke_action::event::Type as Event;

const POKE: &str = "specimen_poke";

fn config(times: Value) -> Option<wire::DynamicValue> {
    let of = Schema::of::<Pokes>().value_type().clone();
    let config = Value::Map([("times".to_owned(), times)].into());
    Some(wire::DynamicValue {
        msgpack: msgpack::encode(&config, &of).expect("it is of that type"),
        json: Vec::new(),
    })
}

fn invocation(times: i64) -> wire::invoke_action::Request {
    wire::invoke_action::Request {
        action_type: POKE.to_owned(),
        config: config(number(times)),
        ..Default::default()
    }
}

/// The messages, and the summaries at the end.
async fn invoke(client: &mut Client, times: i64) -> (Vec<String>, Vec<String>) {
    let mut stream = client
        .invoke_action(invocation(times))
        .await
        .expect("it answers")
        .into_inner();
    let mut messages = Vec::new();
    loop {
        let event = stream.message().await.expect("the stream is in order");
        match event.and_then(|event| event.r#type).expect("an end comes") {
            Event::Progress(progress) => messages.push(progress.message),
            Event::Completed(completed) => {
                assert_eq!(stream.message().await.expect("it is over"), None);
                let summaries = summaries(&completed.diagnostics);
                return (messages, summaries.into_iter().map(str::to_owned).collect());
            }
        }
    }
}

#[tokio::test]
async fn an_action_is_validated_and_planned() {
    let mut client = configured().await;
    for (times, expected) in [(number(1), &[][..]), (number(13), &["Not 13"])] {
        let request = wire::validate_action_config::Request {
            type_name: POKE.to_owned(),
            config: config(times),
        };
        let answer = client
            .validate_action_config(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
    }
    for (times, expected) in [(number(1), &[][..]), (Value::UNKNOWN, &["Not known yet"])] {
        let request = wire::plan_action::Request {
            action_type: POKE.to_owned(),
            config: config(times),
            ..Default::default()
        };
        let answer = client
            .plan_action(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
    }
}

#[tokio::test]
async fn an_action_is_validated_again_when_it_is_planned() {
    let mut client = configured().await;
    for (times, expected) in [
        (number(13), "Not 13"),
        (number(-1), "Invalid value"),
        (Value::Null, "Missing required argument"),
    ] {
        // A variable has no value yet when Terraform validates.
        let request = wire::validate_action_config::Request {
            type_name: POKE.to_owned(),
            config: config(Value::UNKNOWN),
        };
        let answer = client.validate_action_config(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
        let request = wire::plan_action::Request {
            action_type: POKE.to_owned(),
            config: config(times),
            ..Default::default()
        };
        let answer = client.plan_action(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert_eq!(summaries(&answer.diagnostics), [expected]);
        let path = answer.diagnostics[0].attribute.as_ref();
        assert_eq!(path.map(|path| path.steps.len()), Some(1), "{expected}");
    }
}

#[tokio::test]
async fn an_action_tells_how_far_it_is_and_how_it_ended() {
    let mut client = configured().await;
    let (messages, end) = invoke(&mut client, 40).await;
    assert_eq!(messages.len(), 40, "more than are sent ahead");
    assert_eq!(messages[7], "poke 7");
    assert!(end.is_empty(), "{end:?}");
    let (messages, end) = invoke(&mut client, 99).await;
    assert_eq!(messages.len(), 99);
    assert_eq!(end, ["It pokes back"]);
    // What was unknown at validation is known now.
    let (messages, end) = invoke(&mut client, 13).await;
    assert!(messages.is_empty(), "{messages:?}");
    assert_eq!(end, ["Not 13"]);
    let mut client = connected(Specimen::default()).await;
    let (_, end) = invoke(&mut client, 1).await;
    assert_eq!(end, ["The provider is not configured"]);
}

#[tokio::test]
async fn an_action_goes_on_when_the_client_hangs_up() {
    let specimen = Specimen::default();
    let done = Arc::clone(&specimen.waiting);
    let mut client = configured_with(specimen).await;
    let stream = client.invoke_action(invocation(1_000)).await;
    drop(stream.expect("it answers"));
    drop(client);
    tokio::time::timeout(std::time::Duration::from_secs(10), done.notified())
        .await
        .expect("it comes to its end");
}
