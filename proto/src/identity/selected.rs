//! [`SelectedIdentity`]: an identity that consists of attributes of the resource.

use super::handler::{IdentityHandler, Mutability};
use crate::decoding::{decoded_state, sentence};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{plain, unknown_to_null};
use crate::raw_state::RawState;
use crate::schema::{Declaration, Kind, Model, Schema};
use crate::value::{Number, Type, Value, json};
use crate::wire;
use crate::wire::resource_identity_schema::IdentityAttribute;

/// There has only been one layout so far.
const VERSION: i64 = 0;

pub(crate) struct SelectedIdentity<M> {
    /// The full type name of the resource, for messages.
    resource_name: String,
    resource: Schema<M>,
    names: &'static [&'static str],
    mutability: Mutability,
    value_type: Type,
}

impl<M: Model> SelectedIdentity<M> {
    pub(crate) fn new(
        resource_name: String,
        names: &'static [&'static str],
        mutability: Mutability,
    ) -> Self {
        let resource = Schema::of::<M>();
        let attributes = selected(&resource, names)
            .map(|declaration| (declaration.name.clone(), declaration.value_type()));
        Self {
            value_type: Type::Object(attributes.collect()),
            resource_name,
            names,
            mutability,
            resource,
        }
    }

    fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        selected(&self.resource, self.names)
    }

    /// The state in which nothing but the identity is set.
    fn state_of(&self, identity: Value) -> Result<M> {
        let Value::Map(mut state) = self.resource.encode(M::default()) else {
            return Err(Diagnostic::error("The model is not an object").into());
        };
        for declaration in self.declarations() {
            let value = identity.entry(&declaration.name);
            if value.is_null() {
                continue;
            }
            for check in &declaration.checks {
                check(value).map_err(|message| unfit(&declaration.name, value, &message))?;
            }
            state.insert(declaration.name.clone(), value.clone());
        }
        self.resource.decode(Value::Map(state)).map_err(|error| {
            let path = error.path().to_string();
            unfit(&path, identity.entry(&path), error.message()).into()
        })
    }

    /// The state of the object that has `id` as its only necessary attribute.
    pub(crate) fn import_id(&self, id: &str) -> Result<M> {
        let necessary: Vec<&Declaration> = self
            .declarations()
            .filter(|one| is_necessary(one))
            .collect();
        let value = match necessary.as_slice() {
            [only] => match only.value_type() {
                Type::String => Some((only, Value::text(id))),
                Type::Number => match id.parse::<Number>() {
                    Ok(number) => Some((only, Value::Number(number))),
                    Err(error) => {
                        let id = Value::text(id);
                        return Err(unfit(&only.name, &id, &error.to_string()).into());
                    }
                },
                _ => None,
            },
            _ => None,
        };
        let Some((only, value)) = value else {
            let names: Vec<String> = necessary
                .iter()
                .map(|one| format!("{} = ...", one.name))
                .collect();
            return Err(Diagnostic::error("Import by id is not supported")
                .detail(format!(
                    "A single string does not identify an object. Import by `identity = {{ {} }}` \
                     instead, with Terraform 1.12 or newer.",
                    names.join(", ")
                ))
                .into());
        };
        self.state_of(Value::map([(only.name.clone(), value)]))
    }
}

impl<M: Model> IdentityHandler for SelectedIdentity<M> {
    fn faults(&self) -> Vec<String> {
        let of = format!("identity of {}", self.resource_name);
        let mut faults = Vec::new();
        for (index, wanted) in self.names.iter().enumerate() {
            let mut declarations = self.resource.declarations().iter();
            let fault = match declarations.find(|one| one.name == *wanted) {
                None => Some("the resource has no such attribute"),
                Some(_) if self.names[..index].contains(wanted) => Some("it is named twice"),
                Some(one) if one.sensitive || one.write_only => {
                    Some("anybody may see an identity, so it must not contain secrets")
                }
                Some(one) if !is_plain(&one.kind) => {
                    Some("an identity must consist of plain values and lists of them")
                }
                Some(_) => None,
            };
            faults.extend(fault.map(|fault| format!("{of}, attribute {wanted}: {fault}")));
        }
        if !self.declarations().any(is_necessary) {
            faults.push(format!(
                "{of}: every attribute is optional, so an import could leave all of them out: mark \
                 one as required"
            ));
        }
        faults
    }

    fn value_type(&self) -> &Type {
        &self.value_type
    }

    fn version(&self) -> i64 {
        VERSION
    }

