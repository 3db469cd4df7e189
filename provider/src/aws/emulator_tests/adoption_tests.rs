//! What a function keeps, and loses, when it becomes ours.

use aws_sdk_lambda::types::{
    DeadLetterConfig, Environment, EphemeralStorage, LayerVersionContentInput, TracingConfig,
    TracingMode, VpcConfig,
};

use super::account::Account;
use super::{configuration, create, deadline, package, version};

#[tokio::test]
async fn what_lambda_at_edge_forbids_is_named_and_not_published() {
    let account = Account::open();
    let session = account.session();
    let (functions, deadline) = (session.functions(), deadline());
    let name = "netacea-shop";
    create(&session, name).await;
    let lambda = &session.connection().clients().await.unwrap().lambda;
    let content =
        LayerVersionContentInput::builder().zip_file(package("layer").bytes().to_vec().into());
    let layer = lambda
        .publish_layer_version()
        .layer_name("tools")
        .content(content.build())
        .send()
        .await
        .unwrap();
    let network = VpcConfig::builder()
        .subnet_ids("subnet-0123456789abcdef0")
        .security_group_ids("sg-0123456789abcdef0");
    lambda
        .update_function_configuration()
        .function_name(name)
        .environment(Environment::builder().variables("TOKEN", "hush").build())
        .vpc_config(network.build())
        .dead_letter_config(
            DeadLetterConfig::builder()
                .target_arn("arn:aws:sqs:us-east-1:000000000000:dead")
                .build(),
        )
        .tracing_config(TracingConfig::builder().mode(TracingMode::Active).build())
        .ephemeral_storage(EphemeralStorage::builder().size(1024).build().unwrap())
        .set_layers(layer.layer_version_arn.map(|arn| vec![arn]))
        .kms_key_arn("arn:aws:kms:us-east-1:000000000000:key/1")
        .send()
        .await
        .unwrap();
    let found = functions.read(name, &deadline).await.unwrap().unwrap();
    let parts = [
        "a VPC",
        "layers",
        "a dead-letter queue",
        "X-Ray tracing",
        "more than 512 MB of ephemeral storage",
        "a KMS key of its own",
        "environment variables (TOKEN)",
    ];
    assert_eq!(found.latest.forbidden, parts);

    functions
        .publish(name, &configuration(), &package("one"), &deadline)
        .await
        .unwrap();
    let published = functions.read_version(name, version(1), &deadline).await;
    assert_eq!(published.unwrap().unwrap().forbidden, [""; 0]);
    let latest = functions.read(name, &deadline).await.unwrap().unwrap();
    assert_eq!(latest.latest.forbidden, [""; 0]);
}
