//! From attributes to values, while some attributes are not known yet.

use std::str::FromStr;

use tfplugin::{Attr, Path};

/// The path of the attribute that a field of the record comes from.
pub(crate) fn path_of(field: &[&'static str]) -> Path {
    let mut steps = field.iter();
    let root = Path::root(steps.next().copied().unwrap_or_default());
    steps.fold(root, |path, step| path.attribute(*step))
}

/// Reads attributes and remembers, with their paths, those that are unknown.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    path: Vec<&'static str>,
    unknown: Vec<Vec<&'static str>>,
}

impl Reading {
    /// Whether every attribute that was read is known.
    pub(crate) fn is_complete(&self) -> bool {
        self.unknown.is_empty()
    }

    /// Whether the attribute at `field`, or an object around it, is unknown.
    pub(crate) fn is_unknown(&self, field: &[&str]) -> bool {
        self.unknown
            .iter()
            .any(|unknown| field.starts_with(unknown))
    }

    /// A value; null and unknown give `default`.
    pub(crate) fn value<T: Clone>(&mut self, name: &'static str, attr: &Attr<T>, default: T) -> T {
        self.optional(name, attr).unwrap_or(default)
    }

    /// A value that may be missing.
    pub(crate) fn optional<T: Clone>(&mut self, name: &'static str, attr: &Attr<T>) -> Option<T> {
        if attr.is_unknown() {
            let mut path = self.path.clone();
            path.push(name);
            self.unknown.push(path);
        }
        attr.known().cloned()
    }

    /// A number of the record. [`natural`] has refused what does not fit.
    pub(crate) fn number(&mut self, name: &'static str, attr: &Attr<i64>, default: u32) -> u32 {
        self.optional(name, attr).map_or(default, saturated)
    }

    /// A number that may be missing.
    pub(crate) fn optional_number(&mut self, name: &'static str, attr: &Attr<i64>) -> Option<u32> {
        self.optional(name, attr).map(saturated)
    }

    /// A value of a closed list. [`choice`] has refused other strings.
    pub(crate) fn choice<T: FromStr>(
        &mut self,
        name: &'static str,
        attr: &Attr<String>,
        default: T,
    ) -> T {
        self.optional(name, attr)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    }

    /// A nested object.
    pub(crate) fn object<N, V>(
        &mut self,
        name: &'static str,
        attr: &Attr<N>,
        default: V,
        read: impl FnOnce(&N, &mut Reading) -> V,
    ) -> V {
        self.path.push(name);
        let value = match attr {
            Attr::Known(object) => read(object, self),
            Attr::Null => default,
            Attr::Unknown => {
                self.unknown.push(self.path.clone());
                default
            }
        };
        self.path.pop();
        value
    }
}

/// Validator of a closed list of strings.
pub(super) fn choice<T: FromStr>(text: &str) -> Result<(), String>
where
    T::Err: std::fmt::Display,
{
    text.parse::<T>()
        .map(drop)
        .map_err(|error| format!("`{text}` is not a valid value: {error}."))
}

/// Validator of a whole number that is not negative. Narrower limits are rules of the record
/// itself.
pub(super) fn natural(number: &i64) -> Result<(), String> {
    if *number < 0 {
        Err(format!("{number} is negative. Use 0 or a larger number."))
    } else {
        Ok(())
    }
}

fn saturated(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}
