//! Requests that nobody is asked about. Matching gives no trick a chance: what an origin might read
//! as another path matches no pattern at all.

use core::net::IpAddr;

/// Rounds of percent-decoding after which a path must still be harmless.
const ROUNDS: usize = 3;

/// The lists of the configuration, compiled once.
#[derive(Debug)]
pub struct Bypass {
    paths: Vec<String>,
    methods: Vec<String>,
    ranges: Vec<Range>,
}

impl Bypass {
    /// Entries that are not ranges are left out.
    #[must_use]
    pub fn new(paths: &[String], methods: &[String], ip_ranges: &[String]) -> Self {
        Self {
            paths: paths.iter().map(|path| with_slash(path)).collect(),
            methods: methods.to_vec(),
            ranges: ip_ranges
                .iter()
                .filter_map(|text| Range::parse(text))
                .collect(),
        }
    }

    /// Whether any of the lists matches. `path` as received; `ip` is `None` if it is not known to
    /// be the visitor's.
    #[must_use]
    pub fn matches(&self, method: &str, path: &str, ip: Option<&str>) -> bool {
        let is_read = || matches!(method, "GET" | "HEAD");
        let is_in = |ip: IpAddr| {
            let address = bits_of(ip.to_canonical());
            self.ranges.iter().any(|range| range.contains(address))
        };
        self.methods.iter().any(|listed| listed == method)
            || (!self.paths.is_empty()
                && is_read()
                && self
                    .paths
                    .iter()
                    .any(|pattern| fits(pattern.as_bytes(), path.as_bytes()))
                && !is_trick(path))
            || (!self.ranges.is_empty() && ip.and_then(|ip| ip.parse().ok()).is_some_and(is_in))
    }
}

/// CloudFront takes a pattern without its leading slash for the same.
fn with_slash(pattern: &str) -> String {
    match pattern.as_bytes().first() {
        Some(b'/' | b'*') => pattern.to_owned(),
        _ => format!("/{pattern}"),
    }
}

/// Whether the whole text fits: `*` is any number of characters, `?` is one. Goes back to the last
/// `*` only, so the time is at most the product of both lengths.
fn fits(mut pattern: &[u8], mut text: &[u8]) -> bool {
    // Most paths differ at an end, so what follows the last `*` is compared first.
    while let Some((last, rest)) = pattern.split_last()
        && *last != b'*'
    {
        match text.split_last() {
            Some((byte, before)) if *last == b'?' || last == byte => text = before,
            _ => return false,
        }
        pattern = rest;
    }
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some(b'*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[at_text] => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((pattern, text)) = star else {
                    return false;
                };
                at_pattern = pattern + 1;
                at_text = text + 1;
                star = Some((pattern, text + 1));
            }
        }
    }
    pattern[at_pattern..].iter().all(|byte| *byte == b'*')
}

/// Whether an origin might read the path as another one, as it stands or decoded up to three times.
/// What is encoded even then is for no honest origin.
pub(crate) fn is_trick(path: &str) -> bool {
    let mut bytes = path.as_bytes().to_vec();
    for _ in 0..ROUNDS {
        if is_odd(&bytes) {
            return true;
        }
        if !decode(&mut bytes) {
            return false;
        }
    }
    is_odd(&bytes) || decode(&mut bytes)
}

/// `;`, `\`, `#`, control characters, `//`, segments of dots, overlong UTF-8, `/`, `\`, `;`, `?`,
/// `#` and NUL that are still encoded, and `%u`, by which IIS means UTF-16.
fn is_odd(path: &[u8]) -> bool {
    let has_dots = || {
        path.split(|byte| *byte == b'/')
            .any(|segment| matches!(segment, b"." | b".."))
    };
    let is_escape = |index| match path.get(index + 1) {
        Some(b'u' | b'U') => true,
        _ => decoded(path, index).is_some_and(|byte| b"/\\;?#\0".contains(&byte)),
    };
    let mut before = 0;
    path.iter().enumerate().any(|(index, &byte)| {
        let pair = [before, byte];
        before = byte;
        // Behind the slashes: control characters of two bytes, and three or four bytes for what
        // fewer can say.
        matches!(
            pair,
            [b'/', b'/'] | [0xc2 | 0xe0, 0x80..=0x9f] | [0xf0, 0x80..=0x8f]
        ) || matches!(byte, b';' | b'\\' | b'#' | 0..=0x1f | 0x7f | 0xc0 | 0xc1)
            || (byte == b'%' && is_escape(index))
    }) || has_dots()
}

/// Decodes in place; whether anything was.
fn decode(path: &mut Vec<u8>) -> bool {
    let (mut from, mut to) = (0, 0);
    while from < path.len() {
        let escape = if path[from] == b'%' {
            decoded(path, from)
        } else {
            None
        };
        path[to] = escape.unwrap_or(path[from]);
        from += if escape.is_some() { 3 } else { 1 };
        to += 1;
    }
    let has_changed = to < path.len();
    path.truncate(to);
    has_changed
}

/// The byte for which the escape at this place stands.
fn decoded(path: &[u8], index: usize) -> Option<u8> {
    let digit = |offset| char::from(*path.get(index + offset)?).to_digit(16);
    let byte = digit(1)? * 16 + digit(2)?;
    u8::try_from(byte).ok()
}

/// Whether this is a CIDR range.
pub(crate) fn is_range(text: &str) -> bool {
    Range::parse(text).is_some()
}

/// Addresses that begin with the same bits.
#[derive(Debug)]
struct Range {
    is_v4: bool,
    bits: u128,
    /// Bits behind the prefix.
    rest: u32,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let ip: IpAddr = address.parse().ok()?;
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let length = if ip.is_ipv4() { 32_u32 } else { 128 };
        let rest = length.checked_sub(prefix.parse().ok()?)?;
        // As visitors' addresses: one of version 4 that is written as version 6 is one.
        let (is_v4, bits) = bits_of(if rest <= 32 { ip.to_canonical() } else { ip });
        Some(Self { is_v4, bits, rest })
    }

    fn contains(&self, (is_v4, bits): (bool, u128)) -> bool {
        // A shift by all 128 bits leaves none.
        let differing = (bits ^ self.bits)
            .checked_shr(self.rest)
            .unwrap_or_default();
        is_v4 == self.is_v4 && differing == 0
    }
}

/// Whether it is version 4, and the address as a number.
fn bits_of(ip: IpAddr) -> (bool, u128) {
    match ip {
        IpAddr::V4(ip) => (true, u128::from(ip.to_bits())),
        IpAddr::V6(ip) => (false, ip.to_bits()),
    }
}

#[cfg(test)]
mod tests;
