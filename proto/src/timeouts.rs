//! [`Timeouts`]: how long the operations of a resource may take.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::attr::Attr;
use crate::go_duration::GoDuration;
use crate::schema::{Model, Object};

/// Which operations of a resource have a timeout, and how long each may take unless the
/// configuration says otherwise. An operation that is `None` has no limit.
pub trait Limits: 'static {
    /// The limit of a creation.
    const CREATE: Option<Duration> = None;
    /// The limit of a read.
    const READ: Option<Duration> = None;
    /// The limit of an update.
    const UPDATE: Option<Duration> = None;
    /// The limit of a deletion.
    const DELETE: Option<Duration> = None;
}

/// The model of `timeouts { create = "45m" }`: a field of type `Attr<Timeouts<L>>`, declared as a
/// block or as a nested attribute with the name `timeouts`. It has an attribute for each operation
/// that has a limit in `L`, with a description that names the default.
///
/// ```
/// use std::time::Duration;
///
/// use tfplugin::{Attr, Call, Create, Limits, Model, Object, Result, Timeouts};
///
/// struct Patience;
///
/// impl Limits for Patience {
///     const CREATE: Option<Duration> = Some(Duration::from_mins(60));
///     const DELETE: Option<Duration> = Some(Duration::from_mins(30));
/// }
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// struct Cluster {
///     name: Attr<String>,
///     timeouts: Attr<Timeouts<Patience>>,
/// }
///
/// impl Model for Cluster {
///     fn declare(object: &mut Object<Self>) {
///         object.attribute("name", |cluster| &mut cluster.name).required();
///         object
///             .block("timeouts", |cluster| &mut cluster.timeouts)
///             .describe("How long operations may take.");
///     }
/// }
///
/// // In the resource:
/// async fn create(
///     call: &mut Call<()>,
///     change: Create<Cluster>,
///     state: &mut Option<Cluster>,
/// ) -> Result<()> {
///     let limit = change.planned.timeouts.create();
///     // Ask for the cluster, and set `state`: from here on it exists.
///     *state = Some(change.planned);
///     call.within(limit, is_ready()).await
/// }
///
/// async fn is_ready() -> Result<()> {
///     Ok(())
/// }
///
/// assert_eq!(Cluster::default().timeouts.create().duration(), Duration::from_mins(60));
/// ```
///
/// With `object.nested("timeouts", …).optional()` it is an attribute: `timeouts = { … }`.
pub struct Timeouts<L> {
    /// As configured.
    pub create: Attr<GoDuration>,
    /// As configured.
    pub read: Attr<GoDuration>,
    /// As configured.
    pub update: Attr<GoDuration>,
    /// As configured.
    pub delete: Attr<GoDuration>,
    limits: PhantomData<fn() -> L>,
}

/// How long something may take; what [`Call::within`](crate::Call::within) holds it to.
///
/// A plain [`Duration`] is a limit too, but its error cannot tell the user what to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    duration: Duration,
    operation: Option<Operation>,
}

/// What has a limit in `timeouts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Timeout {
    /// The length of time.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    pub(crate) fn operation(&self) -> Option<Operation> {
        self.operation
    }
}

impl From<Duration> for Timeout {
    fn from(duration: Duration) -> Self {
        Self {
            duration,
            operation: None,
        }
    }
}

impl Operation {
    /// The attribute in `timeouts`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// What a timeout says has not happened.
    pub(crate) fn participle(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Read => "read",
            Self::Update => "updated",
            Self::Delete => "deleted",
        }
    }
}

impl<L: Limits> Timeouts<L> {
    fn limit(timeouts: &Attr<Self>, operation: Operation) -> Timeout {
        let (field, default): (fn(&Self) -> &Attr<GoDuration>, _) = match operation {
            Operation::Create => (|timeouts| &timeouts.create, L::CREATE),
            Operation::Read => (|timeouts| &timeouts.read, L::READ),
            Operation::Update => (|timeouts| &timeouts.update, L::UPDATE),
            Operation::Delete => (|timeouts| &timeouts.delete, L::DELETE),
        };
        let configured = timeouts
            .known()
            .and_then(|timeouts| field(timeouts).known());
        Timeout {
            duration: configured
                .map(GoDuration::duration)
                .or(default)
                .unwrap_or(Duration::MAX),
            operation: default.map(|_| operation),
        }
    }
}

/// The limit that is configured, or the default. There is no limit if the operation has none in
/// `L`.
impl<L: Limits> Attr<Timeouts<L>> {
    /// How long a creation may take.
    pub fn create(&self) -> Timeout {
        Timeouts::limit(self, Operation::Create)
    }

