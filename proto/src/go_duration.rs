//! [`GoDuration`]: "1h30m".

use std::{fmt, str::FromStr, time::Duration};

use crate::string_value::StringValue;

/// A length of time in the notation Terraform users know from Go: `"90s"`, `"1h30m"`, `"1.5h"`.
///
/// The string stays as it was written, so that state never differs from the configuration. Another
/// notation of the same length of time is not a change: see [`StringValue::means_same`]. The order
/// is that of the lengths of time.
///
/// ```
/// use std::time::Duration;
/// let timeout: tfplugin::GoDuration = "1h30m".parse()?;
/// assert_eq!(timeout.duration(), Duration::from_secs(5400));
/// assert_eq!(timeout.to_string(), "1h30m");
/// # Ok::<(), tfplugin::GoDurationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoDuration {
    // First, because it decides the order.
    duration: Duration,
    text: String,
}

/// Text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a duration: write a number and a unit (ns, us, ms, s, m or h), several in a row if needed, as in \"30m\" or \"1h30m\""
)]
pub struct GoDurationError(String);

impl GoDuration {
    /// The length of time.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for GoDuration {
    type Err = GoDurationError;

    fn from_str(text: &str) -> Result<Self, GoDurationError> {
        parse(text)
            .map(|duration| Self {
                text: text.to_owned(),
                duration,
            })
            .ok_or_else(|| GoDurationError(text.to_owned()))
    }
}

impl fmt::Display for GoDuration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl StringValue for GoDuration {
    fn means_same(&self, other: &Self) -> bool {
        self.duration == other.duration
    }
}

/// In the largest unit that gives a whole number: `"90s"`, `"2h"`. It ends where Go's do, after
/// 292 years.
impl From<Duration> for GoDuration {
    fn from(duration: Duration) -> Self {
        let nanoseconds = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        let nanoseconds = nanoseconds.unsigned_abs();
        let (unit, length) = UNITS
            .into_iter()
            .find(|(_, length)| nanoseconds.is_multiple_of(*length))
            .unwrap_or(("ns", 1));
        let text = match nanoseconds {
            0 => "0s".to_owned(),
            _ => format!("{}{unit}", nanoseconds / length),
        };
        Self {
            duration: Duration::from_nanos(nanoseconds),
            text,
        }
    }
}

/// The units in nanoseconds, the largest first.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Go's grammar: `0`, or one or more of `<decimal><unit>`. Negative durations are refused.
fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut nanoseconds: u128 = 0;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        nanoseconds = nanoseconds.checked_add(scale(number, unit_nanoseconds(unit)?)?)?;
        rest = tail;
    }
    if nanoseconds == 0 && !text.contains('0') {
        return None;
    }
    // Go's durations end at 2^63 nanoseconds (292 years) too.
    i64::try_from(nanoseconds)
        .ok()
        .map(|nanoseconds| Duration::from_nanos(nanoseconds.unsigned_abs()))
}

fn unit_nanoseconds(unit: &str) -> Option<u128> {
    let unit = match unit {
        "µs" | "μs" => "us",
        _ => unit,
    };
    let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    Some(length.into())
}

/// `number × unit`, cut off below a nanosecond.
fn scale(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: u128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    // More digits than this are below a nanosecond, whatever the unit.
    let fraction = &fraction[..fraction.len().min(15)];
    let part: u128 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().ok()?
    };
    let part = part * unit / 10u128.pow(fraction.len() as u32);
    whole.checked_mul(unit)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_mean_what_they_mean_in_go() {
        for (text, milliseconds) in [
            ("30m", 1_800_000),
            ("1h30m", 5_400_000),
            ("1.5h", 5_400_000),
            ("250ms", 250),
            (".5s", 500),
            ("0", 0),
            ("0s", 0),
            ("1h0m1s", 3_601_000),
            ("3000µs", 3),
        ] {
            let parsed = text
                .parse::<GoDuration>()
                .map(|duration| duration.duration());
            assert_eq!(parsed, Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn notations_of_one_length_of_time_mean_the_same() {
        let read = |text: &str| text.parse::<GoDuration>().expect("it is a duration");
        assert!(read("60s").means_same(&read("1m")));
        assert!(!read("60s").means_same(&read("1h")));
        assert_ne!(read("60s"), read("1m"), "each stays as it was written");
    }

    #[test]
    fn a_duration_is_written_in_the_largest_unit_that_fits() {
        for (duration, text) in [
            (Duration::from_secs(7_200), "2h"),
            (Duration::from_secs(5_400), "90m"),
            (Duration::from_secs(61), "61s"),
            (Duration::from_micros(1_500), "1500us"),
            (Duration::from_nanos(1), "1ns"),
            (Duration::ZERO, "0s"),
        ] {
            let written = GoDuration::from(duration);
            assert_eq!(written.to_string(), text);
            assert_eq!(text.parse(), Ok(written));
        }
        let longest = GoDuration::from(Duration::MAX);
        assert_eq!(longest.to_string().parse(), Ok(longest));
    }

    #[test]
    fn the_longer_one_is_the_greater_one() {
        let duration = |text: &str| text.parse::<GoDuration>().expect("a duration");
        assert!(duration("1h") > duration("90s"));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "30",
            "m",
            "1 h",
            "-5m",
            "1d",
            "..s",
            ".s",
            "1.2.3s",
            "9999999999h",
            "30m5",
            "1hh",
        ] {
            assert!(text.parse::<GoDuration>().is_err(), "{text}");
        }
    }
}
