//! What a configuration has to hold, and what does not belong to it.

use super::*;

#[test]
fn what_only_the_provider_sets_is_not_configuration() {
    let door = object(&[("color", text("red")), ("lock", text("L1"))]);
    let shelf = object(&[("label", text("top")), ("position", number(1))]);
    // As Terraform sends it under `ignore_changes`.
    let ignoring = [
        ("id", text("s-1")),
        ("etag", text("E1")),
        ("door", door),
        ("shelves", Value::List(vec![shelf])),
    ]
    .into_iter()
    .fold(configured(), |config, (name, value)| {
        changed(config, name, value)
    });
    let door = object(&[("color", text("red")), ("lock", Value::Null)]);
    assert_eq!(
        with_shop(|declared| configured_only(declared, ignoring)),
        changed(configured(), "door", door)
    );
}

#[test]
fn elements_of_a_set_that_their_defaults_make_one_are_refused() {
    let found = |days: &[(&str, Value)]| {
        let diagnostics = with_shop(|declared| validate(declared, &hours(days)));
        let found = diagnostics.iter().map(|found| {
            let path = found.path().map(Path::to_string).unwrap_or_default();
            format!("{path}: {}", found.detail_text())
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        found(&[
            ("sunday", Value::Bool(true)),
            ("monday", Value::Bool(true)),
            ("sunday", Value::Null),
        ]),
        [
            "hours: With their defaults, these are the same: { day = \"sunday\" } and \
          { day = \"sunday\", open = true }. Remove one of them."
        ]
    );
    for other in [Value::Bool(false), Value::UNKNOWN] {
        let days = [("sunday", Value::Null), ("sunday", other)];
        assert!(found(&days).is_empty(), "{days:?}");
    }
}

#[test]
fn null_is_refused_wherever_a_value_is_required() {
    fn shelves(label: Value) -> Value {
        let shelf = |label| object(&[("label", label), ("position", Value::Null)]);
        Value::List(vec![shelf(text("top")), shelf(label)])
    }
    fn hours(day: Value) -> Value {
        let hours = object(&[("day", day), ("open", Value::Null)]);
        Value::Set([hours].into_iter().collect())
    }
    for (attribute, with, at) in [
        (
            "name",
            (|value| value) as fn(Value) -> Value,
            Path::root("name"),
        ),
        (
            "shelves",
            shelves,
            Path::root("shelves").index(1).attribute("label"),
        ),
        ("hours", hours, Path::root("hours")),
    ] {
        let complaints = |value| {
            let config = changed(configured(), attribute, with(value));
            with_shop(|declared| validate(declared, &config))
                .iter()
                .map(|found| (found.summary().to_owned(), found.path().cloned()))
                .collect::<Vec<_>>()
        };
        let missing = ("Missing required argument".to_owned(), Some(at));
        assert_eq!(complaints(Value::Null), [missing], "{attribute}");
        assert_eq!(complaints(Value::UNKNOWN), [], "{attribute}");
        assert_eq!(complaints(text("sunday")), [], "{attribute}");
    }
}

#[test]
fn what_only_the_provider_sets_is_refused_wherever_it_is_configured() {
    fn door(lock: Value) -> Value {
        object(&[("color", Value::Null), ("lock", lock)])
    }
    fn shelves(position: Value) -> Value {
        let shelf = |position| object(&[("label", text("top")), ("position", position)]);
        Value::List(vec![shelf(Value::Null), shelf(position)])
    }
    for (attribute, with, at, name) in [
        (
            "id",
            (|value| value) as fn(Value) -> Value,
            Path::root("id"),
            "id",
        ),
        ("door", door, Path::root("door").attribute("lock"), "lock"),
        (
            "shelves",
            shelves,
            Path::root("shelves").index(1).attribute("position"),
            "position",
        ),
    ] {
        let complaints = |value| {
            let config = changed(configured(), attribute, with(value));
            with_shop(|declared| validate(declared, &config))
                .iter()
                .map(|found| (found.detail_text().to_owned(), found.path().cloned()))
                .collect::<Vec<_>>()
        };
        let refusal = [(
            format!("`{name}` is set by the provider. Remove it."),
            Some(at),
        )];
        assert_eq!(complaints(number(1)), refusal, "{attribute}");
        assert_eq!(complaints(Value::UNKNOWN), refusal, "{attribute}");
        assert_eq!(complaints(Value::Null), [], "{attribute}");
    }
}

#[test]
fn what_only_the_provider_sets_is_refused_in_blocks_and_as_a_whole() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Yard {
        gate: Vec<Door>,
        doors: Attr<std::collections::BTreeMap<String, Door>>,
        sheds: Attr<Vec<Shelf>>,
    }
    impl Model for Yard {
        fn declare(object: &mut Object<Self>) {
            object.block_list("gate", |yard| &mut yard.gate);
            object
                .nested_map("doors", |yard| &mut yard.doors)
                .optional();
            object
                .nested_list("sheds", |yard| &mut yard.sheds)
                .computed();
        }
    }
    let door = object(&[("color", Value::Null), ("lock", text("L1"))]);
    let config = object(&[
        ("gate", Value::List(vec![door.clone()])),
        ("doors", Value::Map([("back".to_owned(), door)].into())),
        ("sheds", Value::List(Vec::new())),
    ]);
    let schema = Schema::of::<Yard>();
    let found = validate(schema.declarations(), &config);
    let places: Vec<_> = found
        .iter()
        .filter_map(|found| found.path().cloned())
        .collect();
    let expected = [
        Path::root("gate").index(0).attribute("lock"),
        Path::root("doors").key("back").attribute("lock"),
        Path::root("sheds"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn nothing_is_missing_in_an_object_that_is_not_there() {
    for absent in [
        Value::Null,
        Value::UNKNOWN,
        Value::List(vec![Value::UNKNOWN]),
        // The decoder refuses a null element, as a whole.
        Value::List(vec![Value::Null]),
    ] {
        let config = changed(configured(), "shelves", absent);
        assert!(with_shop(|declared| validate(declared, &config)).is_empty());
    }
}

#[test]
fn computed_blocks_of_which_there_are_none_are_not_configured() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Parcel {
        layers: Vec<Hours>,
        labels: Vec<Hours>,
        notes: Vec<Hours>,
    }
    impl Model for Parcel {
        fn declare(object: &mut Object<Self>) {
            object
                .block_list("layer", |parcel| &mut parcel.layers)
                .computed();
            object
                .block_set("label", |parcel| &mut parcel.labels)
                .computed();
            object.block_set("note", |parcel| &mut parcel.notes);
        }
    }
    let none = || Value::Set([].into_iter().collect());
    let parcel = |layer, label| object(&[("layer", layer), ("label", label), ("note", none())]);
    let schema = Schema::of::<Parcel>();
    let config = parcel(Value::List(Vec::new()), none());
    assert_eq!(
        configured_only(schema.declarations(), config),
        parcel(Value::Null, Value::Null)
    );
    let filled = parcel(
        Value::List(vec![object(&[("day", text("sunday"))])]),
        Value::Set([object(&[("day", text("sunday"))])].into_iter().collect()),
    );
    assert_eq!(
        configured_only(schema.declarations(), filled.clone()),
        filled
    );
}

#[test]
fn a_refusal_inside_of_a_set_names_the_element_and_the_attribute() {
    let config = hours(&[("sunday", Value::Null), ("someday", Value::Bool(true))]);
    let good = with_shop(|declared| validate(declared, &config));
    assert!(good.is_empty(), "{good:?}");

    let config = hours(&[("sunday", Value::Null), ("noon", Value::Bool(true))]);
    let found = with_shop(|declared| validate(declared, &config));
    let [refusal] = Vec::from_iter(found.iter())[..] else {
        panic!("one is wrong: {found:?}");
    };
    assert_eq!(refusal.path(), Some(&Path::root("hours")));
    assert_eq!(
        refusal.detail_text(),
        "In `hours` { day = \"noon\", open = true }: `day`: That is not a day."
    );
}

#[test]
fn a_refusal_inside_of_a_set_quotes_no_secret() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Member {
        token: Attr<String>,
        level: Attr<i64>,
    }
    impl Model for Member {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("token", |member| &mut member.token)
                .required()
                .sensitive();
            object
                .attribute("level", |member| &mut member.level)
                .required()
                .check(crate::check::between(1..=3));
        }
    }
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Team {
        members: Vec<Member>,
        hidden: Attr<Vec<Member>>,
    }
    impl Model for Team {
        fn declare(object: &mut Object<Self>) {
            object.block_set("member", |team| &mut team.members);
            object
                .nested_set("hidden", |team| &mut team.hidden)
                .optional()
                .sensitive();
        }
    }
    let member = object(&[("token", text("s3cret")), ("level", number(7))]);
    let members = Value::Set([member].into_iter().collect());
    let team = object(&[("member", members.clone()), ("hidden", members)]);
    let found = validate(Schema::of::<Team>().declarations(), &team);
    let details = found.iter().map(|found| found.detail_text());
    assert_eq!(
        Vec::from_iter(details),
        [
            "In `member` { token = (sensitive value), level = 7 }: `level`: 7 is too large. Use \
             at least 1 and at most 3.",
            "In `hidden`: `level`: The value is too large. Use at least 1 and at most 3.",
        ]
    );
}