    /// How long a read may take.
    pub fn read(&self) -> Timeout {
        Timeouts::limit(self, Operation::Read)
    }

    /// How long an update may take.
    pub fn update(&self) -> Timeout {
        Timeouts::limit(self, Operation::Update)
    }

    /// How long a deletion may take.
    pub fn delete(&self) -> Timeout {
        Timeouts::limit(self, Operation::Delete)
    }
}

impl<L: Limits> Model for Timeouts<L> {
    fn declare(object: &mut Object<Self>) {
        if let Some(limit) = L::CREATE {
            object
                .attribute("create", |timeouts| &mut timeouts.create)
                .optional()
                .describe(description("a create, like `45m`", limit));
        }
        if let Some(limit) = L::READ {
            object
                .attribute("read", |timeouts| &mut timeouts.read)
                .optional()
                .describe(description("a read", limit));
        }
        if let Some(limit) = L::UPDATE {
            object
                .attribute("update", |timeouts| &mut timeouts.update)
                .optional()
                .describe(description("an update", limit));
        }
        if let Some(limit) = L::DELETE {
            object
                .attribute("delete", |timeouts| &mut timeouts.delete)
                .optional()
                .describe(description("a destroy", limit));
        }
    }
}

fn description(what: &str, limit: Duration) -> String {
    format!("Time limit for {what}. Default `{}`.", in_words(limit))
}

/// As people write it: an hour is `60m`.
pub(crate) fn in_words(limit: Duration) -> GoDuration {
    let minutes = limit.as_secs() / 60;
    if limit == Duration::from_secs(minutes * 60)
        && (1..=120).contains(&minutes)
        && let Ok(in_minutes) = format!("{minutes}m").parse()
    {
        return in_minutes;
    }
    limit.into()
}

// Derived, these would be asked of `L` too.

impl<L> Clone for Timeouts<L> {
    fn clone(&self) -> Self {
        Self {
            create: self.create.clone(),
            read: self.read.clone(),
            update: self.update.clone(),
            delete: self.delete.clone(),
            limits: PhantomData,
        }
    }
}

impl<L> Default for Timeouts<L> {
    fn default() -> Self {
        Self {
            create: Attr::Null,
            read: Attr::Null,
            update: Attr::Null,
            delete: Attr::Null,
            limits: PhantomData,
        }
    }
}

impl<L> fmt::Debug for Timeouts<L> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Timeouts")
            .field("create", &self.create)
            .field("read", &self.read)
            .field("update", &self.update)
            .field("delete", &self.delete)
            .finish()
    }
}

impl<L> PartialEq for Timeouts<L> {
    fn eq(&self, other: &Self) -> bool {
        let all = |timeouts: &Self| {
            [
                timeouts.create.clone(),
                timeouts.read.clone(),
                timeouts.update.clone(),
                timeouts.delete.clone(),
            ]
        };
        all(self) == all(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;
    use crate::value::Value;

    struct Two;

    impl Limits for Two {
        const CREATE: Option<Duration> = Some(Duration::from_mins(60));
        const DELETE: Option<Duration> = Some(Duration::from_secs(90));
    }

    fn of(create: Value, delete: Value) -> Attr<Timeouts<Two>> {
        let entries = [("create", create), ("delete", delete)];
        let value = Value::map(entries.map(|(name, value)| (name.to_owned(), value)));
        let timeouts = Schema::of::<Timeouts<Two>>().decode(value);
        Attr::Known(timeouts.expect("these are durations"))
    }

    #[test]
    fn what_is_not_configured_has_the_default() {
        for absent in [Attr::Null, Attr::Unknown, of(Value::Null, Value::UNKNOWN)] {
            assert_eq!(absent.create().duration(), Duration::from_mins(60));
            assert_eq!(absent.delete().duration(), Duration::from_secs(90));
        }
        let configured = of(Value::text("5m"), Value::Null);
        assert_eq!(configured.create().duration(), Duration::from_mins(5));
        assert_eq!(configured.delete().duration(), Duration::from_secs(90));
    }

    #[test]
    fn only_what_has_a_limit_is_declared_and_its_description_says_which() {
        let schema = Schema::of::<Timeouts<Two>>();
        let declared: Vec<(&str, &str)> = schema
            .declarations()
            .iter()
            .map(|one| (one.name.as_str(), one.description.as_str()))
            .collect();
        assert_eq!(
            declared,
            [
                (
                    "create",
                    "Time limit for a create, like `45m`. Default `60m`."
                ),
                ("delete", "Time limit for a destroy. Default `90s`."),
            ]
        );
        assert_eq!(
            Attr::<Timeouts<Two>>::Null.update().duration(),
            Duration::MAX
        );
    }
}
