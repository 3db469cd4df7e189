//! [`Malformed`]: why a document is not accepted as a distribution's configuration.

/// Why a document is not accepted as a distribution's configuration. The cause is an answer of AWS
/// or of a proxy, not the user. Writing back a document that was not understood could switch a site
/// off, so it is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("it is not well-formed XML: {0}")]
    NotXml(String),
    #[error("it has {bytes} bytes, more than the {limit} that this provider reads")]
    TooLarge { bytes: usize, limit: usize },
    #[error("its elements are nested more than {limit} levels deep")]
    TooDeep { limit: usize },
    #[error(
        "its root element is \"{root}\" and not DistributionConfig in CloudFront's 2020-05-31 namespace"
    )]
    NotADistribution { root: String },
    #[error("{parent} has no {element}")]
    Missing {
        parent: String,
        element: &'static str,
    },
    #[error("{parent} has more than one {element}")]
    Repeated {
        parent: String,
        element: &'static str,
    },
    #[error("{parent} states a quantity of \"{stated}\" but contains {found}")]
    Quantity {
        parent: String,
        stated: String,
        found: usize,
    },
    #[error("the behavior \"{behavior}\" has two associations for {event}")]
    RepeatedEvent { behavior: String, event: String },
    #[error(
        "the edit would have changed more than the wanted associations; this is a bug in the \
        provider, please report it"
    )]
    EditedTooMuch,
}
