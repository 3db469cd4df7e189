//! Where lines go, and which are dropped on the way.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::OnceLock;

use time::OffsetDateTime;

use super::fields::add_scope;
use super::level::Level;
use super::line::{Line, Source};

/// Set once when serving starts; before that nothing is logged.
static SINK: OnceLock<Sink> = OnceLock::new();

#[derive(Debug)]
struct Sink {
    name: String,
    /// The provider's address in the registry.
    address: String,
    provider_level: Option<Level>,
    protocol_level: Option<Level>,
}

/// Reads the levels from the environment, for the provider of that name and address.
pub(crate) fn start(name: &str, address: &str, variable: impl Fn(&str) -> Option<String>) {
    SINK.get_or_init(|| Sink::new(name, address, variable));
}

pub(super) fn write(
    level: Level,
    source: Source,
    message: &dyn Display,
    fields: &[(&str, &dyn Display)],
) {
    let Some(sink) = SINK.get().filter(|sink| sink.wants(level, source)) else {
        return;
    };
    let mut line = Line::default();
    for (name, value) in fields {
        line.field(name, value);
    }
    // After the author's fields: none of them takes the place of what Terraform or a reader needs.
    add_scope(&mut line);
    line.field("tf_provider_addr", &sink.address);
    let module = sink.module(source);
    line.head(level, &module, message, OffsetDateTime::now_utc());
    // A log that cannot be written is no reason to fail.
    let _ = writeln!(std::io::stderr().lock(), "{}", line.into_text());
}

impl Sink {
    fn new(name: &str, address: &str, variable: impl Fn(&str) -> Option<String>) -> Self {
        let own = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
        let first = |names: [&str; 3]| {
            names
                .into_iter()
                .find_map(&variable)
                .and_then(|value| Level::from_variable(&value))
        };
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            provider_level: first([own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]),
            protocol_level: first(["TF_LOG_SDK_PROTO", "TF_LOG_SDK", "TF_LOG"]),
        }
    }

    fn wants(&self, level: Level, source: Source) -> bool {
        let threshold = match source {
            Source::Provider => self.provider_level,
            Source::Protocol => self.protocol_level,
        };
        threshold.is_some_and(|threshold| level >= threshold)
    }

    fn module(&self, source: Source) -> String {
        match source {
            Source::Provider => format!("provider.{}", self.name),
            Source::Protocol => "sdk.proto".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink(variables: &'static [(&str, &str)]) -> Sink {
        Sink::new("my-cloud", "example.com/acme/my-cloud", |wanted| {
            variables
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_most_specific_variable_decides() {
        let sink = sink(&[
            ("TF_LOG", "trace"),
            ("TF_LOG_PROVIDER_MY_CLOUD", "WARN"),
            ("TF_LOG_SDK", "off"),
        ]);
        assert!(sink.wants(Level::Warn, Source::Provider));
        assert!(!sink.wants(Level::Info, Source::Provider));
        assert!(!sink.wants(Level::Error, Source::Protocol));
    }

    #[test]
    fn without_variables_nothing_is_logged() {
        assert!(!sink(&[]).wants(Level::Error, Source::Provider));
    }

    #[test]
    fn json_output_means_every_level() {
        assert!(sink(&[("TF_LOG", "JSON")]).wants(Level::Trace, Source::Provider));
    }
}
