//! The form of what a function writes to CloudWatch.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use tfplugin::StringValue;

/// Lambda's log formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Lines as they are written.
    Text,
    /// Each line in an object with time, level and request id.
    Json,
    /// Lambda has one that this provider does not know.
    Other(String),
}

impl FromStr for LogFormat {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(match name {
            "Text" => LogFormat::Text,
            "JSON" => LogFormat::Json,
            other => LogFormat::Other(other.to_owned()),
        })
    }
}

impl From<&str> for LogFormat {
    fn from(name: &str) -> Self {
        let Ok(format) = name.parse();
        format
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogFormat::Text => "Text",
            LogFormat::Json => "JSON",
            LogFormat::Other(name) => name,
        })
    }
}

impl StringValue for LogFormat {}
