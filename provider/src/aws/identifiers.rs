//! How the identifiers look that users write: what cannot be one is refused before AWS is asked.

/// Whether the string is an AWS account id: twelve digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the string may be the name of a Lambda function; neither ARN nor `name:version` is.
pub(crate) fn is_function_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether the string may be the id of a distribution; neither ARN nor domain name is.
pub(crate) fn is_distribution_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::is_account_id;

    #[test]
    fn only_twelve_digits_are_an_account() {
        assert!(is_account_id("012345678901"));
        for wrong in [
            "",
            "12345678901",
            "1234567890123",
            "1234-5678-901",
            "１２３４５６７８９０１２",
        ] {
            assert!(!is_account_id(wrong), "{wrong} was accepted");
        }
    }
}
