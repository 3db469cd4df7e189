//! [`Number`]: a number of any size.

use std::{fmt, str::FromStr};

use bigdecimal::{BigDecimal, num_bigint::BigInt};

/// Beyond these, a short text would stand for gigabytes of digits. Terraform itself keeps 512 bits
/// (155 digits).
const DIGIT_LIMIT: usize = 20_000;
const EXPONENT_LIMIT: i64 = 20_000;

/// A decimal number of any size and precision; it never goes through a float.
///
/// ```
/// use tfplugin::Number;
/// let tenth: Number = "0.10".parse()?;
/// assert_eq!(tenth.to_string(), "0.1");
/// assert_eq!(Number::from(7).to_i64(), Some(7));
/// assert_eq!("1e30".parse::<Number>()?.to_i64(), None);
/// # Ok::<(), tfplugin::value::NumberError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(BigDecimal);

/// Text that is not a number, or one of more than 20,000 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most {DIGIT_LIMIT} digits")]
pub struct NumberError;

impl Number {
    /// The number as an integer, if it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        i64::try_from(self.to_integer()?).ok()
    }

    /// The number as an unsigned integer, if it is one and fits.
    pub fn to_u64(&self) -> Option<u64> {
        u64::try_from(self.to_integer()?).ok()
    }

    /// The exact value of a binary float; `None` for infinities and for what is not a number.
    pub(crate) fn from_f64(float: f64) -> Option<Self> {
        BigDecimal::try_from(float).ok().map(Self::normal)
    }

    fn to_integer(&self) -> Option<BigInt> {
        // Normalized: a positive scale means digits after the point.
        (self.0.fractional_digit_count() <= 0)
            .then(|| self.0.with_scale(0).into_bigint_and_exponent().0)
    }

    fn normal(decimal: BigDecimal) -> Self {
        Self(decimal.normalized())
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads decimal notation, with or without an exponent.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let exponent = match text.split_once(['e', 'E']) {
            Some((_, exponent)) => exponent.parse::<i64>().map_err(|_| NumberError)?,
            None => 0,
        };
        // The library is more lenient (underscores); JSON and Terraform are not.
        let plain = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        if !plain || text.len() > DIGIT_LIMIT || exponent.abs() > EXPONENT_LIMIT {
            return Err(NumberError);
        }
        BigDecimal::from_str(text)
            .map(Self::normal)
            .map_err(|_| NumberError)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::normal(number.into())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self::normal(number.into())
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self::normal(number.into())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.to_plain_string())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for (one, other) in [
            ("1.0", "1"),
            ("100", "1e2"),
            ("0.0", "0"),
            ("-0", "0"),
            ("0.50", "5e-1"),
        ] {
            assert_eq!(
                one.parse::<Number>(),
                other.parse::<Number>(),
                "{one} = {other}"
            );
        }
    }

    #[test]
    fn digits_beyond_a_float_are_kept() {
        let text =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935.1";
        assert_eq!(
            text.parse::<Number>()
                .map(|number| number.to_string())
                .as_deref(),
            Ok(text)
        );
    }

    #[test]
    fn integers_are_recognized_at_their_limits() {
        assert_eq!(Number::from(i64::MIN).to_i64(), Some(i64::MIN));
        assert_eq!(Number::from(u64::MAX).to_u64(), Some(u64::MAX));
        assert_eq!(Number::from(u64::MAX).to_i64(), None);
        assert_eq!(
            "1e3"
                .parse::<Number>()
                .ok()
                .and_then(|number| number.to_i64()),
            Some(1000)
        );
        assert_eq!(
            "1.5"
                .parse::<Number>()
                .ok()
                .and_then(|number| number.to_i64()),
            None
        );
    }

    #[test]
    fn a_short_text_cannot_stand_for_gigabytes_of_digits() {
        for text in [
            "1e2000000000",
            "1e-99999999999999999999",
            "",
            "x",
            "1_000",
            "NaN",
            "inf",
            "0x10",
            "e5",
        ] {
            assert_eq!(text.parse::<Number>(), Err(NumberError), "{text}");
        }
    }
}
