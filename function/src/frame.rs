//! The compact framing in which the host and the core exchange values: strings and bytes behind a
//! 32-bit little-endian length, numbers as they are. It replaces JSON, which would cost more than
//! everything else together.

use core::str;

use thiserror::Error;

/// What is wrong with a frame. The host writes them, so any of these is a mistake of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The frame ends inside a value.
    #[error("the frame is too short")]
    Short,
    /// A string is not UTF-8.
    #[error("a string in the frame is not UTF-8")]
    Text,
    /// A code that stands for something stands for nothing.
    #[error("unknown {0} in the frame")]
    Code(&'static str),
}

/// Reads values in the order in which they were written.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of a frame.
    #[must_use]
    pub fn new(frame: &'a [u8]) -> Self {
        Self { rest: frame }
    }

    /// The next byte.
    ///
    /// # Errors
    /// [`FrameError::Short`].
    pub fn byte(&mut self) -> Result<u8, FrameError> {
        let (&byte, rest) = self.rest.split_first().ok_or(FrameError::Short)?;
        self.rest = rest;
        Ok(byte)
    }

    /// The next 32-bit number.
    ///
    /// # Errors
    /// [`FrameError::Short`].
    pub fn number(&mut self) -> Result<u32, FrameError> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next 64-bit number.
    ///
    /// # Errors
    /// [`FrameError::Short`].
    pub fn long(&mut self) -> Result<u64, FrameError> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next bytes of known length.
    ///
    /// # Errors
    /// [`FrameError::Short`].
    pub fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], FrameError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(FrameError::Short)?;
        self.rest = rest;
        Ok(*array)
    }

    /// The next bytes.
    ///
    /// # Errors
    /// [`FrameError::Short`].
    pub fn bytes(&mut self) -> Result<&'a [u8], FrameError> {
        let length = usize::try_from(self.number()?).map_err(|_| FrameError::Short)?;
        let (bytes, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(FrameError::Short)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next text.
    ///
    /// # Errors
    /// [`FrameError::Short`], [`FrameError::Text`].
    pub fn text(&mut self) -> Result<&'a str, FrameError> {
        str::from_utf8(self.bytes()?).map_err(|_| FrameError::Text)
    }

    /// The next name and value pairs, behind their count.
    ///
    /// # Errors
    /// [`FrameError::Short`], [`FrameError::Text`].
    pub fn pairs(&mut self) -> Result<Vec<(&'a str, &'a str)>, FrameError> {
        self.list(|frame| Ok((frame.text()?, frame.text()?)))
    }

    /// The next values of one kind, behind their count.
    ///
    /// # Errors
    /// Whatever `item` returns.
    pub fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, FrameError>,
    ) -> Result<Vec<T>, FrameError> {
        let count = self.number()? as usize;
        // A count is believed only as far as the bytes behind it can carry it: four for each item's
        // length.
        let mut items = Vec::with_capacity(count.min(self.rest.len() / 4));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }
}

/// Writes values into a buffer that is kept between frames.
#[derive(Debug, Default)]
pub struct Writer {
    frame: Vec<u8>,
}

impl Writer {
    /// An empty frame.
    #[must_use]
    pub const fn new() -> Self {
        Self { frame: Vec::new() }
    }

    /// An empty frame with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            frame: Vec::with_capacity(bytes),
        }
    }

    /// Starts an empty frame and keeps the memory of the last one.
    pub fn clear(&mut self) {
        self.frame.clear();
    }

    /// The frame so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.frame
    }

    /// Appends a byte.
    pub fn byte(&mut self, byte: u8) {
        self.frame.push(byte);
    }

    /// Appends a 32-bit number.
    pub fn number(&mut self, number: u32) {
        self.array(number.to_le_bytes());
    }

    /// Appends a 64-bit number.
    pub fn long(&mut self, number: u64) {
        self.array(number.to_le_bytes());
    }

    /// Appends bytes of known length.
    pub fn array<const LENGTH: usize>(&mut self, array: [u8; LENGTH]) {
        self.frame.extend_from_slice(&array);
    }

    /// Appends bytes. Longer than 4 GiB cannot exist in 32-bit memory.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.frame.extend_from_slice(bytes);
    }

    /// Appends a string.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Appends the count of a list.
    pub fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Appends name and value pairs behind their count.
    pub fn pairs<Name: AsRef<str>>(&mut self, pairs: &[(Name, String)]) {
        self.count(pairs.len());
        for (name, value) in pairs {
            self.text(name.as_ref());
            self.text(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameError, Reader, Writer};

    #[test]
    fn values_come_back_in_order() {
        let mut writer = Writer::default();
        writer.byte(7);
        writer.long(u64::MAX);
        writer.text("é");
        writer.pairs(&[("a", "b".to_owned())]);
        let mut reader = Reader::new(writer.as_bytes());
        assert_eq!(reader.byte(), Ok(7));
        assert_eq!(reader.long(), Ok(u64::MAX));
        assert_eq!(reader.text(), Ok("é"));
        assert_eq!(reader.pairs(), Ok(vec![("a", "b")]));
        assert_eq!(reader.byte(), Err(FrameError::Short));
    }

    #[test]
    fn lengths_and_counts_that_lie_are_refused_without_allocating_for_them() {
        let lie = [0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0];
        assert_eq!(Reader::new(&lie).bytes(), Err(FrameError::Short));
        assert_eq!(Reader::new(&lie).pairs(), Err(FrameError::Short));
        assert_eq!(
            Reader::new(&[1, 0, 0, 0, 0xff]).text(),
            Err(FrameError::Text)
        );
    }
}
