//! What Terraform is told of a schema, and models for the self-check.

use super::{Model, Object, Owner, Schema, check, schema_to_wire};
use crate::attr::Attr;
use crate::value::{Type, Value};
use crate::wire::schema::nested_block::NestingMode as BlockNesting;
use crate::wire::schema::object::NestingMode;

/// A model with fields for the faults to be declared on.
macro_rules! model {
    ($name:ident, |$object:ident| $declare:expr) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        struct $name {
            one: Attr<String>,
            two: Attr<i64>,
            inner: Attr<Inner>,
            outer: Attr<Outer>,
            marked: Attr<Vec<Marked>>,
            replacing: Attr<Vec<Replacing>>,
            checked: Attr<Vec<Checked>>,
            one_checked: Attr<Checked>,
            marks: Vec<Marked>,
            forgetful: Attr<Forgetful>,
            remade: Attr<Remade>,
        }
        impl Model for $name {
            fn declare($object: &mut Object<Self>) {
                $declare;
            }
        }
    };
}

mod refused;

#[derive(Clone, Debug, Default, PartialEq)]
struct Inner {
    needed: Attr<String>,
}

impl Model for Inner {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("needed", |inner| &mut inner.needed)
            .required();
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Outer {
    block: Attr<Inner>,
}

impl Model for Outer {
    fn declare(object: &mut Object<Self>) {
        object.block("block", |outer| &mut outer.block);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Replacing {
    key: Attr<String>,
}

impl Model for Replacing {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("key", |replacing| &mut replacing.key)
            .required()
            .replace();
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Forgetful {
    etag: Attr<String>,
}

impl Model for Forgetful {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("etag", |forgetful| &mut forgetful.etag)
            .computed();
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Remade {
    etag: Attr<String>,
}

impl Model for Remade {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("etag", |remade| &mut remade.etag)
            .computed()
            .replace();
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Marked {
    kept: Attr<String>,
    secret: Attr<String>,
}

impl Model for Marked {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("kept", |marked| &mut marked.kept)
            .computed()
            .keep();
        object
            .attribute("secret", |marked| &mut marked.secret)
            .optional()
            .write_only();
    }
}

/// Which number may stand there.
#[derive(Clone, Debug, Default, PartialEq)]
struct Checked {
    even: Attr<i64>,
}

impl Model for Checked {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("even", |checked| &mut checked.even)
            .default(2)
            .check(|number| match number % 2 {
                0 => Ok(()),
                _ => Err("must be even".to_owned()),
            });
    }
}

fn faults<M: Model>(owner: Owner) -> Vec<String> {
    check(owner, "kv_entry", Schema::of::<M>().declarations())
}

#[test]
fn terraform_is_told_what_was_declared() {
    model!(Declared, |object| {
        object
            .attribute("one", |model| &mut model.one)
            .required()
            .sensitive()
            .describe("First.");
        object
            .attribute("two", |model| &mut model.two)
            .default(2)
            .deprecated("Use `one`.");
        object
            .nested("inner", |model| &mut model.inner)
            .optional()
            .write_only();
    });
    assert!(faults::<Declared>(Owner::Resource).is_empty());
    let schema = Schema::of::<Declared>().version(3).describe("A thing.");
    let wire = schema_to_wire(&schema);
    assert_eq!(wire.version, 3);
    let block = wire.block.expect("a schema has a block");
    assert_eq!(block.description, "A thing.");
    let [one, two, inner] = block.attributes.as_slice() else {
        panic!("three attributes were declared");
    };
    assert!(one.required && one.sensitive && !one.computed);
    assert_eq!(one.r#type, Type::String.to_json());
    assert!(
        two.optional && two.computed && two.deprecated,
        "a default makes it optional and computed"
    );
    let nested = inner
        .nested_type
        .as_ref()
        .expect("an object has a nested type");
    assert_eq!(nested.nesting(), NestingMode::Single);
    assert!(
        inner.write_only && nested.attributes[0].write_only,
        "write-only holds for everything inside"
    );
}

#[test]
fn terraform_is_told_how_many_blocks_there_may_be() {
    model!(Limited, |object| {
        object
            .block_set("mark", |model| &mut model.marks)
            .min_items(1)
            .max_items(3);
        object.block("inner", |model| &mut model.inner);
        object.block("remade", |model| &mut model.remade).required();
    });
    let wire = schema_to_wire(&Schema::of::<Limited>());
    let blocks = wire.block.expect("a schema has a block").block_types;
    let told = blocks.iter().map(|block| {
        let limits = (block.min_items, block.max_items);
        (block.type_name.as_str(), block.nesting(), limits)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("mark", BlockNesting::Set, (1, 3)),
            ("inner", BlockNesting::Single, (0, 0)),
            ("remade", BlockNesting::Single, (1, 1)),
        ]
    );
}

#[test]
fn an_error_inside_of_a_set_names_the_set_and_the_attribute() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Rule {
        port: Attr<i64>,
    }
    impl Model for Rule {
        fn declare(object: &mut Object<Self>) {
            object.attribute("port", |rule| &mut rule.port).required();
        }
    }
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Firewall {
        rules: Vec<Rule>,
    }
    impl Model for Firewall {
        fn declare(object: &mut Object<Self>) {
            object.block_set("rule", |firewall| &mut firewall.rules);
        }
    }
    let half = Value::Number("1.5".parse().expect("a number"));
    let rule = Value::Map([("port".to_owned(), half)].into());
    let rules = Value::Set([rule].into_iter().collect());
    let firewall = Value::Map([("rule".to_owned(), rules)].into());
    let error = Schema::of::<Firewall>()
        .decode(firewall)
        .expect_err("no port");
    assert_eq!(error.path().to_string(), "rule");
    let said = error.message();
    let expected = "In `rule`: `port`: 1.5 is not a whole number";
    assert!(said.starts_with(expected), "{said}");
}
