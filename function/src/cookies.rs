//! Cookies as text: finding one in a request, and writing a `Set-Cookie` line with the customer's
//! own attributes (protocol sections 5.4 to 5.6).

use crate::headers;

const DOMAIN: &str = "Domain";

/// Seconds a browser keeps a cookie unless told otherwise.
pub const MAX_AGE: &str = "86400";

/// The values of all cookies of that name, in order: everything after the first `=`, not decoded,
/// without blanks around.
pub fn values<'a>(header: &'a str, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    header.split(';').filter_map(move |cookie| {
        cookie
            .trim_matches([' ', '\t'])
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
    let session = without_duplicates(session, Keep::Last);
    let captcha = without_duplicates(captcha, Keep::Last);
    if let Some(domain) = attribute(&session, DOMAIN) {
        let captcha = with_domain(&captcha, domain);
        return (session, captcha);
    }
    match attribute(&captcha, DOMAIN) {
        Some(domain) => (with_domain(&session, domain), captcha),
        None => (session, captcha),
    }
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
    let part = parts(attributes).find(|part| is_called(part, wanted))?;
    part.split_once('=').map(|(_, value)| value)
}

/// Why a browser would refuse a cookie of that name with these attributes (RFC 6265bis, CHIPS), if
/// it would. `Path=/` is the default.
pub fn refusal(cookie: &str, attributes: &str) -> Option<&'static str> {
    let has = |wanted| parts(attributes).any(|part| is_called(part, wanted));
    let has_value = |name, wanted: &str| {
        let value = attribute(attributes, name).map(str::trim);
        value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    let (is_secure, is_host) = (has("Secure"), headers::has_prefix(cookie, "__Host-"));
    if is_host && has(DOMAIN) {
        Some("browsers refuse a `__Host-` cookie with `Domain`, which both cookies share")
    } else if is_host && has("Path") && !has_value("Path", "/") {
        Some("browsers refuse a `__Host-` cookie with a `Path` other than `/`")
    } else if is_secure {
        None
    } else if is_host || headers::has_prefix(cookie, "__Secure-") {
        Some("browsers refuse a `__Host-` or `__Secure-` cookie without `Secure`")
    } else if has_value("SameSite", "None") || has("Partitioned") {
        Some("browsers refuse `SameSite=None` and `Partitioned` without `Secure`")
    } else {
        None
    }
}

fn with_domain(attributes: &str, domain: &str) -> String {
    let mut found = false;
    let mut all: Vec<String> = parts(attributes)
        .map(|part| {
            if !is_called(part, DOMAIN) {
                return part.to_owned();
            }
            found = true;
            format!("{}={domain}", name(part))
        })
        .collect();
    if !found {
        all.push(format!("{DOMAIN}={domain}"));
    }
    all.join("; ")
}

fn is_called(part: &str, wanted: &str) -> bool {
    name(part).trim_end().eq_ignore_ascii_case(wanted)
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
