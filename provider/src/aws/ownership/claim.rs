//! Claims: which resource a function belongs to, and which one places it in a distribution.
//!
//! Terraform does not tell a provider the addresses of resources, so a resource identifies itself
//! to others by a random number that it keeps in its private state. Its claims are tags of the
//! function, one for each thing that is claimed; docs/design/OWNERSHIP.md has the rules.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::aws::tags::Tags;

const OWNER: &str = "netacea:owner";
const PLACED: &str = "netacea:placed:";

/// A resource's name in AWS: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Claim(String);

impl Claim {
    /// A random claim, which nobody else has.
    pub(crate) fn any() -> Claim {
        Claim::numbered(fastrand::u64(..))
    }

    /// The claim with this number.
    pub(crate) fn numbered(number: u64) -> Claim {
        Claim(format!("{number:016x}"))
    }

    /// A claim that follows from this string.
    pub(crate) fn derived(text: &str) -> Claim {
        let digest = Sha256::digest(text);
        Claim(hex::encode(&digest[..8]))
    }

    /// The tag that says who owns the function.
    pub(crate) fn owner_tag(&self) -> (String, String) {
        (OWNER.to_owned(), self.0.clone())
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A resource's own claim, and those that it takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claimant {
    /// The claim that it writes.
    pub(crate) own: Claim,
    /// The claims that it takes over: of the object that it replaces, or that it was imported from.
    pub(crate) before: Vec<Claim>,
}

impl Claimant {
    /// A claimant that takes over nothing.
    pub(crate) fn new(own: Claim) -> Claimant {
        Claimant {
            own,
            before: Vec::new(),
        }
    }

    /// Whether this claim is its own, or one that it takes over.
    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        *claim == self.own || self.before.contains(claim)
    }

    /// Whether the tags say that it places the function in this distribution.
    pub(crate) fn places(&self, tags: &Tags, distribution_id: &str) -> bool {
        placer(tags, distribution_id).is_some_and(|placer| self.holds(&placer.claim))
    }
}

/// The last time at which an unfinished resource said that it is at work; `None` if it has given
/// up, or if its release did not write the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lease {
    /// AWS's time, in seconds since 1970.
    renewed: Option<i64>,
}

impl Lease {
    /// How long a lease is valid.
    const TERM: Duration = Duration::from_secs(60);
    /// How often a resource at work renews its lease.
    pub(crate) const RENEWAL: Duration = Duration::from_secs(20);

    /// The pause between two looks at another resource's lease.
    pub(crate) const LOOK: Duration = Duration::from_secs(2);

    /// A lease that is renewed now.
    pub(crate) fn at(now: i64) -> Lease {
        Lease { renewed: Some(now) }
    }

    /// A lease that has run out.
    pub(crate) fn over() -> Lease {
        Lease::default()
    }

    pub(super) fn read(seconds: Option<&str>) -> Lease {
        Lease {
            renewed: seconds.and_then(|seconds| seconds.parse().ok()),
        }
    }

    /// The time that is left; `None` if it has run out.
    pub(crate) fn left(self, now: i64) -> Option<Duration> {
        let age = now.saturating_sub(self.renewed?);
        // A time in the future is an error of a clock, and counts as now.
        let age = Duration::from_secs(u64::try_from(age).unwrap_or(0));
        Self::TERM.checked_sub(age).filter(|left| !left.is_zero())
    }

    /// Whether it should be renewed.
    pub(crate) fn is_due(self, now: i64) -> bool {
        self.left(now)
            .is_none_or(|left| left <= Self::TERM - Self::RENEWAL)
    }

    /// The suffix of the tag's value.
    pub(super) fn suffix(self) -> String {
        self.renewed
            .map_or_else(String::new, |seconds| format!(" {seconds}"))
    }
}

/// The resource that places the function in a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placer {
    pub(crate) claim: Claim,
    /// The lease, while the first update of the distribution is not accepted.
    pub(crate) lease: Option<Lease>,
}

/// The owner of the function. `None`: nobody has claimed it yet.
pub(crate) fn owner(tags: &Tags) -> Option<Claim> {
    tags.get(OWNER).map(|claim| Claim(claim.clone()))
}

/// The resource that places the function in this distribution. `None`: nobody has claimed that yet.
pub(crate) fn placer(tags: &Tags, distribution_id: &str) -> Option<Placer> {
    tags.get(&placed_key(distribution_id))
        .map(|value| read_placer(value))
}

