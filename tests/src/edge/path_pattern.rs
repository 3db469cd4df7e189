//! Path patterns of cache behaviors.

/// Whether `pattern` covers `path`: `*` is any number of characters, `?` exactly one, letter case
/// counts, and a leading slash may be left out of the pattern (CloudFront guide, "Path pattern").
pub(super) fn covers(pattern: &str, path: &str) -> bool {
    let strip = |text: &str| {
        text.strip_prefix('/')
            .unwrap_or(text)
            .chars()
            .collect::<Vec<_>>()
    };
    wildcard(&strip(pattern), &strip(path))
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => wildcard(rest, text),
        (Some(('*', rest)), Some((_, shorter))) => {
            wildcard(rest, text) || wildcard(pattern, shorter)
        }
        (Some(('?', rest)), Some((_, shorter))) => wildcard(rest, shorter),
        (Some((wanted, rest)), Some((found, shorter))) => {
            wanted == found && wildcard(rest, shorter)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_star_covers_any_number_of_characters_and_slashes() {
        assert!(covers("/checkout/*", "/checkout/"));
        assert!(covers("/checkout/*", "/checkout/a/b"));
        assert!(covers("/*/cart", "/en/shop/cart"));
        assert!(!covers("/checkout/*", "/checkout"));
    }

    #[test]
    fn a_question_mark_covers_exactly_one_character() {
        assert!(covers("/a?c", "/abc"));
        assert!(!covers("/a?c", "/ac"));
    }

    #[test]
    fn letter_case_counts_and_a_leading_slash_does_not() {
        assert!(!covers("/API/*", "/api/1"));
        assert!(covers("images/*.jpg", "/images/cat.jpg"));
    }
}
