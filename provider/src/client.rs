//! What every resource gets from the configured provider.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tfplugin::Attr;

use crate::aws::arn::FunctionArn;
use crate::aws::session::AwsSession;
use crate::aws::tags::{IgnoredTags, Tags};

/// The way to AWS, and what the provider block says about every resource.
#[derive(Debug)]
pub(crate) struct Client {
    session: AwsSession,
    default_tags: Attr<Tags>,
    ignored_tags: IgnoredTags,
    replaced: Mutex<BTreeSet<FunctionArn>>,
    read: Mutex<BTreeSet<String>>,
}

impl Client {
    pub(crate) fn new(session: AwsSession, default_tags: Attr<Tags>) -> Client {
        Client {
            session,
            default_tags,
            ignored_tags: IgnoredTags::default(),
            replaced: Mutex::default(),
            read: Mutex::default(),
        }
    }

    /// The same, blind for these tags.
    pub(crate) fn ignoring(self, ignored_tags: IgnoredTags) -> Client {
        Client {
            default_tags: self.default_tags.map(|tags| ignored_tags.strip(tags)),
            ignored_tags,
            ..self
        }
    }

    pub(crate) fn session(&self) -> &AwsSession {
        &self.session
    }

    /// The provider's `default_tags`, without those that it ignores.
    pub(crate) fn default_tags(&self) -> &Attr<Tags> {
        &self.default_tags
    }

    /// The tags that are somebody else's.
    pub(crate) fn ignored_tags(&self) -> &IgnoredTags {
        &self.ignored_tags
    }

    /// Notes that this plan destroys `function` in favour of another one. Terraform plans a
    /// replacement as a create of its own, and without this note that create would meet its
    /// predecessor as a stranger.
    pub(crate) fn replace(&self, function: FunctionArn) {
        self.replaced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(function);
    }

    /// Whether `lambda_arn` belongs to a function that this plan destroys.
    pub(crate) fn replaces(&self, lambda_arn: &str) -> bool {
        let replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        replaced.iter().any(|function| function.owns(lambda_arn))
    }

    /// Notes that the function of this name was read for a resource in state.
    pub(crate) fn note_read(&self, name: &str) {
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned());
    }

    /// Whether a resource in state speaks of the function of this name.
    pub(crate) fn has_read(&self, name: &str) -> bool {
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(name)
    }
}
