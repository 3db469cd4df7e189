//! Numbers in text as the vendor's JavaScript reads them.

/// The integer with which a string begins, as JavaScript's `parseInt` reads it: blanks and a sign
/// first, `0x` for hexadecimal, whatever follows ignored. `None` is its `NaN`.
pub fn leading_integer(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    };
    let (radix, digits) = match digits.strip_prefix("0x") {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    let length = digits
        .bytes()
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    if length == 0 {
        return None;
    }
    Some(sign * i64::from_str_radix(&digits[..length], radix).unwrap_or(i64::MAX))
}
