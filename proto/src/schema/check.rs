//! The self-check: what Terraform would refuse in a schema is found when the provider starts.

use std::collections::BTreeSet;

use super::declaration::{Declaration, Kind, Nesting, Preset};
use super::replace::Replace;
use crate::names::{NAME_RULE, is_name};
use crate::value::{Type, Value};

/// What the schema belongs to. Terraform reserves different names at the root of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Provider,
    Resource,
    DataSource,
    EphemeralResource,
    ListResource,
    Action,
    Identity,
    ProviderMeta,
}

impl Owner {
    /// What it is called in a sentence, before its name.
    fn kind(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Resource => "resource",
            Self::DataSource => "data source",
            Self::EphemeralResource => "ephemeral resource",
            Self::ListResource => "list resource",
            Self::Action => "action",
            Self::Identity => "identity of",
            Self::ProviderMeta => "block",
        }
    }

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
            // Their attributes are in a block of their own.
            Self::ListResource | Self::Action | Self::Identity | Self::ProviderMeta => &[],
        }
    }

    /// Whether the provider returns the object, and not only receives it.
    fn has_results(self) -> bool {
        match self {
            Self::Resource | Self::DataSource | Self::EphemeralResource => true,
            Self::Provider
            | Self::ListResource
            | Self::Action
            | Self::Identity
            | Self::ProviderMeta => false,
        }
    }
}

/// Every fault, one sentence each, with the type and the attribute's path. `name` is the full name
/// of the type.
pub(crate) fn check(owner: Owner, name: &str, declarations: &[Declaration]) -> Vec<String> {
    let mut faults = Faults {
        owner,
        of: format!("{} {name}", owner.kind()),
        found: Vec::new(),
    };
    for declaration in declarations {
        if owner.reserved_names().contains(&declaration.name.as_str()) {
            faults.add(&declaration.name, "the name is reserved by Terraform");
        }
    }
    faults.check_all("", declarations);
    if owner == Owner::Identity && !declarations.iter().any(|declaration| declaration.required) {
        faults.found.push(format!(
            "{}: no attribute is required, so an import could leave all of them out: mark one as \
             required",
            faults.of
        ));
    }
    faults.found
}

struct Faults {
    owner: Owner,
    /// Whose declarations these are.
    of: String,
    found: Vec<String>,
}

impl Faults {
    fn add(&mut self, path: &str, fault: &str) {
        self.found
            .push(format!("{}, attribute {path}: {fault}", self.of));
    }

