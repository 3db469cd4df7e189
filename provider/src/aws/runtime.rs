//! The runtime of a Lambda function.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use tfplugin::StringValue;

/// A runtime by its name, such as `nodejs24.x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// One of the Node.js family; its major version.
    NodeJs(u32),
    /// The edge function does not run in it, but an adopted function may have it.
    Other(String),
}

impl FromStr for Runtime {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        let version = name
            .strip_prefix("nodejs")
            .and_then(|rest| rest.strip_suffix(".x"))
            .and_then(|version| version.parse().ok());
        Ok(version
            .map(Runtime::NodeJs)
            .filter(|runtime| runtime.to_string() == name)
            .unwrap_or_else(|| Runtime::Other(name.to_owned())))
    }
}

impl From<&str> for Runtime {
    fn from(name: &str) -> Self {
        let Ok(runtime) = name.parse();
        runtime
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Runtime::NodeJs(version) => write!(f, "nodejs{version}.x"),
            Runtime::Other(name) => f.write_str(name),
        }
    }
}

impl StringValue for Runtime {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_written_as_it_was_read() {
        assert_eq!(Runtime::from("nodejs24.x"), Runtime::NodeJs(24));
        for name in [
            "nodejs24.x",
            "nodejs.x",
            "nodejs024.x",
            "nodejs+4.x",
            "python3.14",
            "",
        ] {
            assert_eq!(Runtime::from(name).to_string(), name);
        }
    }
}
