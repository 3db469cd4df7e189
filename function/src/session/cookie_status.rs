/// Where a session stands (protocol section 5.2), with the number used in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieStatus {
    /// No cookie, or one that is not ours.
    New = 1,
    /// Valid: its verdict stands, nobody is asked.
    Existing = 2,
    /// Ours, but to be judged again: the user id stays.
    Renew = 3,
}

impl CookieStatus {
    /// The number used in logs.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The status with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::New, Self::Existing, Self::Renew]
            .into_iter()
            .find(|status| status.number() == number)
    }
}
