//! JSON numbers as whole numbers. They stay strings until somebody asks, so none is too long.

/// The smallest whole number not below a JSON number, or the `i64` nearest to it.
pub(super) fn ceiling(number: &str) -> i64 {
    let (is_negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An exponent that does not fit moves the point out of sight all the same.
    let is_small = exponent.starts_with('-');
    let exponent = exponent
        .parse()
        .unwrap_or(if is_small { -4096 } else { 4096_i32 });
    let point = (whole.len() as i64).saturating_add(i64::from(exponent));
    let mut digits = [whole, fraction].concat().into_bytes();
    let cut = usize::try_from(point).unwrap_or_default();
    let rest = digits.split_off(cut.min(digits.len()));
    let is_whole = rest.iter().all(|digit| *digit == b'0');
    // Beyond 4096 digits every number but zero is too large in any case.
    digits.resize(cut.min(4096).max(digits.len()), b'0');
    let magnitude = digits.iter().fold(0_i64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    match (is_negative, is_whole) {
        (true, _) => -magnitude,
        (false, true) => magnitude,
        (false, false) => magnitude.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::ceiling;

    #[test]
    fn numbers_are_rounded_up_however_they_are_written() {
        for (number, expected) in [
            ("0", 0),
            ("-0", 0),
            ("2500", 2500),
            ("0.1", 1),
            ("0.0", 0),
            ("1.0", 1),
            ("2.5e3", 2500),
            ("25001e-1", 2501),
            ("25000E-1", 2500),
            ("1e-9", 1),
            ("0e99", 0),
            ("-0.5", 0),
            ("-2.5", -2),
            ("1e18", 1_000_000_000_000_000_000),
            ("1e400", i64::MAX),
            ("1e99999999999", i64::MAX),
            ("1e-99999999999", 1),
            ("-1e30", -i64::MAX),
        ] {
            assert_eq!(ceiling(number), expected, "{number}");
        }
    }
}
