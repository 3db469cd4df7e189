//! What the tags of a Lambda function say about who owns it and what it displaced, so that a killed
//! apply loses nothing.
//!
//! This file has the lifecycle of a function of ours; `displaced.rs` and `tag_format.rs` have what
//! the function took the place of.

mod displaced;
mod tag_format;

pub(crate) use self::displaced::{Displaced, Forgotten};
use super::tags::Tags;

const MANAGED_BY: &str = "netacea:managed-by";
const MANAGED_BY_US: &str = "terraform-provider-netacea";
const LIFECYCLE: &str = "netacea:lifecycle";

/// How many tags say that a function is ours, and in which stage.
pub(crate) const OWNERSHIP_TAGS: usize = 2;

/// Where a function of ours stands between its first and its last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// Made by a create that has not finished; the next create continues it.
    Creating,
    /// In some Terraform state.
    Ready,
    /// Left behind by a destroy, because replicas still exist or `on_destroy` says so; a create may
    /// take it over. The tag's value is `released`.
    Abandoned,
}

/// Whose function it is, by its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    Ours(Lifecycle),
    Stranger,
}

impl Lifecycle {
    const ALL: [Lifecycle; 3] = [Lifecycle::Creating, Lifecycle::Ready, Lifecycle::Abandoned];

    const fn as_str(self) -> &'static str {
        match self {
            Lifecycle::Creating => "creating",
            Lifecycle::Ready => "ready",
            Lifecycle::Abandoned => "released",
        }
    }

    /// The tags that say "ours, in this stage".
    pub(super) fn tags(self) -> Tags {
        let tags: [(&str, &str); OWNERSHIP_TAGS] =
            [(MANAGED_BY, MANAGED_BY_US), (LIFECYCLE, self.as_str())];
        tags.map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into()
    }
}

impl Ownership {
    /// A function that carries our name without a stage counts as ready: the strictest reading.
    pub(crate) fn of(tags: &Tags) -> Ownership {
        if tags.get(MANAGED_BY).map(String::as_str) != Some(MANAGED_BY_US) {
            return Ownership::Stranger;
        }
        let stage = tags.get(LIFECYCLE).map(String::as_str);
        let lifecycle = Lifecycle::ALL
            .into_iter()
            .find(|lifecycle| Some(lifecycle.as_str()) == stage);
        Ownership::Ours(lifecycle.unwrap_or(Lifecycle::Ready))
    }
}

/// The tag of a function of ours that says that its create or destroy did not come to its end.
pub(crate) fn unfinished(tags: &Tags) -> Option<(String, String)> {
    match Ownership::of(tags) {
        Ownership::Ours(stage @ (Lifecycle::Creating | Lifecycle::Abandoned)) => {
            Some((LIFECYCLE.to_owned(), stage.as_str().to_owned()))
        }
        Ownership::Ours(Lifecycle::Ready) | Ownership::Stranger => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_recognised_by_the_tags_it_writes() {
        for lifecycle in Lifecycle::ALL {
            assert_eq!(Ownership::of(&lifecycle.tags()), Ownership::Ours(lifecycle));
        }
    }

    #[test]
    fn a_function_without_our_name_is_a_strangers() {
        let mut tags = Lifecycle::Creating.tags();
        tags.insert(MANAGED_BY.to_owned(), "somebody-else".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Stranger);
        assert_eq!(Ownership::of(&Tags::new()), Ownership::Stranger);
    }

    #[test]
    fn an_unknown_stage_is_never_taken_over() {
        let mut tags = Lifecycle::Creating.tags();
        tags.insert(LIFECYCLE.to_owned(), "from-a-newer-release".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Ours(Lifecycle::Ready));
    }
}
