//! Checks of a configuration against the limits of time and memory that Lambda and CloudFront set
//! for an edge function.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use super::model::{DEFAULT_TIMEOUT, IntegrationModel};
use super::settings::{Reading, path_of};

/// The milliseconds that should be left before Lambda's time limit.
const SCANT_MS: u64 = 500;

/// If Lambda stops the function, the visitor gets an error page; the function itself would let them
/// pass.
pub(super) fn outlast(
    config: &IntegrationModel,
    settings: &edge::Settings,
    reading: &Reading,
    diagnostics: &mut Diagnostics,
) {
    let timeout = match config.lambda.timeout {
        Attr::Known(seconds) => seconds,
        Attr::Null => DEFAULT_TIMEOUT,
        Attr::Unknown => return,
    };
    let field = ["settings", "protector", "timeout_ms"];
    if reading.is_unknown(&field) || reading.is_unknown(&["settings", "ingest", "max_wait_ms"]) {
        return;
    }
    let needed = settings.longest_event_ms();
    let allowed = u64::try_from(timeout).map_or(0, |seconds| seconds * 1000);
    let path = path_of(&field);
    if needed <= allowed && needed + SCANT_MS > allowed {
        diagnostics.push(
            Diagnostic::warning("The edge function may run close to Lambda's limit")
                .detail(format!(
                    "`protector.timeout_ms`, `ingest.max_wait_ms` and the time to resume a frozen \
                     instance add up to {needed} ms, and `timeout` is {timeout} seconds, so little \
                     time is left for a slow start. If Lambda stops the function, the visitor gets \
                     an error page. Lower `protector.timeout_ms` or `ingest.max_wait_ms`, or raise \
                     `timeout`."
                ))
                .at(path.clone()),
        );
    }
    if needed > allowed {
        diagnostics.push(
            Diagnostic::error("Lambda would stop the edge function before it lets a visitor pass")
                .detail(format!(
                    "`protector.timeout_ms`, `ingest.max_wait_ms` and the time to resume a frozen \
                     instance add up to {needed} ms, but `timeout` is {timeout} seconds. Lower \
                     `protector.timeout_ms` or `ingest.max_wait_ms`, or raise `timeout`."
                ))
                .at(path),
        );
    }
}

/// AWS's own pages disagree about the limits of viewer events: warn, never refuse.
pub(super) fn on_viewer_events(config: &IntegrationModel, diagnostics: &mut Diagnostics) {
    let on_viewer_events = match config
        .distribution
        .known()
        .map(|distribution| distribution.event_types())
    {
        Some(Some(events)) => events.into_iter().any(|event| event.is_viewer()),
        Some(None) => false,
        None => true,
    };
    if !on_viewer_events {
        return;
    }
    if let Some(memory) = config
        .lambda
        .memory_size
        .known()
        .filter(|memory| **memory > 128)
    {
        diagnostics.push(
            Diagnostic::warning("Not every account allows this much memory on viewer events")
                .detail(format!(
                    "With {memory} MB, CloudFront may refuse the association. 128 MB works in \
                     every account."
                ))
                .at(Path::root("memory_size")),
        );
    }
    if let Some(timeout) = config
        .lambda
        .timeout
        .known()
        .filter(|timeout| **timeout > 5)
    {
        diagnostics.push(
            Diagnostic::warning("Not every account allows such a long timeout on viewer events")
                .detail(format!(
                    "With {timeout} seconds, CloudFront may refuse the association. 5 seconds \
                     works in every account."
                ))
                .at(Path::root("timeout")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::lambda_attributes::LambdaAttributes;
    use super::super::settings::{ProtectorModel, SettingsModel};
    use super::*;

    fn listed(diagnostics: &Diagnostics) -> Vec<(String, bool)> {
        let place = |diagnostic: &Diagnostic| diagnostic.path().map(Path::to_string);
        diagnostics
            .iter()
            .map(|diagnostic| (place(diagnostic).unwrap_or_default(), diagnostic.is_error()))
            .collect()
    }

    #[test]
    fn much_memory_on_viewer_events_is_a_warning() {
        let config = IntegrationModel {
            lambda: LambdaAttributes {
                memory_size: 256.into(),
                ..LambdaAttributes::default()
            },
            ..IntegrationModel::default()
        };
        let mut diagnostics = Diagnostics::new();
        on_viewer_events(&config, &mut diagnostics);
        assert_eq!(listed(&diagnostics), [("memory_size".to_owned(), false)]);
    }

    #[test]
    fn the_function_lets_pass_before_lambda_stops_it() {
        let slow = |milliseconds: i64, timeout: Attr<i64>| {
            let protector = ProtectorModel {
                timeout_ms: milliseconds.into(),
                ..ProtectorModel::default()
            };
            let config = IntegrationModel {
                settings: Attr::Known(SettingsModel {
                    protector: protector.into(),
                    ..SettingsModel::default()
                }),
                lambda: LambdaAttributes {
                    timeout,
                    ..LambdaAttributes::default()
                },
                ..IntegrationModel::default()
            };
            let mut reading = Reading::default();
            let settings = SettingsModel::read(&config.settings, &mut reading);
            let mut diagnostics = Diagnostics::new();
            outlast(&config, &settings, &reading, &mut diagnostics);
            listed(&diagnostics)
        };
        let warning = vec![("settings.protector.timeout_ms".to_owned(), false)];
        assert_eq!(slow(3250, Attr::Null), []);
        assert_eq!(slow(3251, Attr::Null), warning);
        assert_eq!(slow(3750, Attr::Null), warning);
        let error = vec![("settings.protector.timeout_ms".to_owned(), true)];
        assert_eq!(slow(3751, Attr::Null), error);
        assert_eq!(slow(3751, Attr::Unknown), []);
        assert_eq!(slow(1751, 3.into()), error);
    }
}
