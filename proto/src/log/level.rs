//! [`Level`]: how much is logged.

/// How important a line is, the least important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    /// The name in a log line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// The value of a `TF_LOG` variable. As in Terraform, what is no level (`JSON`, `1`) means
    /// everything.
    pub(crate) fn from_variable(value: &str) -> Option<Self> {
        match value.to_ascii_uppercase().as_str() {
            "" | "OFF" => None,
            "DEBUG" => Some(Self::Debug),
            "INFO" => Some(Self::Info),
            "WARN" => Some(Self::Warn),
            "ERROR" => Some(Self::Error),
            _ => Some(Self::Trace),
        }
    }
}
