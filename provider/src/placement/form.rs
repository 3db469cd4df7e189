use tfplugin::Path;

/// How a resource writes its [`Site`](super::Site) down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `distribution = { id, behaviors, … }`, which may be left out.
    Nested,
    /// `distribution_id`, `behaviors`, … of the resource itself.
    Flat,
}

impl Form {
    /// Where the distribution's id stands.
    pub(crate) fn id(self) -> Path {
        match self {
            Form::Nested => Path::root("distribution").attribute("id"),
            Form::Flat => Path::root("distribution_id"),
        }
    }

    /// Where another part of the site stands.
    pub(crate) fn part(self, name: &'static str) -> Path {
        match self {
            Form::Nested => Path::root("distribution").attribute(name),
            Form::Flat => Path::root(name),
        }
    }

    /// What to do about a distribution that is not there.
    pub(crate) fn without_distribution(self) -> &'static str {
        match self {
            Form::Nested => {
                "Correct `distribution.id`, or remove `distribution` to keep the function alone \
                 (emit mode)."
            }
            Form::Flat => "Correct `distribution_id`, or remove this association.",
        }
    }
}
