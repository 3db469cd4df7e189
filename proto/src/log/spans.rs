//! The spans that are open: what they add to the lines inside of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata};
use tracing_core::span::Current;

thread_local! {
    /// The spans that this thread is in, the innermost last.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// The spans of one subscriber.
#[derive(Default)]
pub(super) struct Spans(Mutex<HashMap<u64, Open>>);

struct Open {
    span: Arc<Span>,
    /// When the last is gone, so is the span.
    handles: usize,
}

/// A span with what is around it.
pub(super) struct Span {
    metadata: &'static Metadata<'static>,
    parent: Option<Arc<Span>>,
    fields: Mutex<Vec<(&'static str, String)>>,
}

impl Spans {
    pub(super) fn open(&self, attributes: &Attributes<'_>) -> Id {
        // Unique in the process: threads remember spans of every subscriber.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let span = Span {
            metadata: attributes.metadata(),
            parent: self.around(attributes.parent(), attributes.is_contextual()),
            fields: Mutex::default(),
        };
        attributes.record(&mut span.fields());
        let open = Open {
            span: Arc::new(span),
            handles: 1,
        };
        self.all().insert(id, open);
        Id::from_u64(id)
    }

    pub(super) fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(span) = self.span(id) {
            values.record(&mut span.fields());
        }
    }

    pub(super) fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.clone()));
    }

    pub(super) fn exit(&self, id: &Id) {
        // Not always the innermost: guards are dropped in any order.
        ENTERED.with_borrow_mut(|entered| {
            if let Some(position) = entered.iter().rposition(|other| other == id) {
                entered.remove(position);
            }
        });
    }

    pub(super) fn hold(&self, id: &Id) {
        if let Some(open) = self.all().get_mut(&id.into_u64()) {
            open.handles += 1;
        }
    }

    /// Whether that was the last handle.
    pub(super) fn give_up(&self, id: &Id) -> bool {
        let mut all = self.all();
        let Some(open) = all.get_mut(&id.into_u64()) else {
            return false;
        };
        open.handles -= 1;
        let is_last = open.handles == 0;
        if is_last {
            all.remove(&id.into_u64());
        }
        is_last
    }

    pub(super) fn current(&self) -> Current {
        let found = innermost().and_then(|id| {
            let metadata = self.span(&id)?.metadata;
            Some(Current::new(id, metadata))
        });
        found.unwrap_or_else(Current::none)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// What the spans around an event say, the outermost first.
    pub(super) fn fields_around(&self, event: &Event<'_>) -> Vec<(&'static str, String)> {
        let mut spans = Vec::new();
        let mut next = self.around(event.parent(), event.is_contextual());
        while let Some(span) = next {
            next = span.parent.clone();
            spans.push(span);
        }
        let fields = spans.iter().rev().map(|span| span.fields().0.clone());
        fields.flatten().collect()
    }

    /// The span that is named, or the one that this thread is in.
    fn around(&self, named: Option<&Id>, is_contextual: bool) -> Option<Arc<Span>> {
        match named {
            Some(id) => self.span(id),
            None if is_contextual => self.span(&innermost()?),
            None => None,
        }
    }

    fn span(&self, id: &Id) -> Option<Arc<Span>> {
        Some(Arc::clone(&self.all().get(&id.into_u64())?.span))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Span {
    fn fields(&self) -> Values<'_> {
        Values(self.fields.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The fields of a span, being read or written.
struct Values<'a>(MutexGuard<'a, Vec<(&'static str, String)>>);

impl Visit for Values<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}

fn innermost() -> Option<Id> {
    ENTERED.with_borrow(|entered| entered.last().cloned())
}
