//! [`Diagnostics`]: what a call has to say.

use crate::diagnostic::Diagnostic;
use crate::path::Path;

/// Errors and warnings in the order they came up.
///
/// # Errors of your own
///
/// Give the errors of your client a `From` that says what the user can do about each. From then on
/// `?` works on them in every call, in migrations and in identities:
///
/// ```
/// use tfplugin::{Attr, Diagnostic, Diagnostics, Path, Result};
///
/// #[derive(Debug)]
/// enum StoreError {
///     Taken(String),
///     Unreachable(std::io::Error),
/// }
///
/// impl From<StoreError> for Diagnostics {
///     fn from(error: StoreError) -> Self {
///         match error {
///             StoreError::Taken(name) => Diagnostic::error("The name is taken")
///                 .detail(format!("There is a bucket {name:?} already. Choose another name."))
///                 .at(Path::root("name")),
///             StoreError::Unreachable(error) => Diagnostic::error("The store does not answer")
///                 .detail(format!("{error}. Check `endpoint`, then apply again.")),
///         }
///         .into()
///     }
/// }
///
/// fn make(name: &str) -> Result<i64, StoreError> {
///     Err(StoreError::Taken(name.to_owned()))
/// }
///
/// // As in `create`, `read`, `plan`, …
/// fn create(name: &Attr<String>) -> Result<i64> {
///     let version = make(name.get()?)?;
///     Ok(version)
/// }
///
/// let errors = create(&"logs".into()).expect_err("it is taken");
/// let error = errors.iter().next().expect("there is one");
/// assert_eq!(error.path(), Some(&Path::root("name")));
/// ```
///
/// An error of another crate cannot have such a `From`; wrap it, as `Unreachable` does above, or
/// use `map_err`. The errors of functions have one sentence and no summary, so they want a
/// `From<StoreError> for FunctionError`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

/// What a handler returns: `?` works on a [`Diagnostic`], on [`Diagnostics`], and on
/// [errors of your own](Diagnostics#errors-of-your-own). An `Err` without an error in it gets one
/// that calls it a bug in the provider.
pub type Result<T, E = Diagnostics> = std::result::Result<T, E>;

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds an error of summary and detail.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::error(summary).detail(detail));
    }

    /// Adds a warning of summary and detail.
    pub fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::warning(summary).detail(detail));
    }

    /// Adds all of `others`.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// The same inside of an object: every path now begins with that of the object.
    ///
    /// ```
    /// use tfplugin::{Diagnostic, Diagnostics, Path};
    /// let errors = Diagnostics::from(Diagnostic::error("Too long").at(Path::root("name")));
    /// let errors = errors.inside(&Path::root("owners").index(1));
    /// let path = errors.iter().next().and_then(Diagnostic::path);
    /// assert_eq!(path.map(Path::to_string).as_deref(), Some("owners[1].name"));
    /// ```
    pub fn inside(self, object: &Path) -> Self {
        self.into_iter()
            .map(|diagnostic| diagnostic.inside(object))
            .collect()
    }

    /// Adds why a call failed. Terraform takes an answer without an error for a success, so a
    /// failure that brings none gets one here.
    pub(crate) fn fail(&mut self, errors: Self) {
        self.extend(errors);
        if !self.has_errors() {
            self.error(
                "The provider failed without an error",
                "The call returned `Err` without an error, so it is not known what went wrong. \
                 This is a bug in the provider; please report it.",
            );
        }
    }

    /// The value, or nothing and its errors added.
    pub(crate) fn take<T: Default>(&mut self, result: Result<T>) -> T {
        result.unwrap_or_else(|errors| {
            self.fail(errors);
            T::default()
        })
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
