//! A point in time in the spellings that the protocol wants: three, and nothing is ever parsed. The
//! `time` crate would do it too, but it brings ranges, errors and format descriptions that are not
//! needed here, and all wasm is compiled at a cold start.

/// Date and time in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    year: u64,
    /// 1 to 12.
    month: u64,
    /// 1 to 31.
    day: u64,
    /// 0 = Sunday.
    weekday: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    second: u64,
    millisecond: u64,
}

impl Moment {
    /// From Unix milliseconds. The years after 9999 have no spelling, so time ends there.
    pub(crate) fn new(unix_milliseconds: u64) -> Self {
        const LAST: u64 = 253_402_300_799_999;
        let milliseconds = unix_milliseconds.min(LAST);
        let (days, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000);
        // Counted from 1 March of the year 0, so that a leap day is the last of its year; 400 years
        // have 146097 days.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months from March have 31, 30, 31, 30, 31 days, twice, and so on: 153 days in five.
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            weekday: (days + 4) % 7,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            millisecond: rest % 1000,
        }
    }

    /// `Sat, 01 Jun 2024 12:00:01 GMT`
    pub(crate) fn rfc1123(&self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let mut text = String::with_capacity(29);
        text.push_str(DAYS[self.weekday as usize]);
        text.push_str(", ");
        push(&mut text, self.day, 2, " ");
        text.push_str(MONTHS[self.month as usize - 1]);
        text.push(' ');
        push(&mut text, self.year, 4, " ");
        push(&mut text, self.hour, 2, ":");
        push(&mut text, self.minute, 2, ":");
        push(&mut text, self.second, 2, " GMT");
        text
    }

    /// `2024-06-01T12:00:01.000+00:00`
    pub(crate) fn iso8601(&self) -> String {
        let mut text = String::with_capacity(29);
        push(&mut text, self.year, 4, "-");
        push(&mut text, self.month, 2, "-");
        push(&mut text, self.day, 2, "T");
        push(&mut text, self.hour, 2, ":");
        push(&mut text, self.minute, 2, ":");
        push(&mut text, self.second, 2, ".");
        push(&mut text, self.millisecond, 3, "+00:00");
        text
    }

    /// `20240601T120001Z`, as AWS signs it.
    pub(crate) fn basic(&self) -> String {
        let mut text = String::with_capacity(16);
        push(&mut text, self.year, 4, "");
        push(&mut text, self.month, 2, "");
        push(&mut text, self.day, 2, "T");
        push(&mut text, self.hour, 2, "");
        push(&mut text, self.minute, 2, "");
        push(&mut text, self.second, 2, "Z");
        text
    }
}

/// A number of so many digits, and what follows it.
fn push(text: &mut String, number: u64, digits: u32, behind: &str) {
    for place in (0..digits).rev() {
        text.push(char::from(b'0' + (number / 10_u64.pow(place) % 10) as u8));
    }
    text.push_str(behind);
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn days_around_leap_years_and_the_ends_of_time_are_right() {
        for (milliseconds, expected) in [
            (0, "1970-01-01T00:00:00.000+00:00"),
            (951_782_399_999, "2000-02-28T23:59:59.999+00:00"),
            (951_782_400_000, "2000-02-29T00:00:00.000+00:00"),
            (1_709_251_199_000, "2024-02-29T23:59:59.000+00:00"),
            (1_709_251_200_000, "2024-03-01T00:00:00.000+00:00"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000+00:00"),
            (u64::MAX, "9999-12-31T23:59:59.999+00:00"),
        ] {
            assert_eq!(Moment::new(milliseconds).iso8601(), expected);
        }
        let moment = Moment::new(1_717_243_201_000);
        assert_eq!(moment.rfc1123(), "Sat, 01 Jun 2024 12:00:01 GMT");
        assert_eq!(moment.basic(), "20240601T120001Z");
    }
}
