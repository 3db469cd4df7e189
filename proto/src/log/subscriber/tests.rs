//! What is written, line by line.

use std::cell::RefCell;

use serde_json::{Value as Json, json};
use tracing::{Instrument as _, Level};

use super::*;
use crate::log::{Scope, conceal, mask, mask_field, scoped};
use crate::schema::Schema;
use crate::value::Value;
use crate::{Attr, Model, Object, Sensitive};

fn log(variables: &'static [(&str, &str)]) -> TerraformLog {
    TerraformLog::new(
        |line| LINES.with_borrow_mut(|lines| lines.push(line.to_owned())),
        "my-cloud",
        "example.com/acme/my-cloud",
        "my_cloud",
        |wanted| {
            variables
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
        },
    )
}

thread_local! {
    /// What the log of this test has written.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The lines that `call` makes, without what every line has.
fn lines(call: impl FnOnce()) -> Vec<Json> {
    tracing::subscriber::with_default(log(&[("TF_LOG", "trace")]), call);
    let lines = LINES.take();
    let lines = lines.iter().map(|line| {
        let mut line: Json = serde_json::from_str(line).expect("a line is JSON");
        let fields = line.as_object_mut().expect("a line is an object");
        for common in ["@level", "@module", "@timestamp", "tf_provider_addr"] {
            assert!(fields.remove(common).is_some(), "{common}");
        }
        line
    });
    lines.collect()
}

#[test]
fn the_most_specific_variable_decides() {
    let log = log(&[
        ("TF_LOG", "trace"),
        ("TF_LOG_PROVIDER_MY_CLOUD", "WARN"),
        ("TF_LOG_SDK", "off"),
    ]);
    assert!(log.wants(Level::WARN, Source::Provider));
    assert!(!log.wants(Level::INFO, Source::Provider));
    assert!(!log.wants(Level::ERROR, Source::Protocol));
}

#[test]
fn without_variables_nothing_is_logged() {
    assert!(!log(&[]).wants(Level::ERROR, Source::Provider));
}

#[test]
fn json_output_means_every_level() {
    assert!(log(&[("TF_LOG", "JSON")]).wants(Level::TRACE, Source::Provider));
}

#[test]
fn only_the_author_and_this_crate_are_heard() {
    let log = log(&[("TF_LOG", "trace")]);
    assert_eq!(log.source("my_cloud::bucket"), Some(Source::Provider));
    assert_eq!(log.source(module_path!()), Some(Source::Protocol));
    assert_eq!(log.source("my_cloud_sdk::http"), None);
    assert_eq!(log.source("aws_smithy_runtime::client"), None);
}

#[test]
fn values_are_strings_as_they_are_displayed() {
    let lines = lines(|| {
        let name = String::from("netacea-shop");
        tracing::info!(version = 7u64, function = name, from = %"a\"b", on = true, "published {}", 7);
    });
    assert_eq!(
        lines,
        [json!({
            "@message": "published 7", "from": "a\"b", "function": "netacea-shop", "on": "true",
            "version": "7",
        })]
    );
}

#[test]
fn fields_of_the_spans_around_are_in_every_line() {
    let lines = lines(|| {
        let outer = tracing::trace_span!("deploy", zone = "eu", step = tracing::field::Empty);
        let entered = outer.enter();
        outer.record("step", 1);
        tracing::info!("begins");
        tracing::trace_span!("upload", zone = "us", size = 3).in_scope(|| {
            tracing::info!(size = 4, "uploads");
        });
        tracing::info!(parent: None, "is elsewhere");
        drop(entered);
        tracing::info!("ends");
        tracing::info!(parent: &outer, "is told late");
    });
    assert_eq!(
        lines,
        [
            json!({ "@message": "begins", "zone": "eu", "step": "1" }),
            json!({ "@message": "uploads", "zone": "us", "step": "1", "size": "4" }),
            json!({ "@message": "is elsewhere" }),
            json!({ "@message": "ends" }),
            json!({ "@message": "is told late", "zone": "eu", "step": "1" }),
        ]
    );
}

#[test]
fn a_task_in_a_span_takes_its_fields_along() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let lines = lines(|| {
        runtime.block_on(
            async {
                let spawned = tokio::spawn(
                    async {
                        tokio::task::yield_now().await;
                        tracing::info!("works");
                    }
                    .in_current_span(),
                );
                tokio::task::yield_now().await;
                tracing::info!("waits");
                spawned.await.expect("nobody panics");
            }
            .instrument(tracing::info_span!("job", number = 5)),
        );
    });
    assert_eq!(
        lines,
        [
            json!({ "@message": "waits", "number": "5" }),
            json!({ "@message": "works", "number": "5" }),
        ]
    );
}

