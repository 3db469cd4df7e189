//! Stories that once lost protection, each with real Terraform; told here in many orders.

use std::collections::BTreeSet;

use super::cloudfront::Before;
use super::estate::{Address, Estate, Kind, Of, Resource, Site, What};
use super::script::{Script, Step};
use super::terraform::Options;

/// Name and story, without its seed.
pub(super) fn stories() -> Vec<(&'static str, Script)> {
    vec![
        (
            "a behavior moves from an integration to an association of its function",
            to_an_association(),
        ),
        (
            "a behavior moves between two associations of one function",
            between_associations(),
        ),
        (
            "one of two associations of a pair, of two provider blocks, is removed",
            removed_by_another_block(),
        ),
        (
            "two associations of a pair, of two provider blocks, are created at once",
            created_by_two_blocks(&[0], &[0]),
        ),
        (
            "two associations of a pair are created at once, and one wants more",
            created_by_two_blocks(&[0], &[0, 1]),
        ),
        (
            "a behavior moves between two integrations",
            between_integrations(false),
        ),
        (
            "a behavior moves between two integrations that adopt",
            between_integrations(true),
        ),
        ("two integrations have one name", one_name()),
        (
            "two states create one name at the same moment",
            one_name_in_two_states(),
        ),
        ("a key changes without `moved`", renamed(false)),
        (
            "a key changes without `moved`, with adoption",
            renamed(true),
        ),
    ]
}

const A: Address = integration('a');
const B: Address = integration('b');
const X: Address = association('x');
const Y: Address = association('y');

const fn integration(key: char) -> Address {
    Address {
        kind: Kind::Integration,
        key,
    }
}

const fn association(key: char) -> Address {
    Address {
        kind: Kind::Association,
        key,
    }
}

fn site(behaviors: &[usize]) -> Site {
    Site {
        distribution: 0,
        behaviors: BTreeSet::from_iter(behaviors.iter().copied()),
        adopt: false,
    }
}

fn resource(what: What) -> Resource {
    Resource {
        state: 0,
        alias: 0,
        create_before_destroy: false,
        hand_over_from: Vec::new(),
        what,
    }
}

fn named(name: usize, site: Option<Site>) -> Resource {
    resource(What::Integration {
        name,
        memory_size: 128,
        site,
        adopt_function: false,
        on_destroy: "best_effort",
    })
}

fn placed(behaviors: &[usize]) -> Resource {
    resource(What::Association {
        of: Of::Reference(A),
        site: site(behaviors),
    })
}

fn story(estates: impl IntoIterator<Item = Estate>) -> Script {
    let step = |estate: Estate| {
        let states: BTreeSet<usize> = estate.values().map(|one| one.state).collect();
        Step {
            estate,
            states: states.into_iter().collect(),
            options: Options {
                parallelism: 10,
                replace: None,
                taint: None,
                destroy: false,
            },
            faults: Vec::new(),
            moved: Vec::new(),
            forgotten: BTreeSet::new(),
        }
    };
    Script {
        before: [[Before::Absent; 3]; 2],
        linger: 0,
        steps: estates.into_iter().map(step).collect(),
        old: None,
        seed: 0,
    }
}

fn to_an_association() -> Script {
    let estate = |own: &[usize], other: &[usize]| {
        Estate::from([(A, named(0, Some(site(own)))), (X, placed(other))])
    };
    story([estate(&[0], &[1, 2]), estate(&[0, 1], &[2])])
}

fn between_associations() -> Script {
    let estate = |one: &[usize], other: &[usize]| {
        Estate::from([(A, named(0, None)), (X, placed(one)), (Y, placed(other))])
    };
    story([estate(&[0, 1], &[2]), estate(&[0], &[1, 2])])
}

fn removed_by_another_block() -> Script {
    let other = Resource {
        alias: 1,
        ..placed(&[1])
    };
    let before = Estate::from([(A, named(0, None)), (X, placed(&[0])), (Y, other)]);
    let mut after = before.clone();
    after.remove(&Y);
    story([before, after])
}

fn created_by_two_blocks(one: &[usize], other: &[usize]) -> Script {
    let other = Resource {
        alias: 1,
        ..placed(other)
    };
    story([Estate::from([
        (A, named(0, None)),
        (X, placed(one)),
        (Y, other),
    ])])
}

fn between_integrations(adopt: bool) -> Script {
    let site = |behaviors: &[usize]| Site {
        adopt,
        ..site(behaviors)
    };
    let estate = |one: &[usize], other: &[usize]| {
        Estate::from([
            (A, named(0, Some(site(one)))),
            (B, named(1, Some(site(other)))),
        ])
    };
    story([estate(&[0, 1], &[2]), estate(&[0], &[1, 2])])
}

fn one_name() -> Script {
    let one = named(0, Some(site(&[0])));
    let mut other = named(0, None);
    if let What::Integration { memory_size, .. } = &mut other.what {
        *memory_size = 256;
    }
    story([Estate::from([(A, one), (B, other)])])
}

fn one_name_in_two_states() -> Script {
    let mut script = one_name();
    for step in &mut script.steps {
        step.states = vec![0, 1];
        if let Some(other) = step.estate.get_mut(&B) {
            other.state = 1;
        }
    }
    script
}

fn renamed(adopt: bool) -> Script {
    let mut one = named(0, Some(site(&[0, 1])));
    if let What::Integration { adopt_function, .. } = &mut one.what {
        *adopt_function = adopt;
    }
    story([Estate::from([(A, one.clone())]), Estate::from([(B, one)])])
}
