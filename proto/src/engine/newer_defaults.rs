//! Attributes that are newer than a state.

use serde_json::Value as Json;

use super::propose::preset;
use crate::schema::{Declaration, Nesting};
use crate::value::Value;

/// Sets attributes that are missing in `raw` to their defaults. Terraform writes every attribute of
/// the schema into a state, null or not: one that is missing did not exist then, and its default is
/// how the provider behaved without it. So the next plan shows no difference.
///
/// The same holds in single nested objects. Elements of collections stay as they are.
pub(crate) fn with_newer_defaults(declarations: &[Declaration], state: Value, raw: &Json) -> Value {
    let (mut entries, written) = match (state, raw) {
        (Value::Map(entries), Json::Object(written)) => (entries, written),
        (state, _) => return state,
    };
    for declaration in declarations {
        let Some(value) = entries.get_mut(&declaration.name) else {
            continue;
        };
        match (written.get(&declaration.name), declaration.inner()) {
            (None, _) => {
                if let Some(preset) = preset(declaration) {
                    *value = preset;
                }
            }
            (Some(raw @ Json::Object(_)), Some((Nesting::Single, inner))) => {
                let inside = std::mem::take(value);
                *value = with_newer_defaults(inner, inside, raw);
            }
            _ => {}
        }
    }
    Value::Map(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;
    use crate::schema::{Model, Object, Schema};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Shelf {
        staging: Attr<bool>,
        note: Attr<String>,
        door: Attr<Door>,
        doors: Attr<Vec<Door>>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Door {
        locked: Attr<bool>,
    }

    impl Model for Shelf {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("staging", |m| &mut m.staging)
                .default(false);
            object.attribute("note", |m| &mut m.note).optional();
            object.nested("door", |m| &mut m.door).default_object();
            object.nested_list("doors", |m| &mut m.doors).optional();
        }
    }

    impl Model for Door {
        fn declare(object: &mut Object<Self>) {
            object.attribute("locked", |m| &mut m.locked).default(true);
        }
    }

    fn read(raw: &str) -> Shelf {
        let schema = Schema::of::<Shelf>();
        let state = crate::value::json::decode(raw.as_bytes(), schema.value_type());
        let raw = serde_json::from_str(raw).expect("JSON");
        let state = with_newer_defaults(schema.declarations(), state.expect("a state"), &raw);
        schema.decode_state(&state).expect("a shelf").model
    }

    #[test]
    fn what_a_state_does_not_know_has_its_default_and_what_it_says_stays() {
        let door = |locked: Attr<bool>| Door { locked };
        let new = read("{}");
        let made_now = Shelf {
            staging: false.into(),
            door: door(true.into()).into(),
            ..Shelf::default()
        };
        assert_eq!(new, made_now, "as if it were made now");
        let older = read(r#"{"note": null, "door": {}, "doors": [{}]}"#);
        let doors = vec![door(Attr::Null)];
        let expected = Shelf {
            doors: doors.into(),
            ..made_now
        };
        assert_eq!(
            older, expected,
            "single objects, and not those in collections"
        );
        let said = read(r#"{"staging": true, "door": {"locked": null}}"#);
        assert_eq!(said.staging, Attr::Known(true));
        assert_eq!(
            said.door,
            Attr::Known(door(Attr::Null)),
            "null is said, too"
        );
        assert_eq!(read(r#"{"door": null}"#).door, Attr::Null);
    }
}
