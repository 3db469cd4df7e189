//! Checks of several attributes together.

use super::quote::listed;
use crate::attr::Attr;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;

/// An attribute, whatever its type, as far as it is set. There is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute that can be null",
    note = "list only fields of type `tfplugin::Attr`. For a list of blocks, Terraform does not \
        say whether it is empty or not known yet"
)]
pub trait Presence {
    /// Null, unknown (which may become null) or set.
    fn presence(&self) -> Attr<()>;
}

impl<T> Presence for Attr<T> {
    fn presence(&self) -> Attr<()> {
        self.as_ref().map(|_| ())
    }
}

/// At most one of the attributes is set. Every further one is an error.
pub fn conflicting(attributes: &[(&str, &dyn Presence)]) -> Diagnostics {
    let set = names(attributes, Attr::Known(()));
    let further = set.iter().skip(1);
    further
        .map(|name| {
            Diagnostic::error("Conflicting arguments")
                .detail(format!(
                    "{} are set, but only one of {} can be. Keep one of them.",
                    quoted(&set, "and"),
                    quoted(&all(attributes), "and")
                ))
                .at(Path::root(*name))
        })
        .collect()
}

/// One of the attributes is set, and no other. If none can be any more, the error is at the first.
pub fn exactly_one_of(attributes: &[(&str, &dyn Presence)]) -> Diagnostics {
    let mut found = conflicting(attributes);
    found.extend(none_of("Exactly", attributes));
    found
}

/// One of the attributes is set, or several are. If none can be any more, the error is at the
/// first.
pub fn at_least_one_of(attributes: &[(&str, &dyn Presence)]) -> Diagnostics {
    none_of("At least", attributes).into_iter().collect()
}

/// Either all attributes are set or none is. Every one that is missing is an error.
pub fn required_together(attributes: &[(&str, &dyn Presence)]) -> Diagnostics {
    let set = names(attributes, Attr::Known(()));
    if set.is_empty() {
        return Diagnostics::new();
    }
    let missing = names(attributes, Attr::Null);
    let are = if set.len() == 1 { "is" } else { "are" };
    let set = quoted(&set, "and");
    missing
        .iter()
        .map(|name| {
            Diagnostic::error("Missing argument")
                .detail(format!(
                    "`{name}` is required, because {set} {are} set and they belong together. Set \
                     `{name}`, or remove {set}."
                ))
                .at(Path::root(*name))
        })
        .collect()
}

/// An error if all attributes are null, and will be.
fn none_of(how_many: &str, attributes: &[(&str, &dyn Presence)]) -> Option<Diagnostic> {
    let (first, _) = attributes.first()?;
    if names(attributes, Attr::Null).len() < attributes.len() {
        return None;
    }
    let names = quoted(&all(attributes), "and");
    Some(
        Diagnostic::error("Missing argument")
            .detail(format!(
                "{how_many} one of {names} must be set, but none is. Set one of them."
            ))
            .at(Path::root(*first)),
    )
}

fn all<'a>(attributes: &[(&'a str, &dyn Presence)]) -> Vec<&'a str> {
    attributes.iter().map(|(name, _)| *name).collect()
}

fn names<'a>(attributes: &[(&'a str, &dyn Presence)], presence: Attr<()>) -> Vec<&'a str> {
    attributes
        .iter()
        .filter(|(_, attribute)| attribute.presence() == presence)
        .map(|(name, _)| *name)
        .collect()
}

fn quoted(names: &[&str], last: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    listed(&names, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rule = fn(&[(&str, &dyn Presence)]) -> Diagnostics;

    const STATES: [Attr<i64>; 3] = [Attr::Null, Attr::Unknown, Attr::Known(1)];

    /// Where the errors stand.
    fn places(rule: Rule, states: [Attr<i64>; 3]) -> Vec<String> {
        let [a, b, c] = &states;
        rule(&[("a", a), ("b", b), ("c", c)])
            .iter()
            .filter_map(|found| Some(found.path()?.to_string()))
            .collect()
    }

    fn every_state() -> impl Iterator<Item = [Attr<i64>; 3]> {
        STATES.into_iter().flat_map(|a| {
            STATES
                .into_iter()
                .flat_map(move |b| STATES.into_iter().map(move |c| [a, b, c]))
        })
    }

    /// What the states may become once everything is known.
    fn outcomes(states: [Attr<i64>; 3]) -> impl Iterator<Item = [Attr<i64>; 3]> {
        every_state().filter(move |outcome| {
            outcome.iter().zip(&states).all(|(outcome, state)| {
                !outcome.is_unknown() && (state.is_unknown() || outcome == state)
            })
        })
    }

    #[test]
    fn an_error_is_one_whatever_the_unknown_values_turn_out_to_be() {
        let rules: [Rule; 4] = [
            conflicting,
            exactly_one_of,
            at_least_one_of,
            required_together,
        ];
        for (index, rule) in rules.into_iter().enumerate() {
            for states in every_state() {
                let is_refused = !places(rule, states).is_empty();
                let is_hopeless = outcomes(states).all(|outcome| !places(rule, outcome).is_empty());
                assert_eq!(is_refused, is_hopeless, "rule {index}: {states:?}");
            }
        }
    }

    #[test]
    fn known_attributes_are_held_against_the_rule() {
        for states in every_state().filter(|states| !states.contains(&Attr::Unknown)) {
            let set = states.iter().filter(|state| state.is_known()).count();
            let is_fine = |rule: Rule| places(rule, states).is_empty();
            assert_eq!(is_fine(conflicting), set <= 1, "{states:?}");
            assert_eq!(is_fine(exactly_one_of), set == 1, "{states:?}");
            assert_eq!(is_fine(at_least_one_of), set >= 1, "{states:?}");
            assert_eq!(is_fine(required_together), set % 3 == 0, "{states:?}");
        }
    }

    #[test]
    fn errors_stand_at_the_attributes() {
        let (set, null) = (Attr::Known(1), Attr::Null);
        assert_eq!(places(conflicting, [set, null, set]), ["c"]);
        assert_eq!(places(exactly_one_of, [set, set, set]), ["b", "c"]);
        assert_eq!(places(exactly_one_of, [null, null, null]), ["a"]);
        assert_eq!(places(at_least_one_of, [null, null, null]), ["a"]);
        assert_eq!(places(required_together, [null, set, null]), ["a", "c"]);
    }

    #[test]
    fn errors_say_what_is_set_and_what_to_do() {
        let (set, null): (Attr<i64>, Attr<String>) = (Attr::Known(1), Attr::Null);
        let attributes: &[(&str, &dyn Presence)] = &[("a", &set), ("b", &set), ("c", &null)];
        let details = |found: Diagnostics| {
            let details = found.iter().map(|found| found.detail_text().to_owned());
            details.collect::<Vec<_>>()
        };
        assert_eq!(
            details(conflicting(attributes)),
            ["`a` and `b` are set, but only one of `a`, `b` and `c` can be. Keep one of them."]
        );
        assert_eq!(
            details(required_together(attributes)),
            [
                "`c` is required, because `a` and `b` are set and they belong together. Set `c`, \
                 or remove `a` and `b`."
            ]
        );
        assert_eq!(
            details(at_least_one_of(&attributes[2..])),
            ["At least one of `c` must be set, but none is. Set one of them."]
        );
    }
}
