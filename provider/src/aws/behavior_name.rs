//! The name of a cache behavior: its path pattern, or a word for the default behavior, which has
//! none.
//!
//! That word could be a path pattern too. States and tags have it, so it stays, and a pattern of
//! that spelling gets another name. Parentheses cannot occur in a path pattern: CloudFront allows
//! `A-Z a-z 0-9 _ - . * ? $ / ~ " ' @ : + &` (CloudFront guide, "Path pattern").

/// The default cache behavior, in slots, states and tags.
pub(crate) const DEFAULT: &str = "default";
/// The default cache behavior in a configuration that leaves no doubt.
pub(crate) const SURELY_DEFAULT: &str = "(default)";
/// The cache behavior whose path pattern is `default`.
pub(crate) const PATTERN_DEFAULT: &str = "(pattern) default";

/// The name of the behavior with this path pattern.
pub(crate) fn of_pattern(pattern: &str) -> &str {
    match pattern {
        DEFAULT => PATTERN_DEFAULT,
        other => other,
    }
}

/// The name of the behavior that a configuration means by `written`.
pub(crate) fn meant(written: &str) -> &str {
    match written {
        SURELY_DEFAULT => DEFAULT,
        other => other,
    }
}

/// How a configuration writes this name, in a distribution with or without a path pattern
/// `default`.
pub(crate) fn written(name: &str, has_pattern_default: bool) -> &str {
    match name {
        DEFAULT if has_pattern_default => SURELY_DEFAULT,
        other => other,
    }
}

/// The path pattern of the behavior with this name; the default one has none.
pub(crate) fn pattern(name: &str) -> Option<&str> {
    match name {
        DEFAULT | SURELY_DEFAULT => None,
        PATTERN_DEFAULT => Some(DEFAULT),
        pattern => Some(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_behavior_and_a_pattern_of_that_name_are_told_apart() {
        assert_eq!(meant(DEFAULT), DEFAULT);
        assert_eq!(meant(SURELY_DEFAULT), DEFAULT);
        assert_eq!(meant(of_pattern("default")), PATTERN_DEFAULT);
        assert_eq!(pattern(of_pattern("default")), Some("default"));
        assert_eq!(pattern(DEFAULT), None);
        assert_eq!(written(DEFAULT, false), DEFAULT);
        assert_eq!(meant(written(DEFAULT, true)), DEFAULT);
        for pattern in ["/default", "default/*", "/checkout/*", "Default"] {
            assert_eq!(meant(of_pattern(pattern)), pattern);
            assert_eq!(written(pattern, true), pattern);
        }
    }

    #[test]
    fn no_path_pattern_can_be_one_of_the_words() {
        let allowed =
            |letter: char| letter.is_ascii_alphanumeric() || "_-.*?$/~\"'@:+&".contains(letter);
        assert!(DEFAULT.chars().all(allowed));
        for word in [SURELY_DEFAULT, PATTERN_DEFAULT] {
            assert!(!word.chars().all(allowed), "{word}");
        }
    }
}
