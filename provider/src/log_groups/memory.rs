//! What is kept from run to run: the regions that the account has not enabled. Their groups are
//! wanted and cannot be had, which must not look like a change at every plan.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path, Private};

use crate::private_keys::REGIONS_NOT_ENABLED;

pub(super) fn not_enabled(private: &Private) -> BTreeSet<String> {
    private.get(REGIONS_NOT_ENABLED).unwrap_or_default()
}

pub(super) fn remember(private: &mut Private, regions: &BTreeSet<String>) {
    if regions.is_empty() {
        private.remove(REGIONS_NOT_ENABLED);
    } else {
        private.set(REGIONS_NOT_ENABLED, regions);
    }
}

/// A warning that names them; none if there are none.
pub(super) fn warning(regions: &BTreeSet<String>) -> Option<Diagnostic> {
    let names: Vec<&str> = regions.iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| {
        Diagnostic::warning("Some regions do not accept these credentials")
            .detail(format!(
                "Other regions accept these credentials, but these do not: {}. The account has \
                 not enabled them, or is not allowed to use them. The log groups there are not \
                 managed. Enable these regions, or leave them out of `regions`.",
                names.join(", ")
            ))
            .at(Path::root("regions"))
    })
}
