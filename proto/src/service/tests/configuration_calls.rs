//! Configuration that Terraform writes for what it has imported.

use super::*;

#[tokio::test]
async fn what_only_the_provider_sets_is_left_out() {
    let mut client = connected(Specimen::default()).await;
    let tags = Value::List(vec![Value::text("a")]);
    let state = thing(
        "x",
        &[
            ("id", Value::text("t-1")),
            ("size", number(1)),
            ("tags", tags.clone()),
        ],
    );
    let request = wire::generate_resource_config::Request {
        type_name: TYPE.to_owned(),
        state: sent(&state),
    };
    let answer = client
        .generate_resource_config(request)
        .await
        .expect("it answers")
        .into_inner();
    assert_eq!(received(answer.config), thing("x", &[("tags", tags)]));
}
