//! Checks of one value.

use std::borrow::Borrow;
use std::ops::{Bound, RangeBounds};

use super::length::Length;
use super::quote::{Quote, given, listed, may_quote};

/// The value is one of `allowed`: strings, numbers, or values of a type of your own.
///
/// ```
/// let check = tfplugin::check::one_of(["hot", "cold"]);
/// assert_eq!(check("hot"), Ok(()));
/// assert_eq!(check("warm"), Err(r#""warm" is not allowed. Use "hot" or "cold"."#.to_owned()));
/// ```
pub fn one_of<C, A>(
    allowed: impl IntoIterator<Item = A>,
) -> impl Fn(&C) -> Result<(), String> + Send + Sync + 'static
where
    C: PartialEq + Quote + ?Sized + 'static,
    A: Borrow<C> + Send + Sync + 'static,
{
    let allowed: Vec<A> = allowed.into_iter().collect();
    move |value| {
        if allowed.iter().any(|one| one.borrow() == value) {
            return Ok(());
        }
        let allowed: Vec<String> = allowed.iter().map(|one| one.borrow().quote()).collect();
        let allowed = listed(&allowed, "or");
        Err(format!("{} is not allowed. Use {allowed}.", given(value)))
    }
}

/// The value lies in a range: of numbers, or of anything else that has an order.
///
/// ```
/// let check = tfplugin::check::between(1..=10);
/// assert_eq!(check(&10), Ok(()));
/// let refusal = "11 is too large. Use at least 1 and at most 10.";
/// assert_eq!(check(&11_i64), Err(refusal.to_owned()));
/// ```
pub fn between<C>(
    range: impl RangeBounds<C> + Send + Sync + 'static,
) -> impl Fn(&C) -> Result<(), String> + Send + Sync + 'static
where
    C: PartialOrd + Quote + 'static,
{
    move |value| {
        let Some(what) = outside(&range, value) else {
            return Ok(());
        };
        let allowed = in_words(&range, C::quote);
        Err(format!("{} is too {what}. Use {allowed}.", given(value)))
    }
}

/// A string has a number of characters in the range; a list, set or map one of elements.
///
/// ```
/// let check = tfplugin::check::length(3..=63);
/// assert_eq!(check("abc"), Ok(()));
/// let refusal = "The value has 2 characters. Use at least 3 and at most 63 characters.";
/// assert_eq!(check("ab"), Err(refusal.to_owned()));
/// ```
pub fn length<C>(
    range: impl RangeBounds<usize> + Send + Sync + 'static,
) -> impl Fn(&C) -> Result<(), String> + Send + Sync + 'static
where
    C: Length + ?Sized + 'static,
{
    move |value| {
        let length = value.length();
        if range.contains(&length) {
            return Ok(());
        }
        let allowed = in_words(&range, usize::to_string);
        let given = if may_quote() {
            format!("The value has {}", counted(length, C::UNITS))
        } else {
            "The value is too short or too long".to_owned()
        };
        let (unit, units) = C::UNITS;
        let unit = if allowed.ends_with(" 1") { unit } else { units };
        Err(format!("{given}. Use {allowed} {unit}."))
    }
}

/// The value has a form, which the words say and the predicate knows.
///
/// ```
/// let check = tfplugin::check::matches("an absolute path", |path: &str| path.starts_with('/'));
/// assert_eq!(check("/tmp"), Ok(()));
/// assert_eq!(check("tmp"), Err(r#""tmp" is not allowed. Use an absolute path."#.to_owned()));
/// ```
pub fn matches<C>(
    allowed: impl Into<String>,
    predicate: impl Fn(&C) -> bool + Send + Sync + 'static,
) -> impl Fn(&C) -> Result<(), String> + Send + Sync + 'static
where
    C: Quote + ?Sized + 'static,
{
    let allowed = allowed.into();
    move |value| {
        if predicate(value) {
            return Ok(());
        }
        Err(format!("{} is not allowed. Use {allowed}.", given(value)))
    }
}

/// A string has a character, a list, set or map an element. It is a check by itself:
/// `.check(check::not_empty)`.
///
/// ```
/// use tfplugin::check::not_empty;
/// assert_eq!(not_empty("a"), Ok(()));
/// let refusal = "The value is empty. Use at least 1 character.";
/// assert_eq!(not_empty(""), Err(refusal.to_owned()));
/// ```
///
/// # Errors
/// If the value is empty.
pub fn not_empty<C: Length + ?Sized>(value: &C) -> Result<(), String> {
    if value.length() > 0 {
        return Ok(());
    }
    let (unit, _) = C::UNITS;
    Err(format!("The value is empty. Use at least 1 {unit}."))
}

