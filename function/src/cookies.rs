//! Cookies as text: finding one in a request, and writing a `Set-Cookie` line with the customer's
//! own attributes (protocol sections 5.4 to 5.6).

use crate::headers;

/// Seconds a browser keeps a cookie unless told otherwise.
pub const MAX_AGE: &str = "86400";

/// The value of the first cookie of that name: everything after the first `=`, not decoded.
pub fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|cookie| {
        cookie
            .trim_start_matches(' ')
            .strip_prefix(name)?
            .strip_prefix('=')
    })
}

/// The name that a `Set-Cookie` line sets.
pub fn name_set_by(line: &str) -> &str {
    let pair = line.split(';').next().unwrap_or_default();
    pair.split('=').next().unwrap_or_default().trim()
}

/// One `Set-Cookie` line. The customer's attributes come first, so they win over the lifetime and
/// the path.
pub fn set_cookie(name: &str, value: &str, attributes: &str, max_age: &str) -> String {
    let all = format!("{attributes}; Max-Age={max_age}; Path=/");
    format!("{name}={value}; {}", without_duplicates(&all, Keep::First))
}

/// Which one of several attributes of the same name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first one.
    First,
    /// The last one.
    Last,
}

/// Attributes joined with `; `, each name once.
pub fn without_duplicates(attributes: &str, keep: Keep) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut add = |part| {
        if !kept.iter().any(|other| same_name(other, part)) {
            kept.push(part);
        }
    };
    match keep {
        Keep::First => parts(attributes).for_each(&mut add),
        Keep::Last => parts(attributes).rev().for_each(&mut add),
    }
    if keep == Keep::Last {
        kept.reverse();
    }
    kept.join("; ")
}

/// The attributes of the session and the captcha cookie, each name once, with one `Domain` for
/// both: the session's if it has one, else the captcha's.
pub fn with_shared_domain(session: &str, captcha: &str) -> (String, String) {
    let mut session = without_duplicates(session, Keep::Last);
    let mut captcha = without_duplicates(captcha, Keep::Last);
    match (
        attribute(&session, "Domain").map(str::to_owned),
        attribute(&captcha, "Domain").map(str::to_owned),
    ) {
        (Some(ours), Some(theirs)) => captcha = captcha.replacen(&theirs, &ours, 1),
        (Some(domain), None) => append_domain(&mut captcha, &domain),
        (None, Some(domain)) => append_domain(&mut session, &domain),
        (None, None) => {}
    }
    (session, captcha)
}

/// Attributes as a customer may configure them: printable ASCII, `;` between parts, each part a
/// name with or without a value. A comma is refused: proxies that fold headers would cut the line
/// there.
pub fn are_attributes(text: &str) -> bool {
    headers::is_value(text)
        && !text.contains(',')
        && parts(text).all(|part| headers::is_name(name(part).trim_end()))
}

/// The value of the first attribute of that name, in any case.
pub fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let part = parts(attributes).find(|part| name(part).eq_ignore_ascii_case(wanted))?;
    part.split_once('=').map(|(_, value)| value)
}

fn append_domain(attributes: &mut String, domain: &str) {
    if !attributes.is_empty() {
        attributes.push_str("; ");
    }
    attributes.push_str("Domain=");
    attributes.push_str(domain);
}

fn parts(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(';')
        .map(str::trim_start)
        .filter(|part| !part.trim_end().is_empty())
}

fn name(part: &str) -> &str {
    part.split('=').next().unwrap_or_default()
}

fn same_name(one: &str, other: &str) -> bool {
    name(one).eq_ignore_ascii_case(name(other))
}
