//! Where in a header of proxies the visitor's address stands, and what of it is an address
//! (protocol section 8.5).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The header to which CloudFront adds the peer that it saw, on the way to the origin.
pub(crate) const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// The header that RFC 7239 defines.
const FORWARDED: &str = "forwarded";

/// The entry that is `hops` from the right, 1 = the last, of a list in this header; `None` if the
/// list is shorter.
pub fn entry<'a>(header: &str, list: &'a str, hops: u32) -> Option<&'a str> {
    let place = hops.checked_sub(1)? as usize;
    if header.eq_ignore_ascii_case(FORWARDED) {
        from_the_right(list, b',').nth(place)
    } else {
        list.rsplit(',').nth(place)
    }
}

/// What an entry of this header says is the address: of `Forwarded` the parameter `for`, of others
/// all. Quotes, brackets, port and zone are stripped. `None` if the rest is not an address.
pub fn of_entry(header: &str, entry: &str) -> Option<String> {
    if !header.eq_ignore_ascii_case(FORWARDED) {
        return cleaned(entry);
    }
    from_the_right(entry, b';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| blanks_trimmed(name).eq_ignore_ascii_case("for"))
        .and_then(|(_, value)| cleaned(value))
}

fn cleaned(text: &str) -> Option<String> {
    let text = blanks_trimmed(text);
    // RFC 9110: in quotes, a backslash takes the meaning from what follows.
    let text = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?.replace('\\', ""),
        None => text.to_owned(),
    };
    let text = blanks_trimmed(&text);
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_clean = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        let address = without_zone(address);
        return (is_clean && address.parse::<Ipv6Addr>().is_ok()).then(|| address.to_owned());
    }
    let address = match text.split_once(':') {
        Some((address, port)) if is_port(port) && address.parse::<Ipv4Addr>().is_ok() => address,
        _ => without_zone(text),
    };
    address.parse::<IpAddr>().ok().map(|_| address.to_owned())
}

/// Only addresses of version 6 have zones.
fn without_zone(address: &str) -> &str {
    match address.split_once('%') {
        Some((address, zone)) if address.contains(':') && !zone.is_empty() => address,
        _ => address,
    }
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn blanks_trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The parts of a list, the last one first; separators in quotes do not count. Read from the right,
/// because that end is the trusted proxies': a quote that a visitor leaves open on the left must
/// not swallow what they added.
fn from_the_right(list: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    core::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        let mut is_quoted = false;
        let mut index = bytes.len();
        while index > 0 {
            index -= 1;
            match bytes[index] {
                b'"' => {
                    let escapes = bytes[..index].iter().rev();
                    let escapes = escapes.take_while(|byte| **byte == b'\\').count();
                    if is_quoted && escapes % 2 == 1 {
                        index -= escapes;
                    } else {
                        is_quoted = !is_quoted;
                    }
                }
                byte if byte == separator && !is_quoted => {
                    rest = Some(&text[..index]);
                    return Some(&text[index + 1..]);
                }
                _ => {}
            }
        }
        rest = None;
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::{entry, of_entry};

    fn address(header: &str, list: &str, hops: u32) -> Option<String> {
        of_entry(header, entry(header, list, hops)?)
    }

    #[test]
    fn ports_brackets_quotes_blanks_and_zones_are_stripped() {
        for (entry, expected) in [
            ("203.0.113.9", Some("203.0.113.9")),
            ("203.0.113.9:51234", Some("203.0.113.9")),
            ("\"203.0.113.9\"", Some("203.0.113.9")),
            ("\"203.0.113.9:80\"", Some("203.0.113.9")),
            (" \t203.0.113.9 \t", Some("203.0.113.9")),
            ("\" 203.0.113.9 \"", Some("203.0.113.9")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:443", Some("2001:db8::7")),
            ("\"[2001:db8::7]:443\"", Some("2001:db8::7")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("[fe80::1%25eth0]:443", Some("fe80::1")),
            ("::ffff:192.0.2.1", Some("::ffff:192.0.2.1")),
            ("", None),
            ("unknown", None),
            ("_hidden", None),
            ("203.0.113.9:", None),
            ("203.0.113.9:x", None),
            ("203.0.113.9:123456", None),
            ("203.0.113.9%eth0", None),
            ("[203.0.113.9]", None),
            ("[2001:db8::7", None),
            ("[2001:db8::7]443", None),
            ("[2001:db8::7]:", None),
            ("2001:db8::7]", None),
            ("fe80::1%", None),
            ("\"203.0.113.9", None),
            ("203.0.113.9\"", None),
            ("203.0.113.9 6.6.6.6", None),
            ("203.0.113.999", None),
            ("x\r\ny: z", None),
        ] {
            let found = address("x-forwarded-for", entry, 1);
            assert_eq!(found.as_deref(), expected, "{entry:?}");
        }
    }

    #[test]
    fn an_element_of_forwarded_says_it_in_the_parameter_for() {
        for (list, hops, expected) in [
            ("for=203.0.113.9", 1, Some("203.0.113.9")),
            ("FOR = 203.0.113.9 ;proto=https", 1, Some("203.0.113.9")),
            (
                "proto=https;for=\"[2001:db8::7]:443\";by=_x",
                1,
                Some("2001:db8::7"),
            ),
            (
                "host=\"a,b;for=6.6.6.6\";for=203.0.113.9",
                1,
                Some("203.0.113.9"),
            ),
            (
                "host=\"a\\\",for=6.6.6.6\";for=203.0.113.9",
                1,
                Some("203.0.113.9"),
            ),
            ("for=\"203.0.113\\.9\"", 1, Some("203.0.113.9")),
            (
                "for=6.6.6.6, for=203.0.113.9,for=10.0.0.1",
                2,
                Some("203.0.113.9"),
            ),
            ("for=203.0.113.9", 2, None),
            ("for=unknown", 1, None),
            ("for=\"_gazonk\"", 1, None),
            ("by=203.0.113.9", 1, None),
            ("203.0.113.9", 1, None),
            ("", 1, None),
        ] {
            let found = address("Forwarded", list, hops);
            assert_eq!(found.as_deref(), expected, "{list}");
        }
    }

    #[test]
    fn a_quote_that_a_visitor_leaves_open_swallows_nothing() {
        for forged in [
            "for=\"",
            "for=\"x\", for=6.6.6.6;a=\"",
            "for=\"\\",
            "\\\"",
            "for=6.6.6.6;host=\"a",
        ] {
            let list = format!("{forged}, for=203.0.113.9");
            let found = address("forwarded", &list, 1);
            assert_eq!(found.as_deref(), Some("203.0.113.9"), "{list}");
        }
    }

    #[test]
    fn a_list_of_quotes_and_backslashes_is_read_in_one_pass() {
        let list = "\\\"".repeat(200_000);
        let start = std::time::Instant::now();
        assert_eq!(address("forwarded", &list, 16), None);
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
    }
}
