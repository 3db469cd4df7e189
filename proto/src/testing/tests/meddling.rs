//! What Terraform refuses is refused, and the message says what it was.
//!
//! The crate itself keeps an author from most of this, so somebody between it and the client
//! changes the answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tonic::{Request, Response, Status};

use crate::path::Path;
use crate::schema::Schema;
use crate::service::{Rpc, Server};
use crate::specimen::{Specimen, Thing};
use crate::testing::{Client, Instance, Refusal, json};
use crate::value::{Value, msgpack};
use crate::wire;
use crate::wire::provider_server::Provider as Service;

const TYPE: &str = "specimen_thing";

type Meddle<A> = fn(&mut A);

/// Hands every call on, and changes some of the answers.
struct Meddler {
    honest: Rpc<Specimen>,
    script: Script,
    plans: AtomicUsize,
}

#[derive(Default)]
struct Script {
    first_plan: Option<Meddle<wire::plan_resource_change::Response>>,
    second_plan: Option<Meddle<wire::plan_resource_change::Response>>,
    apply: Option<Meddle<wire::apply_resource_change::Response>>,
    read: Option<Meddle<wire::read_resource::Response>>,
    import: Option<Meddle<wire::import_resource_state::Response>>,
}

type Answer<A> = Result<Response<A>, Status>;

fn changed<A>(answer: Answer<A>, meddle: Option<Meddle<A>>) -> Answer<A> {
    let mut answer = answer?;
    if let Some(meddle) = meddle {
        meddle(answer.get_mut());
    }
    Ok(answer)
}

#[tonic::async_trait]
impl Service for Meddler {
    async fn get_provider_schema(
        &self,
        request: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        self.honest.get_provider_schema(request).await
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        self.honest.get_resource_identity_schemas(request).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        self.honest.validate_resource_config(request).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        self.honest.upgrade_resource_state(request).await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        changed(self.honest.read_resource(request).await, self.script.read)
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        let meddle = match self.plans.fetch_add(1, Ordering::SeqCst) {
            0 => self.script.first_plan,
            _ => self.script.second_plan,
        };
        changed(self.honest.plan_resource_change(request).await, meddle)
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        let answer = self.honest.apply_resource_change(request).await;
        changed(answer, self.script.apply)
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        let answer = self.honest.import_resource_state(request).await;
        changed(answer, self.script.import)
    }
}

async fn thing(script: Script) -> Instance {
    let specimen = Specimen::default();
    let server = Server::new(specimen.clone()).expect("the declarations are in order");
    server.set_client(specimen);
    let meddler = Meddler {
        honest: Rpc(Ok(Arc::new(server))),
        script,
        plans: AtomicUsize::new(0),
    };
    let client = Client::over(Arc::new(meddler)).await;
    client.expect("it starts").resource(TYPE)
}

/// Why a thing with tags is not created.
async fn refusal(script: Script) -> Refusal {
    let mut thing = thing(script).await;
    let config = json!({ "mode": "plain", "tags": ["a"], "secret_wo": "s" });
    let made = thing.apply(config).await;
    made.expect_err("Terraform refuses it")
}

/// Changes an object on its way to the client.
fn rewrite(sent: &mut Option<wire::DynamicValue>, name: &str, value: Value) {
    let schema = Schema::of::<Thing>();
    let of = schema.value_type();
    let object = sent.take().expect("there is an object");
    let object = msgpack::decode(&object.msgpack, of).expect("it is a thing");
    let mut entries: BTreeMap<String, Value> = match object {
        Value::Map(entries) => entries,
        other => panic!("{other:?}"),
    };
    entries.insert(name.to_owned(), value);
    let msgpack = msgpack::encode(&Value::Map(entries), of).expect("it is a thing");
    *sent = Some(wire::DynamicValue {
        msgpack,
        json: Vec::new(),
    });
}

fn tags(tag: &str) -> Value {
    Value::List(vec![Value::text(tag)])
}

fn says(refusal: &Refusal, summary: &str, at: &str, words: &str) {
    let text = refusal.to_string();
    assert!(refusal.errors().contains(&summary), "{text}");
    let errors = refusal.diagnostics().iter();
    let mut places = errors.filter_map(|error| error.path()).map(Path::to_string);
    assert!(places.any(|place| place == at), "{text}");
    assert!(text.contains(words), "{text}");
}

#[tokio::test]
async fn a_plan_keeps_to_the_configuration() {
    let script = Script {
        first_plan: Some(|plan| rewrite(&mut plan.planned_state, "tags", tags("b"))),
        ..Script::default()
    };
    says(
        &refusal(script).await,
        "Provider produced invalid plan",
        "tags",
        r#"planned value ["b"] does not match config value ["a"]"#,
    );
}

#[tokio::test]
async fn nothing_write_only_stands_in_a_plan_or_a_state() {
    let script = Script {
        first_plan: Some(|plan| rewrite(&mut plan.planned_state, "secret_wo", Value::text("s"))),
        ..Script::default()
    };
    let summary = "Provider produced invalid plan";
    says(&refusal(script).await, summary, "secret_wo", "write-only");
    let script = Script {
        apply: Some(|made| rewrite(&mut made.new_state, "secret_wo", Value::text("s"))),
        ..Script::default()
    };
    let summary = "Provider returned invalid result object";
    says(&refusal(script).await, summary, "secret_wo", "write-only");
}

