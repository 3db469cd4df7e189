//! [`choose`]: an enum by its words.

use std::fmt::Display;

use crate::check::{Quote as _, listed};

/// A string that is not one of the choices. The error lists them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given} is not allowed. Use {choices}.")]
pub struct NoChoice {
    given: String,
    choices: String,
}

/// The choice that is written as `string`, among all that there are: what the `from_str` of an enum
/// calls. See [`StringValue`](crate::StringValue).
///
/// # Errors
/// If there is none; the error lists the choices.
pub fn choose<T: Clone + Display>(string: &str, choices: &[T]) -> Result<T, NoChoice> {
    let words: Vec<String> = choices.iter().map(T::to_string).collect();
    let place = words.iter().position(|word| word == string);
    place
        .and_then(|place| choices.get(place).cloned())
        .ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|word| word.quote()).collect();
            NoChoice {
                given: string.quote(),
                choices: listed(&words, "or"),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_type_are_those_of_its_display() {
        let choices = [7, 9, 11];
        assert_eq!(choose("9", &choices), Ok(9));
        let error = choose("09", &choices).expect_err("it is written otherwise");
        assert_eq!(
            error.to_string(),
            r#""09" is not allowed. Use "7", "9" or "11"."#
        );
    }
}