#[test]
fn a_span_ends_with_its_last_handle() {
    let log = log(&[("TF_LOG", "trace")]);
    let dispatch = tracing::Dispatch::new(log);
    tracing::dispatcher::with_default(&dispatch, || {
        let span = tracing::info_span!("one");
        let other = span.clone();
        let inner = tracing::info_span!(parent: &span, "two");
        drop((span, other));
        drop(inner);
    });
    let log: &TerraformLog = dispatch.downcast_ref().expect("it is this log");
    assert_eq!(log.spans.count(), 0);
}

#[test]
fn a_secret_that_is_registered_stands_in_no_line() {
    mask("registered-s3cret");
    mask_field("authorization");
    let lines = lines(|| {
        let _span = tracing::info_span!("login", with = "registered-s3cret").entered();
        tracing::info!(
            authorization = "Bearer 1",
            header = ?Some("registered-s3cret"),
            status = 200,
            "sent registered-s3cret"
        );
    });
    assert_eq!(
        lines,
        [json!({
            "@message": "sent ***", "authorization": "***", "header": "Some(\"***\")",
            "status": "200", "with": "***",
        })]
    );
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Login {
    user: Attr<String>,
    password: Attr<Sensitive<String>>,
    pin_wo: Attr<i64>,
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Key {
    text: Attr<String>,
}

impl Model for Login {
    fn declare(object: &mut Object<Self>) {
        object.attribute("user", |login| &mut login.user).optional();
        object
            .attribute("password", |login| &mut login.password)
            .optional();
        object
            .attribute("pin_wo", |login| &mut login.pin_wo)
            .optional()
            .write_only();
        object.block_list("key", |login| &mut login.keys);
    }
}

impl Model for Key {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("text", |key| &mut key.text)
            .optional()
            .sensitive();
    }
}

fn login() -> (Schema<Login>, Value) {
    let schema = Schema::of::<Login>();
    let login = Login {
        user: "somebody".into(),
        password: Sensitive::new("call-s3cret\n".to_owned()).into(),
        pin_wo: 987_654.into(),
        keys: vec![Key {
            text: "key-s3cret".into(),
        }],
    };
    let value = schema.encode(login);
    (schema, value)
}

#[tokio::test]
async fn what_is_declared_sensitive_is_masked_while_its_call_lasts() {
    let _log = tracing::subscriber::set_default(log(&[("TF_LOG", "trace")]));
    let (schema, value) = login();
    scoped(Scope::new("ReadResource", None), async {
        conceal(schema.declarations(), &value);
        tracing::info!(pin = 987_654, "somebody has call-s3cret and key-s3cret");
        let elsewhere = async { tracing::info!("call-s3cret is masked in every task") };
        // It takes no part in the scope.
        tokio::spawn(elsewhere).await.expect("nobody panics");
    })
    .await;
    tracing::info!("call-s3cret is unknown now");
    let lines = LINES.take();
    let messages: Vec<Json> = lines
        .iter()
        .map(|line| serde_json::from_str::<Json>(line).expect("a line is JSON"))
        .map(|line| json!([line["@message"], line["pin"]]))
        .collect();
    assert_eq!(
        messages,
        [
            json!(["somebody has *** and ***", "***"]),
            json!(["*** is masked in every task", null]),
            json!(["call-s3cret is unknown now", null]),
        ]
    );
}