    fn mutability(&self) -> Mutability {
        self.mutability
    }

    fn wire_schema(&self) -> wire::ResourceIdentitySchema {
        let attributes = self.declarations().map(|declaration| IdentityAttribute {
            name: declaration.name.clone(),
            r#type: declaration.value_type().to_json(),
            required_for_import: is_necessary(declaration),
            optional_for_import: !is_necessary(declaration),
            description: declaration.description.clone(),
        });
        wire::ResourceIdentitySchema {
            version: VERSION,
            identity_attributes: attributes.collect(),
        }
    }

    fn of(&self, state: &Value) -> Result<Value> {
        // What was left out has been reported by the call that this state belongs to.
        let (_, state) = decoded_state(&self.resource, state, &mut Diagnostics::new())?;
        let is_missing = |one: &Declaration| is_necessary(one) && state.entry(&one.name).is_null();
        if self.declarations().any(is_missing) {
            return Ok(Value::Null);
        }
        let entries = self
            .declarations()
            .map(|one| (one.name.clone(), state.entry(&one.name).clone()));
        let identity = Value::map(entries);
        if !identity.is_wholly_known() {
            return Ok(Value::Null);
        }
        Ok(identity)
    }

    fn import(&self, identity: Value) -> Result<Value> {
        let state = self.state_of(identity)?;
        Ok(unknown_to_null(self.resource.encode(state)))
    }

    fn upgrade(&self, version: i64, raw: &RawState) -> Result<Value> {
        if version != VERSION {
            return Err(Diagnostic::error("The identity in the state has an unsupported version")
                .detail(format!(
                    "The state contains an identity of version {version}, but this version of the \
                     provider knows only {VERSION}. Use the version of the provider that wrote it."
                ))
                .into());
        }
        json::decode(raw.json(), &self.value_type).map_err(|error| {
            Diagnostic::error("The identity in the state cannot be read")
                .detail(format!(
                    "{} Use the version of the provider that wrote it, or restore an earlier copy \
                     of the state.",
                    sentence(&error.to_string())
                ))
                .into()
        })
    }
}

/// The self-check reports names that no attribute has.
fn selected<'a, M: Model>(
    resource: &'a Schema<M>,
    names: &'static [&'static str],
) -> impl Iterator<Item = &'a Declaration> {
    let of_name = |name| {
        let mut declarations = resource.declarations().iter();
        declarations.find(|one| one.name == name)
    };
    names.iter().filter_map(move |name| of_name(*name))
}

/// What a configuration may leave out, an import may, too.
fn is_necessary(declaration: &Declaration) -> bool {
    !declaration.optional
}

fn is_plain(kind: &Kind) -> bool {
    let plain = |of: &Type| matches!(of, Type::Bool | Type::Number | Type::String);
    match kind {
        Kind::Value(Type::List(of)) => plain(of),
        Kind::Value(of) => plain(of),
        Kind::Nested(..) | Kind::Block(..) => false,
    }
}

