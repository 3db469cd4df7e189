//! [`TerraformLog`]: which events of `tracing` become lines, and where these go.
//!
//! Every library below may emit events, and theirs may hold whole requests with their signatures.
//! So only two sources are heard: the author's own crate, and this one.

use std::fmt;
use std::io::Write as _;

use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use super::fields::add_scope;
use super::line::Line;

/// Who writes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The provider's author.
    Provider,
    /// This crate.
    Protocol,
}

/// Writes events as lines on stderr.
#[derive(Debug)]
struct TerraformLog {
    name: String,
    /// The provider's address in the registry.
    address: String,
    /// The name of the author's crate, as in the paths of its modules.
    author: &'static str,
    provider_level: LevelFilter,
    protocol_level: LevelFilter,
}

/// Reads the levels from the environment, for the provider of that name and address, and listens
/// to the crate that defines `P`. An author who has set another subscriber before keeps it.
pub(crate) fn start<P>(name: &str, address: &str, variable: impl Fn(&str) -> Option<String>) {
    // The path of a type begins with its crate.
    let path = std::any::type_name::<P>();
    let author = path.split("::").next().unwrap_or(path);
    let log = TerraformLog::new(name, address, author, variable);
    if log.most_verbose() > LevelFilter::OFF {
        let _ = tracing::subscriber::set_global_default(log);
    }
}

impl TerraformLog {
    fn new(
        name: &str,
        address: &str,
        author: &'static str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let own = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
        let first = |names: [&str; 3]| {
            names
                .into_iter()
                .find_map(&variable)
                .map_or(LevelFilter::OFF, |value| level(&value))
        };
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            author,
            provider_level: first([own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]),
            protocol_level: first(["TF_LOG_SDK_PROTO", "TF_LOG_SDK", "TF_LOG"]),
        }
    }

    fn most_verbose(&self) -> LevelFilter {
        self.provider_level.max(self.protocol_level)
    }

    fn source(&self, target: &str) -> Option<Source> {
        let root = target.split("::").next().unwrap_or(target);
        if root == env!("CARGO_CRATE_NAME") {
            Some(Source::Protocol)
        } else if root == self.author {
            Some(Source::Provider)
        } else {
            None
        }
    }

    fn wants(&self, level: tracing::Level, source: Source) -> bool {
        let threshold = match source {
            Source::Provider => self.provider_level,
            Source::Protocol => self.protocol_level,
        };
        level <= threshold
    }

    fn module(&self, source: Source) -> String {
        match source {
            Source::Provider => format!("provider.{}", self.name),
            Source::Protocol => "sdk.proto".to_owned(),
        }
    }
}

/// The value of a `TF_LOG` variable. As in Terraform, what is not a level (`JSON`, `1`) means
/// everything.
fn level(value: &str) -> LevelFilter {
    match value.to_ascii_uppercase().as_str() {
        "" | "OFF" => LevelFilter::OFF,
        "DEBUG" => LevelFilter::DEBUG,
        "INFO" => LevelFilter::INFO,
        "WARN" => LevelFilter::WARN,
        "ERROR" => LevelFilter::ERROR,
        _ => LevelFilter::TRACE,
    }
}

impl Subscriber for TerraformLog {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && self
                .source(metadata.target())
                .is_some_and(|source| self.wants(*metadata.level(), source))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.most_verbose())
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let Some(source) = self.source(metadata.target()) else {
            return;
        };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { mut line, message } = fields;
        // After the author's fields: none of them takes the place of what Terraform or a reader
        // needs.
        add_scope(&mut line);
        line.field("tf_provider_addr", &self.address);
        let module = self.module(source);
        line.head(
            *metadata.level(),
            &module,
            &message,
            OffsetDateTime::now_utc(),
        );
        // A log that cannot be written is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "{}", line.into_text());
    }

    // A call's fields come from its scope; there are no spans.

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What an event says, each value as a string.
#[derive(Default)]
struct Fields {
    line: Line,
    message: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.line.field(field.name(), format_args!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message = value.to_owned();
        } else {
            self.line.field(field.name(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    fn log(variables: &'static [(&str, &str)]) -> TerraformLog {
        TerraformLog::new(
            "my-cloud",
            "example.com/acme/my-cloud",
            "my_cloud",
            |wanted| {
                variables
                    .iter()
                    .find(|(name, _)| *name == wanted)
                    .map(|(_, value)| (*value).to_owned())
            },
        )
    }

    #[test]
    fn the_most_specific_variable_decides() {
        let log = log(&[
            ("TF_LOG", "trace"),
            ("TF_LOG_PROVIDER_MY_CLOUD", "WARN"),
            ("TF_LOG_SDK", "off"),
        ]);
        assert!(log.wants(Level::WARN, Source::Provider));
        assert!(!log.wants(Level::INFO, Source::Provider));
        assert!(!log.wants(Level::ERROR, Source::Protocol));
    }

    #[test]
    fn without_variables_nothing_is_logged() {
        assert!(!log(&[]).wants(Level::ERROR, Source::Provider));
    }

    #[test]
    fn json_output_means_every_level() {
        assert!(log(&[("TF_LOG", "JSON")]).wants(Level::TRACE, Source::Provider));
    }

    #[test]
    fn only_the_author_and_this_crate_are_heard() {
        let log = log(&[("TF_LOG", "trace")]);
        assert_eq!(log.source("my_cloud::bucket"), Some(Source::Provider));
        assert_eq!(log.source(module_path!()), Some(Source::Protocol));
        assert_eq!(log.source("my_cloud_sdk::http"), None);
        assert_eq!(log.source("aws_smithy_runtime::client"), None);
    }

    #[test]
    fn values_are_strings_as_they_are_displayed() {
        let (fields, collected) = collecting();
        tracing::subscriber::with_default(fields, || {
            let name = String::from("netacea-shop");
            tracing::info!(version = 7u64, function = name, from = %"a\"b", on = true, "published {}", 7);
        });
        let line = collected.lock().expect("nobody panics").pop();
        assert_eq!(
            line.expect("there is an event"),
            r#"{"from":"a\"b","function":"netacea-shop","on":"true","version":"7"} published 7"#
        );
    }

    type Collected = std::sync::Arc<std::sync::Mutex<Vec<String>>>;

    /// A subscriber that keeps what the fields of events become.
    fn collecting() -> (impl Subscriber, Collected) {
        struct Collecting(Collected);

        impl Subscriber for Collecting {
            fn enabled(&self, _: &Metadata<'_>) -> bool {
                true
            }

            fn event(&self, event: &Event<'_>) {
                let mut fields = Fields::default();
                event.record(&mut fields);
                let text = format!("{} {}", fields.line.into_text(), fields.message);
                self.0.lock().expect("nobody panics").push(text);
            }

            fn new_span(&self, _: &Attributes<'_>) -> Id {
                Id::from_u64(1)
            }

            fn record(&self, _: &Id, _: &Record<'_>) {}

            fn record_follows_from(&self, _: &Id, _: &Id) {}

            fn enter(&self, _: &Id) {}

            fn exit(&self, _: &Id) {}
        }

        let collected = Collected::default();
        (Collecting(std::sync::Arc::clone(&collected)), collected)
    }
}
