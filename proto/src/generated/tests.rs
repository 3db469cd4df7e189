//! The second plan of a change never contradicts the first, whatever the schema, and whatever is
//! unknown at first. [`Client`] is the judge.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use tfplugin::testing::{Action, Client, Instance, Refusal};
use tfplugin::value::Value;
use tfplugin::{Configure, Provider, Registry, Result};

use super::blueprint::Blueprint;
use super::case::{Case, Entropy};
use super::choices::Choices;
use super::node::Meddling;
use super::resource::Generated;

/// A provider of one resource.
struct Lone {
    blueprint: Arc<Blueprint>,
    predicts: bool,
    meddling: Option<Meddling>,
}

impl Provider for Lone {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "generated";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Generated::<0> {
            blueprint: Arc::clone(&self.blueprint),
            predicts: self.predicts,
            meddling: self.meddling,
        });
    }
}

/// How often cases came how far: a judge that sees nothing convicts nobody.
#[derive(Debug, Default)]
struct Seen {
    unknown: u32,
    refused: u32,
    refused_at_last: u32,
    nothing_to_do: u32,
    created: u32,
    updated: u32,
    replaced: u32,
}

/// How many cases there are: `make fuzz` wants more.
fn cases() -> u32 {
    let cases = std::env::var("PROPTEST_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
}

#[test]
fn second_plans_contradict_no_first() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let begun = std::time::Instant::now();
    let seen = RefCell::new(Seen::default());
    let judge = |entropy: Entropy| {
        let case = Case::new(&entropy);
        let judged = runtime.block_on(judged(&case, &mut seen.borrow_mut()));
        judged.map_err(TestCaseError::fail)
    };
    if let Ok(one) = std::env::var("GENERATED_CASE") {
        let entropy = from_hex(&one);
        println!("{}", Case::new(&entropy));
        judge(entropy).expect("the case is in order");
        return;
    }
    for_every_case(cases(), judge);
    let seen = seen.into_inner();
    println!("{} cases in {:?}: {seen:?}", cases(), begun.elapsed());
    let enough = cases() / 50;
    for (count, what) in [
        (seen.unknown, "had unknown values"),
        (seen.created, "were created"),
        (seen.updated, "were updated"),
        (seen.replaced, "were replaced"),
        (seen.nothing_to_do, "had nothing to do"),
    ] {
        assert!(count >= enough, "only {count} of {} cases {what}", cases());
    }
}

/// Terraform's own errors about a provider name no place in the configuration, so the crate has to
/// be first.
#[test]
fn what_an_author_breaks_is_told_by_the_crate() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (told, done) = (Cell::new(0), Cell::new(0));
    let count = cases() / 4;
    for_every_case(count, |entropy: Entropy| {
        let case = Case::new(&entropy);
        let [.., mask] = &entropy;
        let meddling = Meddling::chosen(&mut Choices::new(mask));
        match runtime.block_on(meddled(&case, meddling)) {
            Ok(()) => done.set(done.get() + 1),
            Err(refusal) => {
                told.set(told.get() + 1);
                let by_terraform = |error: &&str| error.starts_with("Provider ");
                if refusal.errors().iter().any(by_terraform) {
                    let text = format!("Terraform would tell it, {meddling:?}: {refusal}");
                    return Err(TestCaseError::fail(text));
                }
            }
        }
        Ok(())
    });
    let (told, done) = (told.get(), done.get());
    assert!(told > count / 4, "{told} of {count} broke something");
    assert!(done > count / 20, "{done} of {count} broke nothing");
}

async fn meddled(case: &Case, meddling: Meddling) -> Result<(), Refusal> {
    let provider = Lone {
        blueprint: Arc::clone(&case.blueprint),
        predicts: false,
        meddling: Some(meddling),
    };
    let thing = resource(provider).await;
    let mut thing = thing.unwrap_or_else(|reason| panic!("{reason}"));
    for config in case.before.iter().chain([&case.planned, &case.resolved]) {
        // What is bad in a configuration is not the author's fault.
        if thing.validate(config.clone()).await.is_err() {
            return Ok(());
        }
    }
    if let Some(before) = &case.before {
        thing.apply(before.clone()).await?;
    }
    let planned = thing.plan(case.planned.clone()).await?;
    thing.apply_plan(planned, case.resolved.clone()).await?;
    Ok(())
}

