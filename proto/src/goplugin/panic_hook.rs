//! A panic, in the words Terraform recognizes.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;

use crate::panic_guard::takes_notice;

/// Terraform shows stderr as an error from a line on that begins with `panic: `; Rust's own wording
/// (`thread … panicked at`) would end up in the debug log. A panic that is caught does not end the
/// process, and becomes a diagnostic instead.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        if takes_notice(panic) {
            return;
        }
        let message = panic.payload_as_str().unwrap_or("no message");
        let location = panic
            .location()
            .map(|location| format!("\n\tat {location}"))
            .unwrap_or_default();
        let backtrace = Backtrace::capture();
        let backtrace = match backtrace.status() {
            BacktraceStatus::Captured => format!("\n{backtrace}"),
            _ => String::new(),
        };
        // Not `eprintln`, which panics when nobody reads any more.
        let _ = writeln!(std::io::stderr(), "panic: {message}{location}{backtrace}");
    }));
}
