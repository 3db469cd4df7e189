//! What the tags of a Lambda function say about who owns it and what it displaced, so that a killed
//! apply loses nothing.
//!
//! This file has the lifecycle of a function of ours, `claim.rs` its owner and the resources that
//! place it, `displaced.rs` and `tag_format.rs` what it displaced.

mod claim;
mod displaced;
mod tag_format;

pub(crate) use self::claim::{
    Claim, Claimant, Lease, Placer, inherited, owner, placed_key, placed_tag, placer, placers,
};
pub(crate) use self::displaced::{Displaced, Forgotten};
use super::tags::Tags;

const MANAGED_BY: &str = "netacea:managed-by";
const MANAGED_BY_US: &str = "terraform-provider-netacea";
const LIFECYCLE: &str = "netacea:lifecycle";

/// The number of tags that say that a function is the provider's, in which stage it is, and which
/// resource owns it.
pub(crate) const OWNERSHIP_TAGS: usize = 3;

/// The stage of a function of ours between its first and its last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// A create has made it and has not finished; once the lease has run out, the next create
    /// continues.
    Creating(Lease),
    /// In some Terraform state.
    Ready,
    /// A destroy left it, because replicas still exist or because of `on_destroy`; a create may
    /// take it over.
    Released,
}

/// The owner of a function, by its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    Ours(Lifecycle),
    Stranger,
}

impl Lifecycle {
    const fn as_str(self) -> &'static str {
        match self {
            Lifecycle::Creating(_) => "creating",
            Lifecycle::Ready => "ready",
            Lifecycle::Released => "released",
        }
    }

    /// `None`: a stage of a newer release.
    fn read(value: &str) -> Option<Lifecycle> {
        let (stage, seconds) = match value.split_once(' ') {
            Some((stage, seconds)) => (stage, Some(seconds)),
            None => (value, None),
        };
        let lifecycles = [
            Lifecycle::Creating(Lease::read(seconds)),
            Lifecycle::Ready,
            Lifecycle::Released,
        ];
        lifecycles
            .into_iter()
            .find(|lifecycle| lifecycle.as_str() == stage)
    }

    /// The tags that say "the provider's, in this stage".
    pub(super) fn tags(self) -> Tags {
        let lease = match self {
            Lifecycle::Creating(lease) => lease.suffix(),
            Lifecycle::Ready | Lifecycle::Released => String::new(),
        };
        let stage = format!("{}{lease}", self.as_str());
        Tags::from([
            (MANAGED_BY.to_owned(), MANAGED_BY_US.to_owned()),
            (LIFECYCLE.to_owned(), stage),
        ])
    }
}

impl Ownership {
    /// A function with our tag but without a stage counts as ready: the strictest reading.
    pub(crate) fn of(tags: &Tags) -> Ownership {
        if tags.get(MANAGED_BY).map(String::as_str) != Some(MANAGED_BY_US) {
            return Ownership::Stranger;
        }
        let lifecycle = tags.get(LIFECYCLE).and_then(|stage| Lifecycle::read(stage));
        Ownership::Ours(lifecycle.unwrap_or(Lifecycle::Ready))
    }
}

/// The tag that says that the create or destroy of a function of ours has not finished.
pub(crate) fn unfinished(tags: &Tags) -> Option<(String, String)> {
    match Ownership::of(tags) {
        Ownership::Ours(stage @ (Lifecycle::Creating(_) | Lifecycle::Released)) => {
            Some((LIFECYCLE.to_owned(), stage.as_str().to_owned()))
        }
        Ownership::Ours(Lifecycle::Ready) | Ownership::Stranger => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_recognized_by_the_tags_it_writes() {
        for lifecycle in [
            Lifecycle::Creating(Lease::at(1_800_000_000)),
            Lifecycle::Creating(Lease::over()),
            Lifecycle::Ready,
            Lifecycle::Released,
        ] {
            assert_eq!(Ownership::of(&lifecycle.tags()), Ownership::Ours(lifecycle));
        }
    }

    #[test]
    fn a_function_without_our_name_is_a_strangers() {
        let mut tags = Lifecycle::Creating(Lease::over()).tags();
        tags.insert(MANAGED_BY.to_owned(), "somebody-else".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Stranger);
        assert_eq!(Ownership::of(&Tags::new()), Ownership::Stranger);
    }

    #[test]
    fn an_unknown_stage_is_never_taken_over() {
        let mut tags = Lifecycle::Creating(Lease::over()).tags();
        tags.insert(LIFECYCLE.to_owned(), "from-a-newer-release".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Ours(Lifecycle::Ready));
    }
}
