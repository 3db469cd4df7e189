//! What one run of the provider has seen that hazards follow from: distributions as they were read,
//! and what functions of this configuration do.
//!
//! Terraform refreshes a resource before it plans it, in one process. So a plan that finds nothing
//! to do knows the distribution without reading it again. A run without refresh knows nothing, and
//! says nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::hazards::{Conduct, Mitigation};

/// Notes of one run.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    /// Distribution id to what was read last.
    documents: BTreeMap<String, Arc<Document>>,
    /// Function name to what its integration makes it do.
    conducts: BTreeMap<String, Conduct>,
}

/// What a function does, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    pub(crate) conduct: Conduct,
    /// No integration of this configuration makes the function.
    pub(crate) is_assumed: bool,
}

impl From<Conduct> for Expectation {
    fn from(conduct: Conduct) -> Expectation {
        Expectation {
            conduct,
            is_assumed: false,
        }
    }
}

impl Lookout {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // Maps are whole after any panic elsewhere.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a distribution as it was just read.
    pub(crate) fn saw(&self, id: &str, document: Document) {
        let documents = &mut self.notes().documents;
        documents.insert(id.to_owned(), Arc::new(document));
    }

    /// The distribution as this run read it last.
    pub(crate) fn seen(&self, id: &str) -> Option<Arc<Document>> {
        self.notes().documents.get(id).cloned()
    }

    /// Notes what the function of an integration does.
    pub(crate) fn expect(&self, function_name: &str, conduct: Conduct) {
        let conducts = &mut self.notes().conducts;
        conducts.insert(function_name.to_owned(), conduct);
    }

    /// What `function` does with visitors. `None`: its ARN is not known yet, so an integration of
    /// this configuration publishes it. A function of no such integration is assumed to mitigate,
    /// with the defaults.
    pub(crate) fn expected(&self, function: Option<&FunctionArn>) -> Expectation {
        let notes = self.notes();
        let conduct = match function {
            Some(function) => notes.conducts.get(&function.name).cloned(),
            None => {
                let mut conducts = notes.conducts.values();
                let first = conducts.next().cloned();
                first.map(|first| match conducts.all(|other| *other == first) {
                    true => first,
                    false => Conduct::Unknown,
                })
            }
        };
        conduct.map_or_else(
            || Expectation {
                conduct: Conduct::Mitigating(Mitigation::default()),
                is_assumed: true,
            },
            Expectation::from,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_does_what_its_integration_says_and_a_stranger_is_taken_to_mitigate() {
        let lookout = Lookout::default();
        let function = |name: &str| FunctionArn::in_us_east_1("123456789012", name);
        let assumed = lookout.expected(None);
        assert!(assumed.is_assumed && matches!(assumed.conduct, Conduct::Mitigating(_)));
        lookout.expect("shop", Conduct::Passing);
        let known = |function: Option<FunctionArn>| lookout.expected(function.as_ref());
        assert_eq!(known(Some(function("shop"))), Conduct::Passing.into());
        assert_eq!(known(Some(function("other"))), assumed);
        assert_eq!(known(None), Conduct::Passing.into(), "the only candidate");
        lookout.expect("blog", Conduct::Passing);
        assert_eq!(known(None), Conduct::Passing.into(), "two that do the same");
        lookout.expect("api", Conduct::Mitigating(Mitigation::default()));
        assert_eq!(known(None), Conduct::Unknown.into(), "one of the three");
    }
}
