//! What every resource gets from the configured provider.

use tfplugin::Attr;

use crate::aws::session::AwsSession;
use crate::aws::tags::{IgnoredTags, Tags};
use crate::lookout::Lookout;
use crate::roster::Roster;

/// The way to AWS, and what the provider block says about every resource.
#[derive(Debug)]
pub(crate) struct Client {
    session: AwsSession,
    default_tags: Attr<Tags>,
    ignored_tags: IgnoredTags,
    roster: Roster,
    lookout: Lookout,
}

impl Client {
    pub(crate) fn new(session: AwsSession, default_tags: Attr<Tags>) -> Client {
        Client {
            session,
            default_tags,
            ignored_tags: IgnoredTags::default(),
            roster: Roster::default(),
            lookout: Lookout::default(),
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

    /// What this run has read and planned so far.
    pub(crate) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// What this run has seen that hazards follow from.
    pub(crate) fn lookout(&self) -> &Lookout {
        &self.lookout
    }
}
