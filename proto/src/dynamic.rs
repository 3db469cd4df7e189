//! [`Dynamic`]: an attribute of any type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::attr::Attr;
use crate::attribute_value::{AttributeValue, not_known};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::value::{Dynamic, Type, Value, ValueError, json};

/// What Terraform sends names its type. A value in which anything is unknown, or that is
/// null, is unknown or null as a whole.
impl AttributeValue for Dynamic {
    type Borrowed = Self;

    fn borrowed(&self) -> &Self {
        self
    }

    fn value_type() -> Type {
        Type::Dynamic
    }

    fn decode(value: Value) -> Result<Attr<Self>, ValueError> {
        match value {
            Value::Dynamic(dynamic) if dynamic.value.is_null() => Ok(Attr::Null),
            Value::Dynamic(dynamic) if !dynamic.value.is_wholly_known() => Ok(Attr::Unknown),
            Value::Dynamic(dynamic) => Ok(Attr::Known(*dynamic)),
            other => not_known(other, "a value with its type"),
        }
    }

    fn encode(self) -> Value {
        Value::Dynamic(Box::new(self))
    }

    fn means_same(&self, other: &Self) -> bool {
        let [one, other] =
            [self, other].map(|dynamic| json::encode(&dynamic.value, &dynamic.value_type));
        matches!((one, other), (Ok(one), Ok(other)) if one == other)
    }
}

impl Dynamic {
    /// The value that has this form in JSON, as Terraform's `jsondecode` makes one: an array is a
    /// tuple, a map or struct is an object.
    ///
    /// # Errors
    /// If it has no form in JSON, like a map whose keys are not strings.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let text = serde_json::to_vec(value);
        let text = text.map_err(|error| unfit(&error.to_string()))?;
        let form: Json =
            serde_json::from_slice(&text).map_err(|error| unfit(&error.to_string()))?;
        let value_type = type_of(&form);
        // From the text, which has every digit of a number.
        let value = json::decode(&text, &value_type);
        let value = value.map_err(|error| unfit(&error.to_string()))?;
        Ok(Self { value_type, value })
    }

    /// Reads it as whatever `T` is, by its form in JSON.
    ///
    /// # Errors
    /// If it has another form. The error may repeat a part of the value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let text = json::encode(&self.value, &self.value_type);
        let text = text.map_err(|error| unfit(&error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| unfit(&error.to_string()).into())
    }
}

fn type_of(form: &Json) -> Type {
    match form {
        // The type of null is anything.
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Json::Object(entries) => {
            let attributes = entries
                .iter()
                .map(|(name, form)| (name.clone(), type_of(form)));
            Type::Object(attributes.collect())
        }
    }
}

fn unfit(message: &str) -> Diagnostic {
    Diagnostic::error("The value has the wrong form").detail(message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::schema::{Model, Object, Schema};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Document {
        body: Attr<Dynamic>,
    }

    impl Model for Document {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("body", |document| &mut document.body)
                .required();
        }
    }

    fn read(body: Value) -> Attr<Dynamic> {
        let document = Value::map([("body".to_owned(), body)]);
        let document = Schema::of::<Document>().decode(document);
        document.expect("anything fits").body
    }

    fn dynamic(value_type: Type, value: Value) -> Value {
        Value::Dynamic(Box::new(Dynamic { value_type, value }))
    }

    #[test]
    fn a_value_of_any_type_comes_and_goes_with_its_type() {
        let list = dynamic(
            Type::List(Box::new(Type::String)),
            Value::List(vec![Value::text("a")]),
        );
        let body = read(list.clone());
        assert_eq!(
            body.get().and_then(Dynamic::read::<Vec<String>>),
            Ok(vec!["a".to_owned()])
        );
        let encoded = Schema::of::<Document>().encode(Document { body });
        assert_eq!(encoded.entry("body"), &list);
    }

    #[test]
    fn what_is_null_or_not_known_is_so_as_a_whole() {
        let partly = Value::List(vec![Value::text("a"), Value::UNKNOWN]);
        let list = Type::List(Box::new(Type::String));
        assert_eq!(read(dynamic(list, partly)), Attr::Unknown);
        assert_eq!(read(dynamic(Type::String, Value::Null)), Attr::Null);
        assert_eq!(read(Value::UNKNOWN), Attr::Unknown);
        assert_eq!(read(Value::Null), Attr::Null);
    }

    #[test]
    fn a_value_is_made_as_jsondecode_makes_it() {
        let text = r#"{"n": 0.1, "all": [true, null, "x"]}"#;
        let form: Json = serde_json::from_str(text).expect("JSON");
        let made = Dynamic::of(&form).expect("it has a form");
        let tuple = Type::Tuple(vec![Type::Bool, Type::Dynamic, Type::String]);
        let object = [("all".to_owned(), tuple), ("n".to_owned(), Type::Number)];
        assert_eq!(made.value_type, Type::Object(object.into()));
        assert_eq!(
            made.value.entry("n"),
            &Value::Number("0.1".parse().expect("a number"))
        );
        assert_eq!(made.read::<Json>(), Ok(form));
    }

    #[test]
    fn a_list_and_a_tuple_of_the_same_mean_the_same() {
        let list = Dynamic {
            value_type: Type::List(Box::new(Type::String)),
            value: Value::List(vec![Value::text("a")]),
        };
        let tuple = Dynamic::of(&["a"]).expect("it has a form");
        assert!(list != tuple && list.means_same(&tuple));
        let other = Dynamic::of(&["b"]).expect("it has a form");
        assert!(!list.means_same(&other));
    }

    #[test]
    fn what_has_another_form_is_an_error() {
        assert!(Dynamic::of(&BTreeMap::from([([1], 2)])).is_err());
        let word = Dynamic::of("x").expect("a string");
        assert!(word.read::<i64>().is_err());
    }
}
