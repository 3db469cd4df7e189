//! What a resource is called in AWS, kept in its private state.
//!
//! Terraform plans a replacement twice, the second time without a state but with the private data
//! of the first: the claim that is found there is the predecessor's. Of a tainted object it passes
//! neither; then the roster knows which claim was read. In the apply Terraform passes no private
//! data to a create at all, so what a plan has found out about predecessors counts for plans and
//! for the destroy that belongs to the replacement.

use std::collections::BTreeMap;

use tfplugin::Private;

use crate::aws::ownership::{Claim, Claimant};
use crate::private_keys::{CLAIM, CLAIMS_BEFORE, CLAIMS_READ, FORMER_CLAIM};

/// The resource of this private state. One that has no claim yet gets one.
pub(crate) fn of(private: &mut Private) -> Claimant {
    let own = private.get(CLAIM).unwrap_or_else(|| {
        let own = Claim::any();
        private.set(CLAIM, &own);
        own
    });
    Claimant {
        own,
        before: private.get(CLAIMS_BEFORE).unwrap_or_default(),
    }
}

/// Gives an object in state that a release without claims has made the claim that follows from what
/// is there. An apply that is killed has then written the claim that the next plan finds as well;
/// a random one would be somebody else's by then. `whose` is the function's ARN or the
/// association's id, once there is one.
pub(crate) fn of_state(private: &mut Private, whose: Option<&String>) {
    let (None, Some(whose)) = (recorded(private), whose) else {
        return;
    };
    let own = match private.get::<u64>(FORMER_CLAIM) {
        Some(number) => Claim::numbered(number),
        None => Claim::derived(whose),
    };
    private.set(CLAIM, &own);
}

/// Whether everything that this resource remembered is lost: Terraform throws private data away
/// when the provider dies during an update.
pub(crate) fn is_lost(private: &Private) -> bool {
    recorded(private).is_none() && private.get::<u64>(FORMER_CLAIM).is_none()
}

/// Finds the lost claim again where it was written.
pub(crate) fn recover(private: &mut Private, written: Option<Claim>) {
    if is_lost(private)
        && let Some(written) = written
    {
        private.set(CLAIM, &written);
    }
}

/// The claim of this private state, if it has one.
pub(crate) fn recorded(private: &Private) -> Option<Claim> {
    private.get(CLAIM)
}

/// A new object that takes the place of the one whose private state this is, and of those that
/// carry the claims `before`.
pub(crate) fn succeeding(
    private: &mut Private,
    before: impl IntoIterator<Item = Claim>,
) -> Claimant {
    let predecessor = private.get::<Claim>(CLAIM);
    private.remove(CLAIM);
    add_predecessors(private, predecessor.into_iter().chain(before));
    of(private)
}

/// Keeps in the plan of a create what was read in this run: if the create replaces a tainted
/// object, Terraform passes the object's destroy this private data and no other.
pub(crate) fn remember_read(private: &mut Private, claims: &BTreeMap<String, Claim>) {
    if claims.is_empty() {
        private.remove(CLAIMS_READ);
    } else {
        private.set(CLAIMS_READ, claims);
    }
}

/// For a destroy of what is called `id`: it has the claim under which it was read, also if it fails
/// and is planned again.
pub(crate) fn recall_read(private: &mut Private, id: &str) {
    let mut read: BTreeMap<String, Claim> = private.get(CLAIMS_READ).unwrap_or_default();
    if let Some(claim) = read.remove(id) {
        private.set(CLAIM, &claim);
    }
}

/// Adds a claim that this object takes over.
pub(crate) fn add_predecessors(private: &mut Private, claims: impl IntoIterator<Item = Claim>) {
    let mut before: Vec<Claim> = private.get(CLAIMS_BEFORE).unwrap_or_default();
    before.extend(claims);
    if !before.is_empty() {
        private.set(CLAIMS_BEFORE, &before);
    }
}

/// After a create, everything that was taken over carries the new claim. An update may not have
/// written all of it, and keeps what it takes over.
pub(crate) fn forget_predecessors(private: &mut Private) {
    private.remove(CLAIMS_BEFORE);
    private.remove(CLAIMS_READ);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destroy_of_a_tainted_object_knows_its_claim_from_the_create() {
        let mut private = Private::default();
        let (tainted, other) = (Claim::any(), Claim::any());
        let read = [
            ("shop".to_owned(), tainted.clone()),
            ("store".to_owned(), other.clone()),
        ];
        succeeding(&mut private, None);
        remember_read(&mut private, &read.into());
        assert!(
            !of(&mut private).holds(&tainted),
            "the create replaces nobody of its name"
        );
        recall_read(&mut private, "shop");
        let destroying = of(&mut private);
        assert!(destroying.holds(&tainted) && !destroying.holds(&other));
        assert_eq!(recorded(&private), Some(tainted), "the next plan reads it");
    }

    #[test]
    fn an_object_from_before_claims_gets_the_same_one_at_every_plan() {
        let claim = |former: Option<u64>, whose: &str| {
            let mut private = Private::default();
            if let Some(number) = former {
                private.set(FORMER_CLAIM, &number);
            }
            of_state(&mut private, Some(&whose.to_owned()));
            recorded(&private).expect("it has one now")
        };
        assert_eq!(claim(Some(7), "E1,shop"), claim(Some(7), "E1,shop"));
        assert_ne!(claim(Some(7), "E1,shop"), claim(Some(8), "E1,shop"));
        assert_eq!(claim(None, "arn:shop"), claim(None, "arn:shop"));
        assert_ne!(claim(None, "arn:shop"), claim(None, "arn:more"));

        let mut private = Private::default();
        let own = of(&mut private).own;
        of_state(&mut private, Some(&"arn:shop".to_owned()));
        assert_eq!(recorded(&private), Some(own), "who has one keeps it");
    }

    #[test]
    fn a_claim_stays_until_another_object_succeeds() {
        let mut private = Private::default();
        assert_eq!(recorded(&private), None);
        let first = of(&mut private);
        assert_eq!(of(&mut private), first);
        assert_eq!(recorded(&private), Some(first.own.clone()));

        let imported = Claim::any();
        let second = succeeding(&mut private, [imported.clone()]);
        assert_ne!(second.own, first.own);
        assert!(second.holds(&first.own) && second.holds(&imported));
        assert_eq!(of(&mut private), second);

        forget_predecessors(&mut private);
        assert_eq!(of(&mut private), Claimant::new(second.own));
    }
}