/// On which side of the range the value is; `None` inside.
fn outside<C: PartialOrd>(range: &impl RangeBounds<C>, value: &C) -> Option<&'static str> {
    let is_before = match range.start_bound() {
        Bound::Included(start) => value < start,
        Bound::Excluded(start) => value <= start,
        Bound::Unbounded => false,
    };
    match (is_before, range.contains(value)) {
        (true, _) => Some("small"),
        (false, true) => None,
        (false, false) => Some("large"),
    }
}

/// `at least 1 and at most 10`.
fn in_words<C>(range: &impl RangeBounds<C>, quote: impl Fn(&C) -> String) -> String {
    let start = match range.start_bound() {
        Bound::Included(start) => Some(format!("at least {}", quote(start))),
        Bound::Excluded(start) => Some(format!("more than {}", quote(start))),
        Bound::Unbounded => None,
    };
    let end = match range.end_bound() {
        Bound::Included(end) => Some(format!("at most {}", quote(end))),
        Bound::Excluded(end) => Some(format!("less than {}", quote(end))),
        Bound::Unbounded => None,
    };
    let bounds: Vec<String> = start.into_iter().chain(end).collect();
    bounds.join(" and ")
}

fn counted(length: usize, (unit, units): (&str, &str)) -> String {
    let unit = if length == 1 { unit } else { units };
    format!("{length} {unit}")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use super::*;
    use crate::check::unquoted;
    use crate::go_duration::GoDuration;
    use crate::sensitive::Sensitive;
    use crate::value::Number;

    fn refusal<C: ?Sized>(check: impl Fn(&C) -> Result<(), String>, value: &C) -> String {
        check(value).expect_err("the value is refused")
    }

    #[test]
    fn a_refusal_says_what_was_given_and_what_is_allowed() {
        assert_eq!(
            refusal(one_of(["a", "b", "c"]), "d"),
            r#""d" is not allowed. Use "a", "b" or "c"."#
        );
        assert_eq!(
            refusal(one_of([1, 2]), &3_i64),
            "3 is not allowed. Use 1 or 2."
        );
        assert_eq!(
            refusal(between(1..), &0_i64),
            "0 is too small. Use at least 1."
        );
        assert_eq!(
            refusal(between(..5), &5_i64),
            "5 is too large. Use less than 5."
        );
        assert_eq!(
            refusal(between(Number::from(1)..), &Number::from(0)),
            "0 is too small. Use at least 1."
        );
        assert_eq!(
            refusal(between(0.0..=1.0), &1.5),
            "1.5 is too large. Use at least 0 and at most 1."
        );
        assert_eq!(
            refusal(length(..=1), &["a", "b"][..]),
            "The value has 2 elements. Use at most 1 element."
        );
        assert_eq!(
            refusal(not_empty, &BTreeSet::<String>::new()),
            "The value is empty. Use at least 1 element."
        );
        assert_eq!(not_empty(&BTreeMap::from([("a", 1)])), Ok(()));
    }

    #[test]
    fn durations_are_compared_by_their_length() {
        let minute = GoDuration::from(Duration::from_secs(60));
        let check = between(minute..);
        assert_eq!(check(&"1h".parse().expect("a duration")), Ok(()));
        let short = "9s".parse().expect("a duration");
        assert_eq!(
            refusal(check, &short),
            r#""9s" is too small. Use at least "1m"."#
        );
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(length(..=3)("grö"), Ok(()));
    }

    #[test]
    fn a_secret_is_not_repeated_in_a_refusal() {
        let secret = "hunter2";
        let refusals = unquoted(true, || {
            [
                refusal(one_of(["a", "b"]), secret),
                refusal(matches("digits", |_: &str| false), secret),
                refusal(length(20..), secret),
                refusal(between(100..), &7_i64),
            ]
        });
        for refusal in refusals {
            let tells = refusal.contains(secret) || refusal.contains('7');
            assert!(!tells && refusal.contains("Use "), "{refusal}");
        }
        let secret = Sensitive::new(secret.to_owned());
        let refusal = refusal(matches("digits", |_: &Sensitive<String>| false), &secret);
        assert_eq!(refusal, "The value is not allowed. Use digits.");
    }

    #[test]
    fn a_long_string_is_not_repeated_as_a_whole() {
        let refusal = refusal(one_of(["a"]), "x".repeat(1_000).as_str());
        assert!(refusal.len() < 200, "{refusal}");
    }
}
