/// Whether the text may be the id of a distribution; neither ARN nor domain name is.
pub(crate) fn is_distribution_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