fn for_every_case(count: u32, judge: impl Fn(Entropy) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: count,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    });
    let bytes = || vec(any::<u8>(), 0..64);
    let entropy = (vec(any::<u8>(), 4..64), bytes(), bytes(), bytes());
    let entropy = entropy.prop_map(|(schema, before, after, mask)| [schema, before, after, mask]);
    match runner.run(&entropy, judge) {
        Ok(()) => {}
        Err(TestError::Fail(reason, entropy)) => panic!(
            "{reason}\n\n{}\n\nTo see it again: GENERATED_CASE={}",
            Case::new(&entropy),
            to_hex(&entropy)
        ),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

async fn judged(case: &Case, seen: &mut Seen) -> Result<(), String> {
    let provider = Lone {
        blueprint: Arc::clone(&case.blueprint),
        predicts: case.predicts,
        meddling: None,
    };
    let mut thing = resource(provider).await?;
    if let Some(before) = &case.before
        && thing.validate(before.clone()).await.is_ok()
    {
        let applied = thing.apply(before.clone()).await;
        applied.map_err(because("a known configuration is applied"))?;
        settled(&mut thing, before).await?;
    }
    let is_accepted = thing.validate(case.planned.clone()).await.is_ok();
    let is_accepted_at_last = thing.validate(case.resolved.clone()).await;
    if !is_accepted {
        seen.refused += 1;
        return match is_accepted_at_last {
            Ok(_) => Err("what is refused while it is unknown is accepted afterwards".to_owned()),
            Err(_) => Ok(()),
        };
    }
    seen.unknown += u32::from(!case.planned.is_wholly_known());
    let planned = thing.plan(case.planned.clone()).await;
    let planned = planned.map_err(because("the first plan"))?;
    if is_accepted_at_last.is_err() {
        seen.refused_at_last += 1;
        return Ok(());
    }
    match planned.action() {
        Action::NoOp => seen.nothing_to_do += 1,
        Action::Create => seen.created += 1,
        Action::Update => seen.updated += 1,
        Action::Replace | Action::Delete => seen.replaced += 1,
    }
    let applied = thing.apply_plan(planned, case.resolved.clone()).await;
    applied.map_err(because("the second plan and the apply"))?;
    settled(&mut thing, &case.resolved).await?;
    let destroyed = thing.destroy().await;
    destroyed.map_err(because("the destruction"))
}

async fn resource(provider: Lone) -> Result<Instance, String> {
    let client = Client::with_client(provider, ());
    let client = client.await.map_err(because("the start"))?;
    Ok(client.resource("generated_t0"))
}

/// What has just been applied leaves nothing to do.
async fn settled(thing: &mut Instance, config: &Value) -> Result<(), String> {
    let planned = thing.plan(config.clone()).await;
    let planned = planned.map_err(because("the plan after the apply"))?;
    if planned.is_empty() {
        return Ok(());
    }
    let (action, before) = (planned.action(), thing.state());
    let after = planned.after();
    Err(format!(
        "{action:?} is planned after the apply:\n{before:?}\nbecomes\n{after:?}"
    ))
}

fn because(doing: &str) -> impl Fn(Refusal) -> String {
    move |refusal| format!("{doing}: {refusal}")
}

fn to_hex(entropy: &Entropy) -> String {
    let hex = |bytes: &Vec<u8>| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    entropy.iter().map(hex).collect::<Vec<_>>().join(".")
}

fn from_hex(text: &str) -> Entropy {
    let mut parts = text.split('.').map(|hex| {
        let digits = hex.as_bytes().chunks(2).map(std::str::from_utf8);
        let bytes = digits.map(|two| u8::from_str_radix(two.ok()?, 16).ok());
        bytes
            .collect::<Option<Vec<u8>>>()
            .expect("it is hexadecimal")
    });
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}
