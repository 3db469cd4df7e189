//! [`Arguments`]: what a function is called with, as a Rust struct, and [`Parameters`]: the
//! declarations of its fields.

use std::collections::BTreeSet;
use std::fmt;

use super::parameter::{Declared, Parameter};
use crate::attr::Attr;
use crate::attribute_value::AttributeValue;
use crate::function_error::FunctionError;
use crate::names::{NAME_RULE, is_name};
use crate::value::{Type, Value, ValueError};

/// A struct whose fields are a function's arguments, each declared once and in order; `()` for a
/// function without parameters.
///
/// A field of a plain type (`String`, `i64`, `Vec<String>`) is always there and known: Terraform
/// refuses null and does not call the function before everything is known. A field of type
/// [`Attr`](crate::Attr) takes null and unknown as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the arguments of a function",
    note = "derive `Default`, and declare every field in `impl tfplugin::Arguments for {Self}`; \
            for a function without parameters, use `()`"
)]
pub trait Arguments: Default + Send + Sync + 'static {
    /// Declares every field. Called when the signature is built.
    fn declare(parameters: &mut Parameters<Self>);
}

impl Arguments for () {
    fn declare(_: &mut Parameters<Self>) {}
}

/// Collects the parameters of a function in their order; see [`Arguments::declare`].
///
/// Both methods take the parameter's name, which only documentation shows, and the way to the
/// field: a closure that captures nothing.
pub struct Parameters<A> {
    positional: Vec<Argument<A>>,
    variadic: Option<Argument<A>>,
    /// Found while declaring; reported when the provider starts.
    faults: Vec<String>,
}

/// A parameter and the field its argument goes to.
struct Argument<A> {
    declared: Declared,
    field: Setter<A>,
}

/// Puts an argument into its field.
type Setter<A> = Box<dyn Fn(&mut A, Value) -> Result<(), ValueError> + Send + Sync>;

impl<A: Arguments> Parameters<A> {
    /// The next parameter.
    pub fn parameter<T: AttributeValue>(
        &mut self,
        name: &'static str,
        field: fn(&mut A) -> &mut T,
    ) -> Parameter<'_, T> {
        if self.variadic.is_some() {
            self.faults
                .push(format!("{name}: a variadic parameter must be the last one"));
        }
        self.positional.push(Argument::new::<T>(
            name,
            Box::new(move |arguments, value| {
                *field(arguments) = present(value)?;
                Ok(())
            }),
        ));
        // Just pushed, so there is one.
        let last = self.positional.len() - 1;
        Parameter::new(&mut self.positional[last].declared)
    }

    /// The last parameter, which takes any number of arguments.
    pub fn variadic<T: AttributeValue>(
        &mut self,
        name: &'static str,
        field: fn(&mut A) -> &mut Vec<T>,
    ) -> Parameter<'_, T> {
        if self.variadic.is_some() {
            self.faults
                .push(format!("{name}: a variadic parameter must be the last one"));
        }
        let argument = self.variadic.insert(Argument::new::<T>(
            name,
            Box::new(move |arguments, value| {
                field(arguments).push(present(value)?);
                Ok(())
            }),
        ));
        Parameter::new(&mut argument.declared)
    }

    pub(super) fn declared() -> Self {
        let mut parameters = Self {
            positional: Vec::new(),
            variadic: None,
            faults: Vec::new(),
        };
        A::declare(&mut parameters);
        parameters
    }

    /// The type of the argument at that place; `None` if there are too many.
    pub(crate) fn argument_type(&self, index: usize) -> Option<&Type> {
        self.argument(index)
            .map(|argument| &argument.declared.value_type)
    }

    /// Checks the arguments and puts each into its field.
    pub(crate) fn decode(&self, values: Vec<Value>) -> Result<A, FunctionError> {
        if values.len() < self.positional.len() {
            return Err(FunctionError::new(format!(
                "{} arguments instead of {}",
                values.len(),
                self.positional.len()
            )));
        }
        let mut arguments = A::default();
        for (index, value) in values.into_iter().enumerate() {
            let argument = self
                .argument(index)
                .ok_or_else(|| FunctionError::new("too many arguments").argument(index))?;
            argument
                .put(&mut arguments, value)
                .map_err(|text| FunctionError::new(text).argument(index))?;
        }
        Ok(arguments)
    }

    /// What Terraform or a reader would stumble over, one sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        let mut names = BTreeSet::new();
        for name in self.all().map(|declared| &declared.name) {
            if !is_name(name) {
                faults.push(format!("{name}: {NAME_RULE}"));
            }
            if !names.insert(name) {
                faults.push(format!("{name}: the name is declared twice"));
            }
        }
        faults
    }

    fn argument(&self, index: usize) -> Option<&Argument<A>> {
        self.positional.get(index).or(self.variadic.as_ref())
    }
}

impl<A> Parameters<A> {
    pub(super) fn positional(&self) -> impl Iterator<Item = &Declared> {
        self.positional.iter().map(|argument| &argument.declared)
    }

    pub(super) fn variadic_parameter(&self) -> Option<&Declared> {
        self.variadic.as_ref().map(|argument| &argument.declared)
    }

    fn all(&self) -> impl Iterator<Item = &Declared> {
        self.positional().chain(self.variadic_parameter())
    }
}

impl<A> Argument<A> {
    fn new<T: AttributeValue>(name: &str, field: Setter<A>) -> Self {
        Self {
            declared: Declared {
                name: name.to_owned(),
                value_type: T::value_type(),
                takes_anything: T::TAKES_ANYTHING,
                description: String::new(),
                checks: Vec::new(),
            },
            field,
        }
    }

    fn put(&self, arguments: &mut A, value: Value) -> Result<(), String> {
        if !value.is_null() && !value.is_unknown() {
            for check in &self.declared.checks {
                // Terraform puts a full stop behind the message.
                check(&value).map_err(|message| message.trim_end_matches('.').to_owned())?;
            }
        }
        (self.field)(arguments, value).map_err(|error| error.to_string())
    }
}

impl<A> fmt::Debug for Parameters<A> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.all()).finish()
    }
}

/// Terraform refuses null and waits for unknown values where the parameter does not take them.
fn present<T: AttributeValue>(value: Value) -> Result<T, ValueError> {
    match T::decode(value)? {
        Attr::Known(value) => Ok(value),
        Attr::Null => Err(ValueError::new("must not be null")),
        Attr::Unknown => Err(ValueError::new("must be known")),
    }
}
