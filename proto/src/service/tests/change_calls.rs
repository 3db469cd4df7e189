//! Plans, applies and stopping.

use std::sync::atomic::Ordering;

use super::*;

#[tokio::test]
async fn a_plan_is_made_checked_and_free_of_secrets() {
    let mut client = configured().await;
    let config = thing("x", &[("secret_wo", Value::text("s"))]);
    let answer = plan(&mut client, &Value::Null, &config).await;
    let expected = thing("x", &[("id", Value::UNKNOWN), ("size", Value::UNKNOWN)]);
    assert_eq!(received(answer.planned_state), expected);
    let answer = plan(&mut client, &Value::Null, &thing("meddle", &[])).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider's plan differs from the configuration"]
    );
    assert_eq!(attribute(&answer.diagnostics[0]), Some("mode"));
    assert_eq!(
        answer.diagnostics[0].detail,
        "`mode` is \"meddle\" in the configuration and \"other\" in the plan. This is a bug in the \
         provider; please report it."
    );
    let answer = plan(&mut client, &made("x"), &thing("replace", &[])).await;
    assert_eq!(answer.requires_replace.len(), 1);
    let answer = plan(&mut client, &Value::Null, &thing("replace", &[])).await;
    assert!(
        answer.requires_replace.is_empty(),
        "nothing to replace on creation"
    );
}

#[tokio::test]
async fn a_plan_that_replaces_for_nothing_is_refused_by_name() {
    let mut client = configured().await;
    for prior in [made("x"), Value::Null] {
        let answer = plan(&mut client, &prior, &thing("lose", &[])).await;
        assert_eq!(
            summaries(&answer.diagnostics),
            ["The provider asks for a replacement without a reason"]
        );
        let detail = &answer.diagnostics[0].detail;
        let said = "`Plan::replace` names `modus`, but the resource has no attribute `modus`.";
        assert!(detail.starts_with(said), "{detail}");
    }
}

/// `ignore_changes = [id, size]`: Terraform fills the configuration with the prior values.
#[tokio::test]
async fn a_computed_attribute_whose_changes_are_ignored_is_planned_by_the_provider() {
    let mut client = configured().await;
    let ignoring = |mode| thing(mode, &[("id", Value::text("t-1")), ("size", number(1))]);
    let answer = plan(&mut client, &made("x"), &ignoring("x")).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.planned_state), made("x"), "nothing to do");

    let answer = plan(&mut client, &made("x"), &ignoring("grow")).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    let planned = received(answer.planned_state);
    assert_eq!(planned.entry("size"), &number(2), "the provider knows");

    let answer = plan(&mut client, &made("x"), &ignoring("y")).await;
    let planned = received(answer.planned_state);
    assert_eq!(planned.entry("id"), &Value::text("t-1"), "kept");
    assert_eq!(planned.entry("size"), &Value::UNKNOWN, "not kept");
    let answer = apply(&mut client, &made("x"), &planned, &ignoring("y")).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.new_state).entry("size"), &number(2));
}

#[tokio::test]
async fn a_partly_known_list_is_planned_as_it_was_configured() {
    let mut client = configured().await;
    let config = thing(
        "x",
        &[("tags", Value::List(vec![Value::text("a"), Value::UNKNOWN]))],
    );
    let answer = plan(&mut client, &Value::Null, &config).await;
    assert_eq!(
        received(answer.planned_state).entry("tags"),
        config.entry("tags")
    );
}

/// As Terraform calls from 1.16 on.
#[tokio::test]
async fn the_second_plan_of_a_change_finds_what_the_first_one_kept() {
    let mut client = configured().await;
    let config = thing("choose", &[]);
    let request = |stores: bool, planned_private: &[u8]| wire::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: sent(&Value::Null),
        proposed_new_state: sent(&config),
        config: sent(&config),
        client_capabilities: Some(wire::ClientCapabilities {
            store_planned_private: stores,
            ..Default::default()
        }),
        planned_private: planned_private.to_vec(),
        ..Default::default()
    };
    let mut ids = Vec::new();
    let mut kept = Vec::new();
    for (stores, from_first) in [(false, false), (true, false), (true, true), (true, false)] {
        let planned_private = if from_first { &kept[..] } else { &[] };
        let request = request(stores, planned_private);
        let answer = client.plan_resource_change(request).await;
        let answer = answer.expect("it answers").into_inner();
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
        ids.push(received(answer.planned_state).entry("id").clone());
        kept = answer.planned_private;
    }
    let known = |id: &str| Value::text(id);
    let expected = [Value::UNKNOWN, known("t-2"), known("t-2"), known("t-3")];
    assert_eq!(ids, expected);

    let planned = thing("choose", &[("id", known("t-3")), ("size", Value::UNKNOWN)]);
    let answer = apply(&mut client, &Value::Null, &planned, &config).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.new_state).entry("id"), &known("t-3"));
}

#[tokio::test]
async fn planning_a_destruction_warns() {
    let mut client = configured().await;
    let answer = plan(&mut client, &made("x"), &Value::Null).await;
    assert_eq!(summaries(&answer.diagnostics), ["Gone for good"]);
    assert_eq!(received(answer.planned_state), Value::Null);
}

