//! The self-check: what Terraform would refuse in a schema is found when the provider starts.

use std::collections::BTreeSet;

use super::declaration::{Declaration, Kind, Nesting, Preset};
use crate::value::Type;

/// Whose schema it is; Terraform reserves other names at the root of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Provider,
    Resource,
    DataSource,
    EphemeralResource,
    ListResource,
    Action,
    Identity,
}

impl Owner {
    fn reserved_names(self) -> &'static [&'static str] {
        match self {
            Self::Provider => &["alias", "version"],
            Self::Resource | Self::DataSource | Self::EphemeralResource => &[
                "connection",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "provider",
                "provisioner",
            ],
            // Their attributes stand in a block of their own.
            Self::ListResource | Self::Action | Self::Identity => &[],
        }
    }

    /// Whether the provider returns the object, and not only receives it.
    fn has_results(self) -> bool {
        match self {
            Self::Resource | Self::DataSource | Self::EphemeralResource => true,
            Self::Provider | Self::ListResource | Self::Action | Self::Identity => false,
        }
    }
}

/// Every fault, one sentence each, with the attribute's path.
pub(crate) fn check(owner: Owner, name: &str, declarations: &[Declaration]) -> Vec<String> {
    let mut faults = Faults {
        owner,
        found: Vec::new(),
    };
    for declaration in declarations {
        if owner.reserved_names().contains(&declaration.name.as_str()) {
            faults.add(
                &format!("{name}: {}", declaration.name),
                "the name is reserved by Terraform",
            );
        }
    }
    faults.check_all(&format!("{name}: "), declarations);
    if owner == Owner::Identity && !declarations.iter().any(|declaration| declaration.required) {
        faults.add(
            name,
            "an import must be able to name something: nothing is required",
        );
    }
    faults.found
}

struct Faults {
    owner: Owner,
    found: Vec<String>,
}

impl Faults {
    fn add(&mut self, path: &str, fault: &str) {
        self.found.push(format!("{path}: {fault}"));
    }

    fn check_all(&mut self, prefix: &str, declarations: &[Declaration]) {
        let mut names = BTreeSet::new();
        for declaration in declarations {
            let path = format!("{prefix}{}", declaration.name);
            if !names.insert(&declaration.name) {
                self.add(&path, "the name is declared twice");
            }
            if !is_name(&declaration.name) {
                self.add(&path, "a name consists of lowercase letters, digits and underscores and starts with a letter");
            }
            if let Some(other) = &declaration.shares_field_of {
                self.add(
                    &path,
                    &format!("its field of the model is that of {other}, too"),
                );
            }
            match &declaration.kind {
                _ if self.owner == Owner::Identity => self.check_identity(&path, declaration),
                Kind::Value(of) => {
                    self.check_marks(&path, declaration);
                    if has_dynamic_in_set(of, false) {
                        self.add(&path, "a set cannot hold dynamic values");
                    }
                }
                Kind::Nested(nesting, inner) => {
                    self.check_marks(&path, declaration);
                    if *nesting == Nesting::Set {
                        self.check_inside_set(&path, inner);
                    }
                    for block in inner.iter().filter(|declaration| declaration.is_block()) {
                        self.add(
                            &format!("{path}.{}", block.name),
                            "a block cannot stand inside a nested attribute",
                        );
                    }
                    self.check_all(&format!("{path}."), inner);
                }
                Kind::Block(_, inner) => {
                    if declaration.computed && self.owner != Owner::Resource {
                        self.add(&path, "only a resource has computed blocks");
                    }
                    self.check_replace(&path, declaration);
                    self.check_all(&format!("{path}."), inner);
                }
            }
        }
    }

    fn check_marks(&mut self, path: &str, declaration: &Declaration) {
        let Declaration {
            required,
            optional,
            computed,
            ..
        } = *declaration;
        if !required && !optional && !computed {
            self.add(
                path,
                "mark it as required, optional, computed or both of the latter",
            );
        }
        if required && (optional || computed) {
            self.add(
                path,
                "a required attribute is neither optional nor computed, and has no default",
            );
        }
        if declaration.write_only {
            self.check_write_only(path, declaration);
        }
        self.check_checks(path, declaration);
        if declaration.keep && !computed {
            self.add(path, "only a computed attribute can be kept");
        }
        match declaration.preset {
            Some(Preset::Value(ref value)) if value.is_null() || !value.is_wholly_known() => {
                self.add(path, "a default must be known and not null");
            }
            Some(Preset::Object) if has_required(declaration) => {
                self.add(
                    path,
                    "a default object cannot be made where an attribute inside is required",
                );
            }
            _ => {}
        }
        if computed && !self.owner.has_results() {
            self.add(
                path,
                "where nothing is returned there are no computed attributes and no defaults",
            );
        }
        self.check_replace(path, declaration);
    }

