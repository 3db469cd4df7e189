//! [`TerraformLog`]: which events of `tracing` become lines, and where these go.
//!
//! Every library below may emit events, and theirs may hold whole requests with their signatures.
//! So only two sources are heard: the author's own crate, and this one.

use std::borrow::Cow;
use std::fmt;
use std::io::Write as _;

use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::fields::add_scope;
use super::line::Line;
use super::masks::masked;
use super::spans::Spans;

/// Who writes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The provider's author.
    Provider,
    /// This crate.
    Protocol,
}

/// Writes events as lines.
struct TerraformLog {
    out: fn(&str),
    spans: Spans,
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
    let log = TerraformLog::new(to_stderr, name, address, author, variable);
    if log.most_verbose() > LevelFilter::OFF {
        let _ = tracing::subscriber::set_global_default(log);
    }
}

fn to_stderr(line: &str) {
    // A log that cannot be written is not a reason to fail.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

impl TerraformLog {
    fn new(
        out: fn(&str),
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
            out,
            spans: Spans::default(),
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
        self.source(metadata.target()).is_some_and(|source| {
            // A span says nothing itself, so what it adds does not depend on its level.
            metadata.is_span() || self.wants(*metadata.level(), source)
        })
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Spans of every level are wanted.
        Some(LevelFilter::TRACE)
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let Some(source) = self.source(metadata.target()) else {
            return;
        };
        let mut said = Said {
            fields: self.spans.fields_around(event),
            message: String::new(),
        };
        event.record(&mut said);
        let (mut line, message) = said.masked();
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
        (self.out)(&line.into_text());
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.spans.open(attributes)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.spans.record(span, values);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, span: &Id) {
        self.spans.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.spans.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.spans.hold(span);
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        self.spans.give_up(&span)
    }

    fn current_span(&self) -> Current {
        self.spans.current()
    }
}

/// What an event and the spans around it say, each value as a string.
struct Said {
    /// A later field takes the place of an earlier one of that name.
    fields: Vec<(&'static str, String)>,
    message: String,
}

impl Said {
    fn field(&mut self, name: &'static str, value: String) {
        if name == "message" {
            self.message = value;
        } else {
            self.fields.push((name, value));
        }
    }

    /// The fields and the message, without what must not stand there.
    fn masked(&self) -> (Line, Cow<'_, str>) {
        masked(|masks| {
            let mut line = Line::default();
            for (name, value) in &self.fields {
                line.field(name, masks.field(name, value));
            }
            (line, masks.text(&self.message))
        })
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.field(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field.name(), value.to_owned());
    }
}

#[cfg(test)]
mod tests;
