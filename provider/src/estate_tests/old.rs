//! What a release that knew no claims has left: functions and states without them, and perhaps two
//! resources that share a pair of function and distribution.

use tfplugin::value::{Set, Value};

use super::estate::{Address, BEHAVIORS, Estate, What};
use super::judge::Operation;
use super::script::Teller;
use super::state::{Instance, Object, holding};
use super::terraform::lock;

/// Two associations in the place of one: the one that was applied keeps its first behavior, and the
/// other has the rest.
pub(super) type Split = (Address, Address);

/// The configuration with `split`.
pub(super) fn divided(estate: &mut Estate, (one, other): Split) {
    let Some(mut rest) = estate.get(&one).cloned() else {
        return;
    };
    if let What::Association { site, .. } = &mut rest.what {
        let first = site.behaviors.pop_first();
        let first = first.into_iter().collect();
        estate.insert(other, rest);
        if let Some(What::Association { site, .. }) = estate.get_mut(&one).map(|one| &mut one.what)
        {
            site.behaviors = first;
        }
    }
}

impl Teller<'_> {
    /// Makes everything look as if a release without claims had applied it.
    pub(super) fn grow_old(&mut self, split: Option<Split>) {
        let mut world = lock(&self.stage.world);
        for function in world.functions.values_mut() {
            function
                .tags
                .retain(|key, _| key != "netacea:owner" && !key.starts_with("netacea:placed:"));
        }
        for state in &mut self.states {
            for (address, instance) in state.iter_mut() {
                for object in instance.current.iter_mut() {
                    let holding = holding(&object.kept.value, address.kind, false);
                    without_claims(object, holding.distribution.is_some());
                }
            }
            let Some((one, other)) = split else { continue };
            let Some(object) = state.get_mut(&one).and_then(|one| one.current.as_mut()) else {
                continue;
            };
            let mut rest = divide(object);
            without_claims(&mut rest, true);
            let instance = Instance {
                current: Some(rest),
                ..Instance::default()
            };
            state.insert(other, instance);
        }
        if let Some((one, other)) = split {
            let operation = |address| Operation { state: 0, address };
            world.judge.may_share = Some([operation(one), operation(other)]);
        }
    }
}

/// Keeps what is of the first behavior, and gives the rest.
fn divide(object: &mut Object) -> Object {
    let mut rest = object.clone();
    let Value::Map(attributes) = &object.kept.value else {
        return rest;
    };
    let Some(Value::Set(behaviors)) = attributes.get("behaviors") else {
        return rest;
    };
    let named = |name: &str| {
        behaviors
            .iter()
            .any(|behavior| *behavior == Value::text(name))
    };
    let first = BEHAVIORS
        .into_iter()
        .find(|name| named(name))
        .unwrap_or(BEHAVIORS[0]);
    keep(object, |behavior| behavior == first);
    keep(&mut rest, |behavior| behavior != first);
    rest
}

fn keep(object: &mut Object, is_kept: impl Fn(&str) -> bool) {
    let Value::Map(attributes) = &mut object.kept.value else {
        return;
    };
    if let Some(Value::Set(behaviors)) = attributes.get_mut("behaviors") {
        let kept = behaviors.iter();
        let kept = kept.filter(|behavior| matches!(behavior, Value::String(name) if is_kept(name)));
        *behaviors = kept.cloned().collect::<Set>();
    }
    for name in ["slots", "displaced"] {
        if let Some(Value::Map(slots)) = attributes.get_mut(name) {
            slots.retain(|slot, _| {
                slot.rsplit_once(' ')
                    .is_some_and(|(behavior, _)| is_kept(behavior))
            });
        }
    }
}

/// A resource with a placement had a number by then.
fn without_claims(object: &mut Object, places: bool) {
    let Ok(mut stored) = serde_json::from_slice::<serde_json::Value>(&object.kept.private) else {
        return;
    };
    if let Some(values) = stored["values"].as_object_mut() {
        values.retain(|key, _| !key.starts_with("claim"));
        if places {
            values.insert("claimant".to_owned(), fastrand::u64(..).into());
        }
    }
    object.kept.private = serde_json::to_vec(&stored).expect("it was read");
}
