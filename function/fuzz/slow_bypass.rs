//! The rules of bypass patterns once more, as they are written down and without a thought for time:
//! what the function's own matcher is compared with.

/// Whether this request is bypassed by this pattern alone.
pub(crate) fn matches(pattern: &str, method: &str, path: &str) -> bool {
    let pattern = match pattern.chars().next() {
        Some('/' | '*') => pattern.to_owned(),
        _ => format!("/{pattern}"),
    };
    let mut stages = vec![path.as_bytes().to_vec()];
    for round in 0..3 {
        stages.push(decoded(&stages[round]));
    }
    ["GET", "HEAD"].contains(&method)
        && !stages.iter().any(|stage| is_odd(stage))
        && decoded(&stages[3]) == stages[3]
        && glob(pattern.as_bytes(), path.as_bytes())
}

fn decoded(mut path: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let [first, rest @ ..] = path {
        path = match path {
            [b'%', high, low, behind @ ..] if is_hex(*high) && is_hex(*low) => {
                let digits = String::from_utf8(vec![*high, *low]).unwrap();
                text.push(u8::from_str_radix(&digits, 16).unwrap());
                behind
            }
            _ => {
                text.push(*first);
                rest
            }
        };
    }
    text
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn is_odd(path: &[u8]) -> bool {
    let lower = path.to_ascii_lowercase();
    let has = |part: &[u8]| lower.windows(part.len()).any(|window| window == part);
    let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let encoded = ["%2f", "%5c", "%3b", "%3f", "%23", "%00", "%u"];
    // What begins an overlong form, or a control character beyond ASCII.
    let pairs = [
        (0xc2, 0x80..0xa0),
        (0xe0, 0x80..0xa0),
        (0xf0, 0x80..0x90_u8),
    ];
    let mut neighbors = path.windows(2);
    [";", "\\", "#", "//"]
        .iter()
        .any(|part| has(part.as_bytes()))
        || path.iter().any(u8::is_ascii_control)
        || path.contains(&0xc0)
        || path.contains(&0xc1)
        || neighbors.any(|found| {
            let mut pairs = pairs.iter();
            pairs.any(|(first, second)| found[0] == *first && second.contains(&found[1]))
        })
        || segments.contains(&&b"."[..])
        || segments.contains(&&b".."[..])
        || encoded.iter().any(|escape| has(escape.as_bytes()))
}

/// Every place in the text that the pattern can have reached, one piece of the pattern after the
/// other.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for piece in pattern {
        let fits = |place: usize| place > 0 && (*piece == b'?' || text[place - 1] == *piece);
        reached = (0..reached.len())
            .map(|place| match piece {
                b'*' => reached[..=place].contains(&true),
                _ => fits(place) && reached[place - 1],
            })
            .collect();
    }
    reached[text.len()]
}
