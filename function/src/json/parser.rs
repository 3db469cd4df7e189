//! Reads JSON. Three places need it, none of them at every event, and a library's reader would be
//! an eighth of the whole function: hence this small one, which the fuzz target `settings` compares
//! with serde_json.

use core::str;

use super::Value;

/// Deepest nesting, as serde_json allows it.
const DEPTH: usize = 127;

/// Where a string stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// From 1.
    pub(crate) line: usize,
    /// Bytes of the line up to and including the one that does not fit.
    pub(crate) column: usize,
}

/// Reads one value with nothing but white space around it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, SyntaxError> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(error_at(bytes, error.valid_up_to())),
    };
    let mut parser = Parser { text, position: 0 };
    parser
        .value(0)
        .filter(|_| parser.peek().is_none())
        .ok_or_else(|| error_at(bytes, parser.position))
}

fn error_at(bytes: &[u8], position: usize) -> SyntaxError {
    let read = &bytes[..bytes.len().min(position + 1)];
    let lines = || read.split(|byte| *byte == b'\n');
    SyntaxError {
        line: lines().count(),
        column: lines().next_back().map_or(0, <[u8]>::len),
    }
}

/// `None` everywhere means: not JSON, at `position`.
struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        let is_too_deep = |first: &u8| depth == DEPTH && matches!(first, b'{' | b'[');
        let first = self.peek().filter(|first| !is_too_deep(first))?;
        Some(match first {
            b'{' => Value::Object(self.items(b'}', |parser| {
                let name = parser.string()?;
                parser.expect(b':')?;
                Some((name, parser.value(depth + 1)?))
            })?),
            b'[' => Value::List(self.items(b']', |parser| parser.value(depth + 1))?),
            b'"' => Value::Text(self.string()?),
            b't' => self.word("true", Value::Flag(true))?,
            b'f' => self.word("false", Value::Flag(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ => Value::Number(self.number()?.to_owned()),
        })
    }

    /// What stands between brackets, separated by commas.
    fn items<T>(
        &mut self,
        end: u8,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.position += 1;
        let mut items = Vec::new();
        if self.peek()? != end {
            items.push(item(self)?);
            while self.peek()? != end {
                self.expect(b',')?;
                items.push(item(self)?);
            }
        }
        self.position += 1;
        Some(items)
    }

    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.position..];
            let plain = rest
                .bytes()
                .position(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
            let plain = plain.unwrap_or(rest.len());
            string.push_str(&rest[..plain]);
            self.position += plain;
            match self.byte()? {
                b'"' => {
                    self.position += 1;
                    return Some(string);
                }
                b'\\' => string.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        self.position += 1;
        let letter = self.byte()?;
        self.position += 1;
        Some(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                // Half of a pair alone is not a character.
                char::from_u32(unit).or_else(|| {
                    let is_first = (0xd800..0xdc00).contains(&unit);
                    self.text[self.position..]
                        .strip_prefix("\\u")
                        .filter(|_| is_first)?;
                    self.position += 2;
                    let second = self.unit()?.checked_sub(0xdc00)?;
                    let pair = 0x1_0000 + ((unit - 0xd800) << 10) + second;
                    char::from_u32(pair).filter(|_| second < 0x400)
                })?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.byte()?).to_digit(16)?;
            self.position += 1;
        }
        Some(unit)
    }

    fn number(&mut self) -> Option<&'a str> {
        let start = self.position;
        self.skip(b"-");
        // A leading zero stands alone.
        if !self.skip(b"0") {
            self.digits()?;
        }
        if self.skip(b".") {
            self.digits()?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits()?;
        }
        Some(&self.text[start..self.position])
    }

    /// At least one.
    fn digits(&mut self) -> Option<()> {
        self.byte().filter(u8::is_ascii_digit)?;
        while self.skip(b"0123456789") {}
        Some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        for expected in word.bytes() {
            if !self.skip(&[expected]) {
                return None;
            }
        }
        Some(value)
    }

    /// The next byte that is not white space, which is left behind.
    fn peek(&mut self) -> Option<u8> {
        while self.skip(b" \t\n\r") {}
        self.byte()
    }

    fn expect(&mut self, expected: u8) -> Option<()> {
        self.peek().filter(|byte| *byte == expected)?;
        self.position += 1;
        Some(())
    }

    /// Goes past the next byte if it is one of these.
    fn skip(&mut self, bytes: &[u8]) -> bool {
        let is_one = self.byte().is_some_and(|byte| bytes.contains(&byte));
        self.position += usize::from(is_one);
        is_one
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// The same value as serde_json sees it.
    fn reference(bytes: &[u8]) -> Result<serde_json::Value, (usize, usize)> {
        serde_json::from_slice(bytes).map_err(|error| (error.line(), error.column()))
    }

    #[test]
    fn what_is_json_and_what_is_not_is_as_in_serde_json() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        let too_deep = format!("[{deep}]");
        for text in [
            "",
            " ",
            "null",
            "nul",
            "nulll",
            "true",
            "false ",
            "[]",
            "[ ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" : [ {} , \"b\" ] }",
            "{\"a\":1,\"a\":2}",
            "\"\\u00e9\"",
            "\"\\ud83c\\udf6a\"",
            "\"\\ud83c\"",
            "\"\\udf6a\"",
            "\"\\ud83c\\u0041\"",
            "\"\\ud83c\\uffff\"",
            "\"\\x\"",
            "\"a\nb\"",
            "\"a",
            "\"\\",
            "0",
            "-0",
            "01",
            "-",
            "1.",
            ".5",
            "1.5e+3",
            "1e",
            "+1",
            "12a",
            "\"\u{1f36a}\u{7f}\"",
            "\u{feff}1",
            "[1]x",
            &deep,
            &too_deep,
        ] {
            let found = parse(text.as_bytes());
            assert_eq!(found.is_ok(), reference(text.as_bytes()).is_ok(), "{text}");
            if let (Ok(found), Ok(expected)) = (found, reference(text.as_bytes())) {
                assert!(found.is_same(&expected), "{text}");
            }
        }
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn errors_are_found_where_serde_json_finds_them() {
        for text in [
            "{\"a\":\"b\"",
            "{\n  \"a\": x\n}",
            "[1,\n2,,]",
            "{\"a\" 1}",
            "[1] 2",
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            let found = (error.line, error.column);
            assert_eq!(Err(found), reference(text.as_bytes()), "{text}");
        }
    }
}
