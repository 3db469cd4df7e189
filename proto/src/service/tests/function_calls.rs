//! Functions: without configuration, and errors where they belong.

use super::*;
use crate::value::{Type, msgpack};

fn argument(value: &Value, of: &Type) -> wire::DynamicValue {
    wire::DynamicValue {
        msgpack: msgpack::encode(value, of).expect("it is of that type"),
        json: Vec::new(),
    }
}

async fn call(times: Value, rest: &[Value]) -> wire::call_function::Response {
    let mut client = connected(Specimen::default()).await;
    let times = argument(&times, &Type::Number);
    let rest = rest.iter().map(|value| argument(value, &Type::String));
    let request = wire::call_function::Request {
        name: "repeat".to_owned(),
        arguments: std::iter::once(times).chain(rest).collect(),
    };
    client
        .call_function(request)
        .await
        .expect("it answers")
        .into_inner()
}

fn output(answer: wire::call_function::Response) -> Value {
    assert_eq!(answer.error, None);
    let result = answer.result.expect("there is a result");
    msgpack::decode(&result.msgpack, &Type::String).expect("it is text")
}

fn error(answer: &wire::call_function::Response) -> (&str, Option<i64>) {
    assert_eq!(answer.result, None);
    let error = answer.error.as_ref().expect("there is an error");
    (&error.text, error.function_argument)
}

#[tokio::test]
async fn a_function_is_called_without_configuration() {
    let answer = call(number(2), &["-", "a", "b"].map(Value::text)).await;
    assert_eq!(output(answer), Value::text("a-b-a-b"));
    let answer = call(number(2), &[Value::Null, Value::text("a")]).await;
    assert_eq!(output(answer), Value::text("aa"), "null is passed on");
    let answer = call(number(2), &[Value::UNKNOWN, Value::text("a")]).await;
    assert_eq!(output(answer), Value::UNKNOWN, "and so is unknown");
}

#[tokio::test]
async fn errors_name_the_argument_that_is_to_blame() {
    let between = || Value::text("-");
    let answer = call(number(2), &[between(), Value::text("a"), Value::text("")]).await;
    assert_eq!(
        error(&answer),
        ("must not be empty", Some(3)),
        "the function's own"
    );
    let answer = call(number(10), &[between()]).await;
    assert_eq!(
        error(&answer),
        ("must be below 10", Some(0)),
        "the declared check's"
    );
    let half = Value::Number("1.5".parse().expect("a number"));
    let answer = call(half, &[between()]).await;
    assert_eq!(error(&answer).1, Some(0), "the type's");
    let answer = call(number(2), &[between(), Value::Null]).await;
    assert_eq!(error(&answer), ("must not be null", Some(2)));
}

#[tokio::test]
async fn malformed_calls_get_an_error() {
    let answer = call(number(2), &[]).await;
    assert_eq!(error(&answer), ("1 arguments instead of 2", None));
    let answer = call(Value::Null, &[Value::Null]).await;
    assert_eq!(error(&answer), ("must not be null", Some(0)));
    let answer = call(number(-1), &[Value::Null, Value::text("a")]).await;
    let (text, _) = error(&answer);
    assert!(
        text.contains("function repeat panicked"),
        "the process goes on: {text}"
    );
    assert!(!text.ends_with('.'), "Terraform adds the full stop: {text}");
    let mut client = connected(Specimen::default()).await;
    for (name, arguments, expected) in [
        (
            "other",
            vec![],
            "Unknown function: This provider has no function \"other\"",
        ),
        (
            "repeat",
            vec![wire::DynamicValue {
                msgpack: vec![0xc1],
                json: Vec::new(),
            }],
            "Terraform sent a value that the provider cannot read",
        ),
    ] {
        let request = wire::call_function::Request {
            name: name.to_owned(),
            arguments,
        };
        let answer = client
            .call_function(request)
            .await
            .expect("it answers")
            .into_inner();
        assert!(error(&answer).0.starts_with(expected), "{answer:?}");
    }
}