    fn check_all(&mut self, prefix: &str, declarations: &[Declaration]) {
        let mut names = BTreeSet::new();
        for declaration in declarations {
            let path = format!("{prefix}{}", declaration.name);
            if !names.insert(&declaration.name) {
                self.add(&path, "the name is declared twice");
            }
            if !is_name(&declaration.name) {
                self.add(&path, NAME_RULE);
            }
            if let Some(other) = &declaration.shares_field_of {
                self.add(
                    &path,
                    &format!("it shares a field of the model with {other}; give it its own field"),
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
                            "a nested attribute cannot contain a block",
                        );
                    }
                    self.check_all(&format!("{path}."), inner);
                }
                Kind::Block(nesting, inner) => {
                    if self.owner == Owner::ProviderMeta {
                        self.add(
                            &path,
                            "Terraform does not allow blocks here, only attributes",
                        );
                    }
                    if declaration.computed && self.owner != Owner::Resource {
                        self.add(&path, "only a resource can have computed blocks");
                    }
                    if *nesting == Nesting::Set {
                        self.check_inside_set(&path, inner);
                    }
                    self.check_replace(&path, declaration);
                    self.check_limits(&path, declaration);
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
                "mark it as required, optional, computed, or optional and computed",
            );
        }
        if required && (optional || computed) {
            self.add(
                path,
                "a required attribute must be neither optional nor computed, and must not have a \
                 default",
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
                    "an object with a required attribute cannot have a default",
                );
            }
            _ => {}
        }
        if computed && !self.owner.has_results() {
            self.add(
                path,
                "the provider returns no values for this object, so it must not have computed \
                 attributes or defaults",
            );
        }
        self.check_replace(path, declaration);
        self.check_limits(path, declaration);
        if declaration.planner.is_some() {
            self.check_planner(path, declaration);
        }
    }

    /// A default is used like a configured value, so it has to pass the attribute's own checks.
    fn check_checks(&mut self, path: &str, declaration: &Declaration) {
        // Checks inside are fine: the same objects may be configured elsewhere.
        if declaration.is_computed_only() && !declaration.checks.is_empty() {
            self.add(path, "only the provider sets it, so remove its check");
        }
        match &declaration.preset {
            Some(Preset::Value(preset)) => self.check_default(path, declaration, preset),
            // The defaults of the attributes inside are checked when their own turn comes.
            Some(Preset::Object) => {
                let preset = default_of(declaration).unwrap_or_default();
                self.check_accepted(path, declaration, &preset);
            }
            None => {}
        }
    }

    /// Checks a default, with all values inside it, against the declared checks and the required
    /// attributes.
    fn check_default(&mut self, path: &str, declaration: &Declaration, preset: &Value) {
        if preset.is_null() {
            return;
        }
        self.check_accepted(path, declaration, preset);
        let Some((_, inner)) = declaration.inner() else {
            return;
        };
        for object in objects_in(declaration, preset) {
            for declaration in inner {
                let path = format!("{path}.{}", declaration.name);
                let value = object.entry(&declaration.name);
                if declaration.required && value.is_null() {
                    self.add(
                        &path,
                        "it is required, but the default around it does not set it",
                    );
                }
                self.check_default(&path, declaration, value);
            }
        }
    }

    fn check_accepted(&mut self, path: &str, declaration: &Declaration, preset: &Value) {
        let refusals = declaration.checks.iter().map(|check| check(preset));
        for refusal in refusals.filter_map(Result::err) {
            self.add(path, &format!("its check refuses its default: {refusal}"));
        }
    }

    fn check_replace(&mut self, path: &str, declaration: &Declaration) {
        let rules = declaration.replace.as_slice();
        if self.owner != Owner::Resource && !rules.is_empty() {
            self.add(path, "only a resource can be replaced");
        }
        if rules.len() > 1 {
            self.add(
                path,
                "several rules say which change needs a new resource; keep one",
            );
        }
        if declaration.is_computed_only()
            && rules
                .iter()
                .any(|rule| matches!(rule, Replace::IfConfigured))
        {
            self.add(
                path,
                "only the provider sets it, so it is never configured: remove \
                            `replace_if_configured`",
            );
        }
        if declaration.is_forgotten() && declaration.replaces_unconfigured() {
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
        } else if !rules.is_empty() {
            self.check_inside_replaced(path, declaration);
        }
    }

    /// If an object has a replace rule, every change inside it counts as a change of the object.
    fn check_inside_replaced(&mut self, path: &str, declaration: &Declaration) {
        for inside in declaration.inner().into_iter().flat_map(|(_, inner)| inner) {
            let path = format!("{path}.{}", inside.name);
            if inside.is_forgotten() {
                self.add(
                    &path,
                    "mark it as kept: a computed value is unknown as soon as something else \
                     changes, and a change of the attribute around it needs a new resource",
                );
            } else {
                self.check_inside_replaced(&path, inside);
            }
        }
    }

    fn check_limits(&mut self, path: &str, declaration: &Declaration) {
        let limits = declaration.limits;
        if limits.most == Some(0) {
            self.add(
                path,
                "its maximum is 0, so it could never be set: remove it",
            );
        } else if limits.most.is_some_and(|most| limits.least > Some(most)) {
            self.add(path, "its minimum is larger than its maximum");
        }
        let is_needed = declaration.required || limits.least.is_some();
        if declaration.is_block() && declaration.computed && is_needed {
            self.add(
                path,
                "a computed block must not be required: the provider fills in what the \
                 configuration leaves out",
            );
        }
    }

    fn check_planner(&mut self, path: &str, declaration: &Declaration) {
        if self.owner != Owner::Resource {
            self.add(path, "only a resource has a plan");
        }
        if !declaration.computed {
            self.add(
                path,
                "only a computed attribute can be planned: the configuration decides every other \
                 one",
            );
        }
    }

    /// Elements of a set are told apart by what is configured in them, and have no path.
    fn check_inside_set(&mut self, path: &str, inner: &[Declaration]) {
        for declaration in inner {
            let path = format!("{path}.{}", declaration.name);
            if declaration.computed && declaration.preset.is_none() {
                self.add(&path, "nothing inside a set can be computed");
            }
            if declaration.write_only {
                self.add(&path, "nothing inside a set can be write-only");
            }
            if !declaration.replace.is_empty() || declaration.keep {
                self.add(
                    &path,
                    "nothing inside a set can require a replacement or be kept; mark the set \
                     itself",
                );
            }
            if declaration.planner.is_some() {
                self.add(&path, "nothing inside a set can be planned by itself");
            }
            if let Some((_, inner)) = declaration.inner() {
                self.check_inside_set(&path, inner);
            }
        }
    }

    /// Attributes of an identity are plain values or lists of them, marked as required or optional
    /// and nothing else.
    fn check_identity(&mut self, path: &str, declaration: &Declaration) {
        let plain = |of: &Type| matches!(of, Type::Bool | Type::Number | Type::String);
        match &declaration.kind {
            Kind::Value(Type::List(of)) if plain(of) => {}
            Kind::Value(of) if plain(of) => {}
            _ => self.add(
                path,
                "an identity must consist of plain values and lists of them",
            ),
        }
        if declaration.required == declaration.optional {
            self.add(path, "mark it as required or optional for an import");
        }
        if declaration.computed
            || declaration.sensitive
            || declaration.write_only
            || !declaration.replace.is_empty()
            || declaration.keep
            || declaration.planner.is_some()
        {
            self.add(
                path,
                "an attribute of an identity can only be marked as required or optional",
            );
        }
    }

    fn check_write_only(&mut self, path: &str, declaration: &Declaration) {
        if self.owner != Owner::Resource {
            self.add(path, "only a resource can have write-only attributes");
        }
        if declaration.computed {
            self.add(
                path,
                "a write-only attribute cannot be computed or have a default",
            );
        }
        if !declaration.replace.is_empty() {
            self.add(
                path,
                "a write-only attribute has no prior value and so cannot require replacement",
            );
        }
    }
}

/// The value of an attribute that is not configured, as far as the declarations tell.
fn default_of(declaration: &Declaration) -> Option<Value> {
    match (declaration.preset.as_ref()?, declaration.inner()) {
        (Preset::Value(value), _) => Some(value.clone()),
        (Preset::Object, inner) => {
            let inner = inner.map(|(_, inner)| inner).unwrap_or_default();
            Some(Value::map(inner.iter().map(|attribute| {
                let value = match default_of(attribute) {
                    None if attribute.computed => Value::UNKNOWN,
                    value => value.unwrap_or_default(),
                };
                (attribute.name.clone(), value)
            })))
        }
    }
}

/// The objects that a value of nested attributes consists of.
fn objects_in<'a>(declaration: &Declaration, value: &'a Value) -> Vec<&'a Value> {
    match (declaration.inner(), value) {
        (Some((Nesting::Single, _)), object) => vec![object],
        (_, Value::List(objects)) => objects.iter().collect(),
        (_, Value::Set(objects)) => objects.iter().collect(),
        (_, Value::Map(objects)) => objects.values().collect(),
        _ => Vec::new(),
    }
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
