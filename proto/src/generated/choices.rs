//! [`Choices`]: bytes that decide.

/// Takes one decision from each byte. When there are no more, each is the first alternative, which
/// therefore should be the simplest.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// One of that many alternatives.
    pub(crate) fn below(&mut self, alternatives: u8) -> u8 {
        self.0.next().map_or(0, |byte| byte % alternatives)
    }

    /// Yes in one of that many cases.
    pub(crate) fn once_in(&mut self, cases: u8) -> bool {
        self.below(cases) == cases - 1
    }
}
