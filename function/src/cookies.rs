//! Cookies as text: finding one in a request, writing a `Set-Cookie` line, and the customer's own attributes (protocol section 5).

/// Attributes as a customer may configure them: printable ASCII, `;` between parts, each part a name with or without a value.
/// A comma is refused: proxies that fold headers would cut the line there.
pub(crate) fn are_attributes(text: &str) -> bool {
    crate::headers::is_value(text)
        && !text.contains(',')
        && parts(text).all(|part| {
            crate::headers::is_name(part.split('=').next().unwrap_or_default().trim_end())
        })
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim_start)
        .filter(|part| !part.trim_end().is_empty())
}