    /// A check sees what is configured, and a default stands for that.
    fn check_checks(&mut self, path: &str, declaration: &Declaration) {
        if declaration.is_computed_only() && !declaration.checks.is_empty() {
            self.add(
                path,
                "only the provider sets it, so there is nothing to check",
            );
        }
        let Some(Preset::Value(preset)) = &declaration.preset else {
            return;
        };
        for refusal in declaration
            .checks
            .iter()
            .filter_map(|check| check(preset).err())
        {
            self.add(path, &format!("its check refuses its default: {refusal}"));
        }
    }

    fn check_replace(&mut self, path: &str, declaration: &Declaration) {
        if self.owner != Owner::Resource && declaration.replace {
            self.add(path, "only a resource can be replaced");
        }
        let is_set_by_provider = declaration.computed && declaration.preset.is_none();
        if is_set_by_provider && !declaration.keep && declaration.replaces() {
            self.add(
                path,
                if declaration.is_block() {
                    "computed blocks are unknown as soon as something else changes, so that every \
                     change would need a new resource"
                } else {
                    "mark it as kept: a computed value is unknown as soon as something else \
                     changes, so that every change would need a new resource"
                },
            );
        }
    }

    /// Elements of a set are told apart by what is configured in them, and have no address.
    fn check_inside_set(&mut self, path: &str, inner: &[Declaration]) {
        for declaration in inner {
            let path = format!("{path}.{}", declaration.name);
            if declaration.computed && declaration.preset.is_none() {
                self.add(&path, "inside a set nothing is computed");
            }
            if declaration.write_only {
                self.add(&path, "inside a set nothing is write-only");
            }
            if declaration.replace || declaration.keep {
                self.add(
                    &path,
                    "inside a set nothing is replaced or kept; mark the set itself",
                );
            }
            if let Some((_, inner)) = declaration.inner() {
                self.check_inside_set(&path, inner);
            }
        }
    }

    /// What identifies something is a value that anybody may see and the configuration may name.
    fn check_identity(&mut self, path: &str, declaration: &Declaration) {
        let plain = |of: &Type| matches!(of, Type::Bool | Type::Number | Type::String);
        match &declaration.kind {
            Kind::Value(Type::List(of)) if plain(of) => {}
            Kind::Value(of) if plain(of) => {}
            _ => self.add(
                path,
                "an identity is made of plain values and lists of them",
            ),
        }
        if declaration.required == declaration.optional {
            self.add(path, "mark it as required or optional for an import");
        }
        if declaration.computed
            || declaration.sensitive
            || declaration.write_only
            || declaration.replace
            || declaration.keep
        {
            self.add(
                path,
                "in an identity there are no other marks than required and optional",
            );
        }
    }

    fn check_write_only(&mut self, path: &str, declaration: &Declaration) {
        if self.owner != Owner::Resource {
            self.add(path, "only a resource has write-only attributes");
        }
        if declaration.computed {
            self.add(
                path,
                "a write-only attribute is not computed and has no default",
            );
        }
        if declaration.replace {
            self.add(
                path,
                "a write-only attribute has no prior value and so cannot require replacement",
            );
        }
    }
}

/// Whether Terraform takes it as the name of an attribute or function.
pub(crate) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn has_required(declaration: &Declaration) -> bool {
    declaration
        .inner()
        .is_some_and(|(_, inner)| inner.iter().any(|attribute| attribute.required))
}

fn has_dynamic_in_set(of: &Type, in_set: bool) -> bool {
    match of {
        Type::Dynamic => in_set,
        Type::Bool | Type::Number | Type::String => false,
        Type::Set(element) => has_dynamic_in_set(element, true),
        Type::List(element) | Type::Map(element) => has_dynamic_in_set(element, in_set),
        Type::Tuple(elements) => elements
            .iter()
            .any(|element| has_dynamic_in_set(element, in_set)),
        Type::Object(attributes) => attributes.values().any(|of| has_dynamic_in_set(of, in_set)),
    }
}
