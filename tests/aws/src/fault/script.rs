//! The faults of one service, and which of them a call meets.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Calls, Effect, Fault, Times};
use crate::Operation;

/// Faults in the order in which they were scripted, and what they have struck.
#[derive(Debug)]
pub struct Faults {
    script: Mutex<Script>,
    changed: Condvar,
}

#[derive(Debug)]
struct Script {
    scripted: Vec<Scripted>,
    random: fastrand::Rng,
    is_suspended: bool,
    calls: u64,
    struck: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Scripted {
    fault: Fault,
    met: usize,
    struck: usize,
}

impl Default for Faults {
    fn default() -> Self {
        Self::seeded(0)
    }
}

impl Faults {
    /// No faults yet; `seed` decides what is left to chance.
    pub fn seeded(seed: u64) -> Self {
        let script = Script {
            scripted: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
            is_suspended: false,
            calls: 0,
            struck: BTreeMap::new(),
        };
        Self {
            script: Mutex::new(script),
            changed: Condvar::new(),
        }
    }

    /// Adds one; of several that fit a call, the one that was scripted first strikes.
    pub fn script(&self, fault: Fault) {
        self.lock().scripted.push(Scripted::new(fault));
    }

    /// Removes all of them, and releases calls that hang.
    pub fn clear(&self) {
        self.replace_all(Vec::new());
    }

    /// The same, and adds this fault.
    pub fn replace(&self, fault: Fault) {
        self.replace_all(vec![Scripted::new(fault)]);
    }

    fn replace_all(&self, scripted: Vec<Scripted>) {
        self.lock().scripted = scripted;
        self.changed.notify_all();
    }

    /// Suspends all faults, or resumes them.
    pub fn suspend(&self, is_suspended: bool) {
        self.lock().is_suspended = is_suspended;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// How many calls have met a fault that was not removed.
    pub fn standing(&self) -> usize {
        let script = self.lock();
        script.scripted.iter().map(|one| one.struck).sum()
    }

    /// How many calls each effect has struck, by its name.
    pub fn struck(&self) -> BTreeMap<String, u64> {
        self.lock().struck.clone()
    }

    /// The effect on a call that has just arrived, of AWS's with its path. `has_succeeded` says
    /// whether there was a successful call of an operation.
    pub fn next(
        &self,
        call: Option<(Operation, &str)>,
        has_succeeded: impl Fn(Operation) -> bool,
    ) -> Option<Effect> {
        self.lock().next(call, has_succeeded)
    }

    /// A random choice for each of this many records; at least one is refused.
    pub fn refused(&self, records: usize) -> Vec<bool> {
        let mut script = self.lock();
        let mut refused: Vec<bool> = (0..records).map(|_| script.random.bool()).collect();
        if let Some(any) = refused.first_mut() {
            *any = true;
        }
        refused
    }

    /// Waits this long, or until no fault makes calls hang any more.
    pub fn hang(&self, limit: Duration) {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), limit, |script| script.hangs());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scripted {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            met: 0,
            struck: 0,
        }
    }
}

impl Script {
    fn hangs(&self) -> bool {
        let hangs =
            |effect: &Effect| matches!(effect, Effect::HangBefore(_) | Effect::HangAfter(_));
        self.scripted.iter().any(|one| match &one.fault.effect {
            Effect::OneOf(effects) => effects.iter().any(hangs),
            effect => hangs(effect),
        })
    }

    fn next(
        &mut self,
        call: Option<(Operation, &str)>,
        has_succeeded: impl Fn(Operation) -> bool,
    ) -> Option<Effect> {
        self.calls += 1;
        if self.is_suspended {
            return None;
        }
        let mut effect = None;
        for Scripted { fault, met, struck } in &mut self.scripted {
            if !fault.on.is(call) || fault.on.after.is_some_and(|after| !has_succeeded(after)) {
                continue;
            }
            *met += 1;
            if effect.is_none() && fault.times.holds(*met, &mut self.random) {
                *struck += 1;
                effect = match &fault.effect {
                    Effect::OneOf(effects) => self.random.choice(*effects).cloned(),
                    effect => Some(effect.clone()),
                };
            }
        }
        if let Some(effect) = &effect {
            *self.struck.entry(name(effect)).or_default() += 1;
        }
        effect
    }
}

impl Calls {
    /// Whether a call is one of these, apart from what must have succeeded before it.
    fn is(self, call: Option<(Operation, &str)>) -> bool {
        let is_operation = |operation| call.is_some_and(|(called, _)| called == operation);
        let is_about = |part| call.is_some_and(|(_, path)| path.contains(part));
        self.operation.is_none_or(is_operation) && self.about.is_none_or(is_about)
    }
}

impl Times {
    /// Whether the `number`th call (from 1) is meant.
    fn holds(self, number: usize, random: &mut fastrand::Rng) -> bool {
        match self {
            Self::First(count) => number <= count,
            Self::Nth(nth) => number == nth,
            Self::Every => true,
            Self::Share(share) => random.f64() < share,
        }
    }
}

/// The name of an effect in reports.
fn name(effect: &Effect) -> String {
    match effect {
        Effect::Answer(status, _) => status.to_string(),
        Effect::Refuse(error) => format!("{} {}", error.status.as_u16(), error.code),
        Effect::HangBefore(_) => "HangBefore".to_owned(),
        Effect::HangAfter(_) => "HangAfter".to_owned(),
        effect => format!("{effect:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(faults: &Faults, operation: Operation) -> Option<Effect> {
        faults.next(Some((operation, "/functions/shop")), |_| false)
    }

    #[test]
    fn the_first_fault_that_fits_strikes_and_each_counts_its_own_calls() {
        let faults = Faults::default();
        let get = Operation::GetFunction;
        faults.script(Fault::on(get, Effect::ResetBefore, Times::Nth(2)));
        faults.script(Fault::on(Calls::ALL, Effect::Corrupt, Times::First(2)));
        faults.script(Fault::on(
            Calls::ALL.after(Operation::CreateFunction),
            Effect::Pending,
            Times::Every,
        ));
        assert_eq!(next(&faults, get), Some(Effect::Corrupt));
        assert_eq!(next(&faults, get), Some(Effect::ResetBefore));
        assert_eq!(next(&faults, get), None);
        let created = faults.next(None, |operation| operation == Operation::CreateFunction);
        assert_eq!(created, Some(Effect::Pending));
        assert_eq!((faults.calls(), faults.standing()), (4, 3));
        faults.clear();
        assert_eq!((next(&faults, get), faults.standing()), (None, 0));
        let about = |part| Fault::on(Calls::from(get).about(part), Effect::Corrupt, Times::Every);
        faults.script(about("checkout"));
        assert_eq!(next(&faults, get), None);
        faults.script(about("shop"));
        assert_eq!(next(&faults, get), Some(Effect::Corrupt));
    }

    #[test]
    fn chance_is_the_seeds_and_stops_while_it_is_suspended() {
        let run = |seed| {
            let faults = Faults::seeded(seed);
            let any = Effect::OneOf(Effect::INGEST);
            faults.script(Fault::on(Calls::ALL, any, Times::Share(0.5)));
            faults.suspend(true);
            assert_eq!(faults.next(None, |_| false), None);
            faults.suspend(false);
            (0..64)
                .map(|_| faults.next(None, |_| false))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        assert!(run(1).contains(&None) && run(1).contains(&Some(Effect::ResetAfter)));
    }
}