/// The value is named once, also where the message begins with it.
fn unfit(name: &str, value: &Value, message: &str) -> Diagnostic {
    let shown = plain(value);
    let detail = match message.strip_prefix(&format!("{shown} is not allowed. ")) {
        Some(instead) => format!("In the import, `{name}` is {shown}. {instead}"),
        None => format!("In the import, `{name}`: {}", sentence(message)),
    };
    Diagnostic::error("No such object can exist").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;
    use crate::check::not_empty;
    use crate::identity::Identified;
    use crate::schema::Object;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Bucket {
        name: Attr<String>,
        region: Attr<String>,
        serial: Attr<i64>,
        secret: Attr<String>,
        owners: Attr<Vec<String>>,
        parts: Vec<()>,
    }

    impl Model for Bucket {
        fn declare(object: &mut Object<Self>) {
            object
                .attribute("name", |bucket| &mut bucket.name)
                .required()
                .check(not_empty)
                .describe("The name.");
            object
                .attribute("region", |bucket| &mut bucket.region)
                .optional_computed();
            object
                .attribute("serial", |bucket| &mut bucket.serial)
                .computed();
            object
                .attribute("secret", |bucket| &mut bucket.secret)
                .computed()
                .sensitive();
            object
                .attribute("owners", |bucket| &mut bucket.owners)
                .required();
            object.block_list("part", |bucket| &mut bucket.parts);
        }
    }

    fn handler(names: &'static [&'static str]) -> Box<dyn IdentityHandler> {
        Identified::<Bucket>::by_attributes(names).handler("acme_bucket".to_owned())
    }

    fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::map(entries.map(|(name, value)| (name.to_owned(), value)))
    }

    fn detail<T: std::fmt::Debug>(result: Result<T>) -> String {
        let errors = result.expect_err("it is refused");
        let error = errors.iter().next().expect("there is an error");
        error.detail_text().to_owned()
    }

    #[test]
    fn an_identity_is_taken_from_the_state_and_leads_back_to_one() {
        let identity = handler(&["name", "region"]);
        assert!(identity.faults().is_empty(), "{:?}", identity.faults());
        let state = |name: Value, region: Value| {
            let model = Bucket {
                owners: vec!["ann".to_owned()].into(),
                ..Bucket::default()
            };
            let Value::Map(mut state) = Schema::of::<Bucket>().encode(model) else {
                panic!("a model is an object");
            };
            state.insert("name".to_owned(), name);
            state.insert("region".to_owned(), region);
            Value::Map(state)
        };
        let named = state(Value::text("logs"), Value::Null);
        let expected = object([("name", Value::text("logs")), ("region", Value::Null)]);
        assert_eq!(identity.of(&named), Ok(expected.clone()));
        assert_eq!(
            identity.of(&state(Value::Null, Value::text("eu"))),
            Ok(Value::Null)
        );
        assert_eq!(
            identity.of(&state(Value::text("logs"), Value::UNKNOWN)),
            Ok(Value::Null),
            "it appears once it is known"
        );
        let begun = identity.import(expected).expect("it can be imported");
        assert_eq!(begun.entry("name"), &Value::text("logs"));
        assert!(begun.entry("owners").is_null());
    }

    #[test]
    fn terraform_is_told_what_an_import_may_leave_out() {
        let schema = handler(&["name", "region", "serial"]).wire_schema();
        let told: Vec<_> = schema
            .identity_attributes
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.required_for_import,
                    one.optional_for_import,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("name", true, false),
                ("region", false, true),
                ("serial", true, false)
            ]
        );
        assert_eq!(schema.identity_attributes[0].description, "The name.");
    }

    #[test]
    fn an_id_is_the_value_of_the_only_necessary_attribute() {
        let import = |names, id: &str| Identified::<Bucket>::by_attributes(names).import(id);
        let bucket = import(&["name", "region"], "logs").expect("a name");
        assert!(bucket.name == "logs" && bucket.region.is_null());
        let bucket = import(&["serial"], "12").expect("a number");
        assert_eq!(bucket.serial, Attr::Known(12));

        assert_eq!(
            detail(import(&["serial"], "1.5")),
            format!(
                "In the import, `serial`: 1.5 is not a whole number between {} and {}.",
                i64::MIN,
                i64::MAX
            )
        );
        let refusal = detail(import(&["serial"], "twelve"));
        assert!(
            refusal.starts_with("In the import, `serial`: "),
            "{refusal}"
        );
        let refusal = detail(import(&["name"], ""));
        assert!(refusal.ends_with("Use at least 1 character."), "{refusal}");
        let refusal = detail(import(&["name", "serial"], "logs"));
        assert!(
            refusal.contains("identity = { name = ..., serial = ... }"),
            "{refusal}"
        );
    }

    #[test]
    fn what_cannot_be_an_identity_is_found_at_the_start() {
        let faults = |names| handler(names).faults().join("\n");
        for (names, fault) in [
            (&["nmae"][..], "nmae: the resource has no such attribute"),
            (&["name", "name"], "name: it is named twice"),
            (&["name", "secret"], "secret: anybody may see an identity"),
            (
                &["name", "part"],
                "part: an identity must consist of plain values",
            ),
            (&["region"], "every attribute is optional"),
        ] {
            let found = faults(names);
            assert!(
                found.contains(fault) && found.starts_with("identity of acme_bucket"),
                "{names:?}: {found}"
            );
        }
    }

    #[test]
    fn what_the_state_file_holds_is_read_again() {
        let identity = handler(&["name", "serial"]);
        let raw = RawState::from_json(br#"{"name":"logs","serial":7}"#.to_vec());
        let expected = object([
            ("name", Value::text("logs")),
            ("serial", Value::Number(7.into())),
        ]);
        assert_eq!(identity.upgrade(VERSION, &raw), Ok(expected));
        let refusal = detail(identity.upgrade(3, &raw));
        assert!(refusal.contains("of version 3"), "{refusal}");
    }
}
