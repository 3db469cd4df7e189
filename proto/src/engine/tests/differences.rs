//! What a message says about two values that had to agree.

use std::collections::BTreeMap;

use super::*;
use crate::engine::differences;

#[derive(Clone, Debug, Default, PartialEq)]
struct Account {
    name: Attr<String>,
    token: Attr<String>,
    tags: Attr<Vec<String>>,
    limits: Attr<BTreeMap<String, i64>>,
    keys: Attr<Vec<Key>>,
    vault: Attr<Key>,
    named_keys: Attr<BTreeMap<String, Key>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Key {
    label: Attr<String>,
    secret: Attr<String>,
}

impl Model for Account {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |account| &mut account.name)
            .required();
        object
            .attribute("token", |account| &mut account.token)
            .optional()
            .sensitive();
        object
            .attribute("tags", |account| &mut account.tags)
            .optional();
        object
            .attribute("limits", |account| &mut account.limits)
            .optional();
        object
            .nested_list("keys", |account| &mut account.keys)
            .optional();
        object
            .nested("vault", |account| &mut account.vault)
            .optional()
            .sensitive();
        object
            .nested_map("named_keys", |account| &mut account.named_keys)
            .optional();
    }
}

impl Model for Key {
    fn declare(object: &mut Object<Self>) {
        object.attribute("label", |key| &mut key.label).required();
        object
            .attribute("secret", |key| &mut key.secret)
            .optional()
            .sensitive();
    }
}

fn key(label: &str, secret: &str) -> Key {
    Key {
        label: label.into(),
        secret: secret.into(),
    }
}

/// The errors of an apply that turned `planned` into `applied`.
fn told(planned: Account, applied: Account) -> Vec<String> {
    let schema = Schema::of::<Account>();
    let declarations = schema.declarations();
    let (planned, applied) = (schema.encode(planned), schema.encode(applied));
    let broken = verify_apply(declarations, &planned, &applied);
    let sides = [("in the plan", &planned), ("in the result", &applied)];
    let found = differences(declarations, broken, sides);
    found.into_iter().map(|found| found.text).collect()
}

#[test]
fn both_values_are_told() {
    let planned = Account {
        name: "a".into(),
        tags: vec!["x".to_owned()].into(),
        limits: BTreeMap::from([("cpu".to_owned(), 2)]).into(),
        ..Account::default()
    };
    let applied = Account {
        name: "b".into(),
        tags: Attr::Null,
        limits: BTreeMap::from([("cpu".to_owned(), 3)]).into(),
        ..Account::default()
    };
    assert_eq!(
        told(planned, applied),
        [
            r#"`name` is "a" in the plan and "b" in the result."#,
            r#"`tags` is ["x"] in the plan and null in the result."#,
            r#"`limits` is { "cpu" = 2 } in the plan and { "cpu" = 3 } in the result."#,
        ]
    );
}

#[test]
fn what_is_sensitive_is_told_nowhere() {
    let planned = Account {
        token: "hush".into(),
        keys: vec![key("one", "hush")].into(),
        vault: key("hush", "hush").into(),
        named_keys: BTreeMap::from([("k".to_owned(), key("one", "hush"))]).into(),
        ..Account::default()
    };
    let applied = Account {
        token: "tell".into(),
        keys: vec![key("two", "hush"), key("three", "tell")].into(),
        vault: key("tell", "hush").into(),
        named_keys: BTreeMap::from([("k".to_owned(), key("one", "tell"))]).into(),
        ..Account::default()
    };
    assert_eq!(
        told(planned.clone(), applied),
        [
            "`token` is (sensitive value) in the plan and (sensitive value) in the result.",
            "`keys` is [{ label = \"one\", secret = (sensitive value) }] in the plan and \
             [{ label = \"two\", secret = (sensitive value) }, \
             { label = \"three\", secret = (sensitive value) }] in the result.",
            "`vault.label` is (sensitive value) in the plan and (sensitive value) in the result.",
            "`named_keys[\"k\"].secret` is (sensitive value) in the plan and (sensitive value) in \
             the result.",
        ]
    );
    let gone = Account {
        token: Attr::Null,
        ..planned.clone()
    };
    assert_eq!(
        told(planned, gone),
        ["`token` is (sensitive value) in the plan and null in the result."]
    );
}

#[test]
fn an_element_is_told_as_a_whole() {
    let with = |elements: Vec<Value>| object(&[("keys", Value::List(elements))]);
    let one = object(&[("label", text("one")), ("secret", text("hush"))]);
    let schema = Schema::of::<Account>();
    let found = differences(
        schema.declarations(),
        vec![Path::root("keys").index(0)],
        [
            ("in the plan", &with(vec![one])),
            ("in the result", &with(Vec::new())),
        ],
    );
    assert_eq!(
        found[0].text,
        "`keys[0]` is { label = \"one\", secret = (sensitive value) } in the plan and missing in \
         the result."
    );
}
