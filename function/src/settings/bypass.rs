//! The object `bypass`: requests that Protector is not asked about.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;
use crate::{bypass, headers};

/// Requests that pass unjudged: those that any one of the lists matches. JSON key `bypass`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bypass {
    /// Path patterns as in cache behaviors, for GET and HEAD. JSON key `bypass.paths`.
    pub paths: Vec<String>,
    /// Methods, exactly as sent. JSON key `bypass.methods`.
    pub methods: Vec<String>,
    /// CIDR ranges of the visitor's address, both families. JSON key `bypass.ipRanges`.
    pub ip_ranges: Vec<String>,
    /// Writes log entries of these requests. JSON key `bypass.log`.
    pub log: bool,
}

impl Default for Bypass {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            methods: Vec::new(),
            ip_ranges: Vec::new(),
            log: true,
        }
    }
}

impl Bypass {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        file.section("bypass", |file| Self {
            paths: file.strings("paths"),
            methods: file.strings("methods"),
            ip_ranges: file.strings("ipRanges"),
            log: file.flag("log", defaults.log),
        })
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            paths,
            methods,
            ip_ranges,
            log,
        } = self;
        document.section("bypass", |document| {
            document.put("paths", paths);
            document.put("methods", methods);
            document.put("ipRanges", ip_ranges);
            document.put("log", *log);
        });
    }

    /// Checked at plan only: at the edge, an entry that is neither a pattern nor a range matches
    /// nothing.
    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            paths,
            methods,
            ip_ranges,
            log: _,
        } = self;
        let field = "settings.bypass.paths";
        rules.at_most(paths, 200, field);
        for path in paths {
            let holds =
                (1..=255).contains(&path.len()) && path.bytes().all(|b| b.is_ascii_graphic());
            rules.require_each(
                path,
                holds,
                field,
                "is not a path pattern as in cache behaviors: 1 to \
                 255 printable characters without spaces; `*` and `?` are wildcards",
            );
            rules.require_each(
                path,
                !bypass::is_trick(path),
                field,
                "matches no path: a path with `;`, `\\`, `#`, `//`, a control character, `.` or `..` \
                 between slashes, an encoded delimiter, overlong UTF-8 or `%u` is never bypassed",
            );
        }
        let field = "settings.bypass.methods";
        rules.at_most(methods, 50, field);
        for method in methods {
            rules.require_each(
                method,
                headers::is_name(method),
                field,
                "is not an HTTP method, like `OPTIONS`",
            );
        }
        let field = "settings.bypass.ip_ranges";
        rules.at_most(ip_ranges, 200, field);
        for range in ip_ranges {
            rules.require_each(
                range,
                bypass::is_range(range),
                field,
                "is not a CIDR range, like `203.0.113.0/24` or `2001:db8::/32`",
            );
        }
    }
}
