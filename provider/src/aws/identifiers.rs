//! Checks the form of identifiers that users write, before any call to AWS.

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

/// Checks a string that names the function of an integration.
pub(crate) fn integration_name(name: &str) -> Result<(), String> {
    if is_function_name(name) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not the name of a Lambda function. Use the `name` of the integration, \
             like \"netacea-shop\", without ARN or version."
        ))
    }
}

/// Whether the string may be the id of a distribution; neither ARN nor domain name is.
pub(crate) fn is_distribution_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether the string may be an alternate domain name of a distribution; a wildcard is written
/// `*.example.com`.
pub(crate) fn is_alias(text: &str) -> bool {
    let characters =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'*');
    text.contains('.') && text.bytes().all(characters)
}

/// Whether the string is the ARN of a web ACL that a distribution can have: AWS WAF keeps those in
/// us-east-1, as global ones.
pub(crate) fn is_web_acl_arn(text: &str) -> bool {
    let is_word = |text: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !text.is_empty() && text.bytes().all(is_part)
    };
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", "aws", "wafv2", "us-east-1", account_id, resource] = parts.as_slice() else {
        return false;
    };
    let resource: Vec<&str> = resource.split('/').collect();
    let is_web_acl = matches!(
        resource.as_slice(),
        ["global", "webacl", name, id] if is_word(name) && is_word(id)
    );
    is_account_id(account_id) && is_web_acl
}

/// Whether the string may be the code of a region, like `eu-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [area, place @ .., number] => {
            is_word(area)
                && !place.is_empty()
                && place.iter().all(is_word)
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_account_id, is_region};

    #[test]
    fn codes_of_regions_are_told_from_names() {
        for code in ["eu-west-1", "ap-northeast-2", "us-gov-west-1"] {
            assert!(is_region(code), "{code}");
        }
        for wrong in [
            "",
            "eu-west",
            "Ireland",
            "eu-west-1a",
            "eu--1",
            "EU-west-1",
            "us-east-1,",
        ] {
            assert!(!is_region(wrong), "{wrong} was accepted");
        }
    }

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