#[tokio::test]
async fn a_second_plan_keeps_to_the_first() {
    let script = Script {
        first_plan: Some(|plan| {
            rewrite(&mut plan.planned_state, "size", Value::Number(7.into()));
        }),
        ..Script::default()
    };
    says(
        &refusal(script).await,
        "Provider produced inconsistent final plan",
        "size",
        "was 7, but now unknown",
    );
}

#[tokio::test]
async fn a_result_keeps_to_the_plan() {
    let script = Script {
        apply: Some(|made| rewrite(&mut made.new_state, "tags", tags("b"))),
        ..Script::default()
    };
    says(
        &refusal(script).await,
        "Provider produced inconsistent result after apply",
        "tags[0]",
        r#"tags[0]: was "a", but now "b""#,
    );
}

#[tokio::test]
async fn nothing_is_unknown_after_an_apply_or_a_read() {
    let script = Script {
        apply: Some(|made| rewrite(&mut made.new_state, "size", Value::UNKNOWN)),
        ..Script::default()
    };
    let summary = "Provider returned invalid result object";
    says(&refusal(script).await, summary, "size", "still unknown");
    let mut thing = thing(Script {
        read: Some(|found| rewrite(&mut found.new_state, "size", Value::UNKNOWN)),
        ..Script::default()
    })
    .await;
    thing
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    let refusal = thing.refresh().await.expect_err("it is unknown");
    says(&refusal, summary, "size", "still unknown");
}

#[tokio::test]
async fn a_success_leaves_an_object_and_a_destruction_none() {
    let script = Script {
        apply: Some(|made| made.new_state = None),
        ..Script::default()
    };
    let refusal = refusal(script).await;
    assert!(
        refusal.to_string().contains("was present, but now absent"),
        "{refusal}"
    );
    let mut thing = thing(Script::default()).await;
    thing
        .apply(json!({ "mode": "stuck" }))
        .await
        .expect("a thing");
    let refusal = thing.destroy().await.expect_err("it is stuck");
    assert_eq!(refusal.errors(), ["Half gone"]);
    assert_eq!(thing.state()["size"], 0, "what is left of it");
}

#[tokio::test]
async fn a_replacement_names_what_there_is_and_has_changed() {
    let mut thing = thing(Script {
        second_plan: Some(|plan| plan.requires_replace = vec![path("mood"), path("mode")]),
        ..Script::default()
    })
    .await;
    // In a creation they do not count.
    thing
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    let refusal = thing.plan(json!({ "mode": "other" })).await;
    let refusal = refusal.expect_err("there is no mood");
    let summary = "Provider produced invalid plan";
    says(&refusal, summary, "mood", "there is no such attribute");
}

fn path(name: &str) -> wire::AttributePath {
    use wire::attribute_path::{Step, step::Selector};
    let selector = Some(Selector::AttributeName(name.to_owned()));
    wire::AttributePath {
        steps: vec![Step { selector }],
    }
}

#[tokio::test]
async fn an_update_does_not_turn_into_a_replacement() {
    let mut thing = thing(Script {
        second_plan: Some(|plan| plan.requires_replace = Vec::new()),
        ..Script::default()
    })
    .await;
    thing
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    let mut planned = thing
        .plan(json!({ "mode": "replace" }))
        .await
        .expect("a plan");
    assert_eq!(planned.action(), crate::testing::Action::Update);
    // As if the first plan had not asked for it, and the second does.
    let mut honest = self::thing(Script::default()).await;
    honest
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    planned.prior = honest.state().value().clone();
    let refusal = honest
        .apply_plan(planned, json!({ "mode": "replace" }))
        .await;
    let refusal = refusal.expect_err("it contradicts the first");
    says(
        &refusal,
        "Provider produced inconsistent final plan",
        "mode",
        "Update turned into Replace",
    );
}

#[tokio::test]
async fn the_plan_of_a_destruction_is_null() {
    let mut thing = thing(Script {
        second_plan: Some(|plan| {
            if plan
                .planned_state
                .as_ref()
                .is_some_and(|sent| sent.msgpack == [0xc0])
            {
                let of = Schema::of::<Thing>();
                let object = of.encode(Thing::default());
                let msgpack = msgpack::encode(&object, of.value_type()).expect("it is a thing");
                plan.planned_state = Some(wire::DynamicValue {
                    msgpack,
                    json: Vec::new(),
                });
            }
        }),
        ..Script::default()
    })
    .await;
    thing
        .apply(json!({ "mode": "plain" }))
        .await
        .expect("a thing");
    let refusal = thing.destroy().await.expect_err("it plans an object");
    assert_eq!(refusal.errors(), ["Provider produced invalid plan"]);
}

#[tokio::test]
async fn an_import_brings_an_object_that_exists() {
    let identity = json!({ "id": "t-7" });
    let mut thing = thing(Script {
        import: Some(|answer| answer.imported_resources.clear()),
        ..Script::default()
    })
    .await;
    let refusal = thing.import_by_identity(identity.clone()).await;
    let refusal = refusal.expect_err("it brings nothing");
    assert_eq!(refusal.errors(), ["Provider returned a null object"]);
    let mut gone = self::thing(Script {
        read: Some(|found| found.new_state = None),
        ..Script::default()
    })
    .await;
    let refusal = gone.import_by_identity(identity).await;
    let refusal = refusal.expect_err("it is not there");
    assert_eq!(
        refusal.errors(),
        ["Cannot import non-existent remote object"]
    );
}