/// Every distribution in which a resource has claimed to place the function.
pub(crate) fn placers(tags: &Tags) -> impl Iterator<Item = (&str, Placer)> {
    tags.iter().filter_map(|(key, value)| {
        let distribution_id = key.strip_prefix(PLACED)?;
        Some((distribution_id, read_placer(value)))
    })
}

/// The tags by which a claimant becomes the owner of a function, and gets its places in these
/// distributions, if the owner before or a claim that it takes over has them. A lease stays as it
/// is.
pub(crate) fn inherited<'a>(
    tags: &Tags,
    heir: &Claimant,
    distribution_ids: impl IntoIterator<Item = &'a String>,
) -> Tags {
    let before = owner(tags);
    let takes = |claim: &Claim| heir.holds(claim) || before.as_ref() == Some(claim);
    let mut claims = Tags::from([heir.own.owner_tag()]);
    for id in distribution_ids {
        if let Some(Placer { claim, lease }) = placer(tags, id)
            && takes(&claim)
        {
            let claim = heir.own.clone();
            claims.extend([placed_tag(id, &Placer { claim, lease })]);
        }
    }
    claims
}

/// The tag that says who places the function in the distribution.
pub(crate) fn placed_tag(distribution_id: &str, placer: &Placer) -> (String, String) {
    let lease = placer.lease.map(Lease::suffix).unwrap_or_default();
    (
        placed_key(distribution_id),
        format!("{}{lease}", placer.claim),
    )
}

/// The key of that tag.
pub(crate) fn placed_key(distribution_id: &str) -> String {
    format!("{PLACED}{distribution_id}")
}

fn read_placer(value: &str) -> Placer {
    match value.split_once(' ') {
        Some((claim, seconds)) => Placer {
            claim: Claim(claim.to_owned()),
            lease: Some(Lease::read(Some(seconds))),
        },
        None => Placer {
            claim: Claim(value.to_owned()),
            lease: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn a_lease_is_worth_a_minute_by_awss_clock() {
        let lease = Lease::at(NOW);
        assert_eq!(lease.left(NOW + 59), Some(Duration::from_secs(1)));
        assert_eq!(lease.left(NOW + 60), None);
        assert_eq!(
            lease.left(NOW - 5),
            Some(Lease::TERM),
            "a clock that is slow"
        );
        assert_eq!(Lease::over().left(NOW), None);
        assert!(!lease.is_due(NOW + 19) && lease.is_due(NOW + 20));
    }

    #[test]
    fn placers_are_read_as_they_are_written() {
        let claim = Claim::any();
        for lease in [None, Some(Lease::at(NOW))] {
            let written = Placer {
                claim: claim.clone(),
                lease,
            };
            let tags = Tags::from([placed_tag("E1", &written), claim.owner_tag()]);
            assert_eq!(placer(&tags, "E1"), Some(written));
            assert_eq!(placer(&tags, "E2"), None);
            assert_eq!(owner(&tags), Some(claim.clone()));
            assert_eq!(placers(&tags).count(), 1);
        }
    }

    #[test]
    fn an_heir_gets_its_places_from_the_owner_before_and_from_claims_that_it_takes_over() {
        let (before, imported, other) = (Claim::any(), Claim::any(), Claim::any());
        let heir = Claimant {
            own: Claim::any(),
            before: vec![imported.clone()],
        };
        let placed = |claim: &Claim, lease| Placer {
            claim: claim.clone(),
            lease,
        };
        let left = Tags::from([
            before.owner_tag(),
            placed_tag("E1", &placed(&before, None)),
            placed_tag("E2", &placed(&imported, Some(Lease::at(NOW)))),
            placed_tag("E3", &placed(&other, None)),
            placed_tag("E4", &placed(&before, None)),
        ]);
        let expected = Tags::from([
            heir.own.owner_tag(),
            placed_tag("E1", &placed(&heir.own, None)),
            placed_tag("E2", &placed(&heir.own, Some(Lease::at(NOW)))),
        ]);
        let places = ["E1", "E2", "E3", "E5"].map(str::to_owned);
        assert_eq!(inherited(&left, &heir, &places), expected);
    }

    #[test]
    fn a_claimant_holds_its_own_claim_and_those_before_it() {
        let (own, before) = (Claim::any(), Claim::any());
        let claimant = Claimant {
            own: own.clone(),
            before: vec![before.clone()],
        };
        assert!(claimant.holds(&own) && claimant.holds(&before));
        assert!(!claimant.holds(&Claim::any()));
    }
}
