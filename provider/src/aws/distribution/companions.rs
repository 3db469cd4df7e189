//! Functions that work together: those of Netacea's own package.
//!
//! Its template deploys one function for each event, each with a `NetaceaConfig.json` in its
//! package. One of them alone protects nothing, so those of a behavior are displaced together and
//! come back together. The packages are read only if a behavior has functions of different names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::aws::arn::QualifiedArn;
use crate::aws::document::Document;
use crate::aws::lambda::Functions;
use crate::aws::retry::Deadline;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::Conflict;

/// The time limit for one package; a change must not wait long for something that it can do
/// without.
const LONGEST: Duration = Duration::from_secs(30);

/// Tells which functions are of Netacea's package, and asks for each only once.
pub(crate) struct Companions<'a> {
    functions: &'a Functions,
    deadline: &'a Deadline,
    known: Mutex<BTreeMap<String, bool>>,
}

impl<'a> Companions<'a> {
    pub(crate) fn new(functions: &'a Functions, deadline: &'a Deadline) -> Companions<'a> {
        Companions {
            functions,
            deadline,
            known: Mutex::default(),
        }
    }

    /// The associations that belong together with others of their behavior.
    pub(super) async fn among(&self, held: &BTreeMap<Slot, Association>) -> BTreeSet<Slot> {
        let mut together = BTreeSet::new();
        for behavior in behaviors(held) {
            let here = || held.iter().filter(|(slot, _)| slot.behavior == behavior);
            if arns(here()).len() < 2 {
                continue;
            }
            let mut of_netacea = Vec::new();
            for (slot, association) in here() {
                if self.is_of_netacea(&association.lambda_arn).await {
                    of_netacea.push((slot, association));
                }
            }
            if arns(of_netacea.iter().copied()).len() > 1 {
                together.extend(of_netacea.into_iter().map(|(slot, _)| slot.clone()));
            }
        }
        together
    }

    /// The functions of Netacea's package that would stay in behaviors from which others of it are
    /// displaced. `stays` says whether the change leaves a stranger's slot as it is.
    pub(crate) async fn would_stay(
        &self,
        document: &Document,
        displaced: &BTreeMap<Slot, Association>,
        stays: impl Fn(&Slot, &Association) -> bool,
    ) -> Vec<Conflict> {
        let mut staying = document.slots();
        let behaviors = behaviors(displaced);
        staying
            .retain(|slot, held| behaviors.contains(slot.behavior.as_str()) && stays(slot, held));
        let mut conflicts = Vec::new();
        for (slot, held) in staying {
            if !self.is_of_netacea(&held.lambda_arn).await {
                continue;
            }
            let companions = displaced.iter().filter(|(other, displaced)| {
                other.behavior == slot.behavior && displaced.lambda_arn != held.lambda_arn
            });
            for (_, displaced) in companions {
                if self.is_of_netacea(&displaced.lambda_arn).await {
                    conflicts.push(Conflict::Companion {
                        slot,
                        holder: held.lambda_arn,
                    });
                    break;
                }
            }
        }
        conflicts
    }

    /// Whether the version's package has a configuration of Netacea. One that cannot be read
    /// counts as somebody else's.
    async fn is_of_netacea(&self, lambda_arn: &str) -> bool {
        if let Some(known) = self.known().get(lambda_arn) {
            return *known;
        }
        let is_of_netacea = match lambda_arn.parse::<QualifiedArn>() {
            Ok(version) => {
                let deadline = self.deadline.within(LONGEST);
                let name = &version.function.name;
                let package = self.functions.download(name, version.version, &deadline);
                match package.await {
                    Ok(package) => package.is_of_netacea(),
                    Err(error) => {
                        tracing::warn!(
                            function = lambda_arn,
                            because = %error,
                            "cannot find out whether a function comes from Netacea's package"
                        );
                        false
                    }
                }
            }
            Err(_) => false,
        };
        self.known().insert(lambda_arn.to_owned(), is_of_netacea);
        is_of_netacea
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, bool>> {
        // The map is whole after any panic elsewhere.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn behaviors(held: &BTreeMap<Slot, Association>) -> BTreeSet<&str> {
    held.keys().map(|slot| slot.behavior.as_str()).collect()
}

fn arns<'a>(held: impl Iterator<Item = (&'a Slot, &'a Association)>) -> BTreeSet<&'a str> {
    held.map(|(_, association)| association.lambda_arn.as_str())
        .collect()
}
