//! Data sources.

use super::*;
use crate::value::json;

#[tokio::test]
async fn a_data_source_is_read_and_may_not_change_its_configuration() {
    let mut client = configured().await;
    let of = Type::Object(
        [
            ("name".to_owned(), Type::String),
            ("size".to_owned(), Type::Number),
        ]
        .into(),
    );
    for (name, expected) in [
        ("x", &[][..]),
        ("missing", &["Not found"]),
        ("meddle", &["The provider changed a configured value"]),
    ] {
        let config = Value::Map(
            [
                ("name".to_owned(), Value::text(name)),
                ("size".to_owned(), Value::Null),
            ]
            .into(),
        );
        // JSON is as good as MessagePack on the way in.
        let json = json::encode(&config, &of)
            .expect("it is of that type")
            .into_bytes();
        let config = Some(wire::DynamicValue {
            msgpack: Vec::new(),
            json,
        });
        let validation = wire::validate_data_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: config.clone(),
        };
        let answer = client
            .validate_data_resource_config(validation)
            .await
            .expect("it answers")
            .into_inner();
        assert!(answer.diagnostics.is_empty());
        let request = wire::read_data_source::Request {
            type_name: TYPE.to_owned(),
            config,
            ..Default::default()
        };
        let answer = client
            .read_data_source(request)
            .await
            .expect("it answers")
            .into_inner();
        assert_eq!(summaries(&answer.diagnostics), expected);
        if expected.is_empty() {
            let found = msgpack::decode(&answer.state.expect("there is a value").msgpack, &of)
                .expect("it is found");
            assert_eq!(found.entry("size"), &number(5));
        }
    }
}
