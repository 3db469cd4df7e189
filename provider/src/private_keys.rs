//! The keys of the values that a resource keeps in its private state, in one table: of two values
//! with one key, the second would silently overwrite the first.

macro_rules! keys {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal;)+) => {
        $($(#[doc = $doc])+ pub(crate) const $name: &str = $key;)+

        #[cfg(test)]
        const ALL: &[&str] = &[$($key),+];
    };
}

keys! {
    /// The resource's own claim (`claimant.rs`).
    CLAIM = "claim";
    /// What releases without claims kept for each resource with a placement: a random number.
    FORMER_CLAIM = "claimant";
    /// The claims of its predecessors.
    CLAIMS_BEFORE = "claims_before";
    /// In the plan of a create: the claims that were read in this run.
    CLAIMS_READ = "claims_read";
    /// The tags that the provider ignored (`integration/private_state.rs`).
    IGNORED_TAGS = "ignored_tags";
    /// The package that was published last.
    PUBLISHED_CODE = "published_code_sha256";
    /// Changes of the function outside Terraform.
    REMOTE_EDITS = "remote_edits";
    /// Association elements as they were before ours (`placement/private_state.rs`).
    ORIGINALS = "originals";
    /// What the last read saw of the distribution (`placement/sighting.rs`).
    SIGHTING = "sighting";
    /// Acknowledged hazards that do not occur (`placement/acknowledged.rs`).
    ACKNOWLEDGED = "hazards";
    /// Regions that the account has not enabled (`log_groups/memory.rs`).
    REGIONS_NOT_ENABLED = "regions_not_enabled";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_values_have_one_key() {
        let different: BTreeSet<&&str> = ALL.iter().collect();
        assert_eq!(different.len(), ALL.len(), "{ALL:?}");
    }
}