#[tokio::test]
async fn a_creation_is_applied() {
    let mut client = configured().await;
    let answer = create(&mut client, &thing("x", &[("secret_wo", Value::text("s"))])).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.new_state), made("x"));
}

#[tokio::test]
async fn a_failed_creation_returns_what_exists() {
    let mut client = configured().await;
    for (mode, summary, state) in [
        ("fail early", "Refused", Value::Null),
        (
            "fail late",
            "Half done",
            thing("fail late", &[("id", Value::text("t-1"))]),
        ),
        (
            "panic",
            "The provider crashed",
            thing("panic", &[("id", Value::text("t-1"))]),
        ),
        (
            "unknown",
            "The provider left a value unknown after apply",
            thing("unknown", &[("id", Value::text("t-1"))]),
        ),
        (
            "nothing",
            "The provider reported success without a state",
            Value::Null,
        ),
    ] {
        let answer = create(&mut client, &thing(mode, &[])).await;
        assert_eq!(summaries(&answer.diagnostics), [summary]);
        assert_eq!(received(answer.new_state), state, "{mode}");
    }
}

#[tokio::test]
async fn an_apply_that_contradicts_its_plan_is_refused() {
    let mut client = configured().await;
    let answer = create(&mut client, &thing("lie", &[])).await;
    assert_eq!(
        summaries(&answer.diagnostics),
        ["The provider's result differs from its plan"]
    );
    assert_eq!(attribute(&answer.diagnostics[0]), Some("tags"));
    let detail = &answer.diagnostics[0].detail;
    let said = "`tags` is null in the plan and [\"invented\"] in the result.";
    assert!(detail.starts_with(said), "{detail}");
}

#[tokio::test]
async fn an_update_is_applied_or_leaves_the_prior_state() {
    let mut client = configured().await;
    let config = thing("y", &[]);
    let planned = received(plan(&mut client, &made("x"), &config).await.planned_state);
    assert_eq!(planned.entry("id"), &Value::text("t-1"), "kept");
    assert_eq!(planned.entry("size"), &Value::UNKNOWN, "not kept");
    let answer = apply(&mut client, &made("x"), &planned, &config).await;
    assert_eq!(received(answer.new_state).entry("size"), &number(2));
    let config = thing("fail", &[]);
    let planned = received(plan(&mut client, &made("x"), &config).await.planned_state);
    let answer = apply(&mut client, &made("x"), &planned, &config).await;
    assert_eq!(summaries(&answer.diagnostics), ["Update refused"]);
    assert_eq!(received(answer.new_state), made("x"));
}

#[tokio::test]
async fn a_deletion_leaves_nothing_or_what_is_left() {
    let mut client = configured().await;
    let answer = apply(&mut client, &made("x"), &Value::Null, &Value::Null).await;
    assert_eq!(received(answer.new_state), Value::Null);
    let answer = apply(&mut client, &made("stuck"), &Value::Null, &Value::Null).await;
    assert_eq!(summaries(&answer.diagnostics), ["Half gone"]);
    assert_eq!(received(answer.new_state).entry("size"), &number(0));
}

#[tokio::test]
async fn stopping_ends_the_calls_in_progress_and_no_later_ones() {
    let specimen = Specimen::default();
    let waiting = Arc::clone(&specimen.waiting);
    let mut client = configured_with(specimen).await;
    let config = thing("wait", &[]);
    let planned = received(plan(&mut client, &Value::Null, &config).await.planned_state);
    let mut other = client.clone();
    let applying =
        tokio::spawn(async move { apply(&mut other, &Value::Null, &planned, &config).await });
    waiting.notified().await;
    client
        .stop_provider(wire::stop_provider::Request {})
        .await
        .expect("it answers at once");
    let answer = applying.await.expect("it ends");
    assert_eq!(summaries(&answer.diagnostics), ["Stopped"]);
    assert_eq!(
        received(answer.new_state).entry("id"),
        &Value::text("t-1"),
        "and nothing is orphaned"
    );
    assert!(
        create(&mut client, &thing("x", &[]))
            .await
            .diagnostics
            .is_empty()
    );
}

#[tokio::test]
async fn no_change_waits_for_another() {
    let specimen = Specimen::default();
    let (waiting, begun) = (Arc::clone(&specimen.waiting), Arc::clone(&specimen.begun));
    let mut client = configured_with(specimen).await;
    let config = thing("wait", &[]);
    let planned = received(plan(&mut client, &Value::Null, &config).await.planned_state);
    let changes: Vec<_> = (0..64)
        .map(|_| {
            let (mut client, planned, config) = (client.clone(), planned.clone(), config.clone());
            tokio::spawn(async move { apply(&mut client, &Value::Null, &planned, &config).await })
        })
        .collect();
    // None of them ends before the stop, so all 64 must have begun at the same time.
    while begun.load(Ordering::SeqCst) < changes.len() {
        waiting.notified().await;
    }
    client
        .stop_provider(wire::stop_provider::Request {})
        .await
        .expect("it answers at once");
    for change in changes {
        let answer = change.await.expect("it ends");
        assert_eq!(summaries(&answer.diagnostics), ["Stopped"]);
    }
}
