//! Random stories: an estate, and what happens to it.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::cloudfront::Before;
use super::estate::{Address, Estate, Handing, Kind, Of, Resource, Site, What};
use super::faults::{self, Fault};
use super::old::{self, Split};
use super::script::{Script, Step};
use super::terraform::Options;

const KEYS: [[char; 3]; 2] = [['a', 'b', 'c'], ['x', 'y', 'z']];
const MOST_STEPS: usize = 4;

impl Script {
    /// The story of this seed.
    pub(super) fn of(seed: u64) -> Script {
        let mut random = Rng::with_seed(seed);
        let before = |random: &mut Rng| match random.u8(0..8) {
            0..3 => Before::Absent,
            3..6 => Before::Empty,
            _ => Before::Stranger,
        };
        let before = [(); 2].map(|()| [(); 3].map(|()| before(&mut random)));
        let linger = random.choice([0, 0, 0, 60, 600, 20_000]).expect("a choice");
        // Most stories are of one state and one block, and so are those that begin without claims:
        // across blocks and states nothing else could tell there whose something is.
        let is_old = random.u8(0..6) == 0;
        let one_or_two = |random: &mut Rng| if random.u8(0..3) == 0 { 2 } else { 1 };
        let (states, aliases) = (one_or_two(&mut random), one_or_two(&mut random));
        let world = Possible {
            states: if is_old { 1 } else { states },
            aliases: if is_old { 1 } else { aliases },
            faults: random.bool(),
        };
        let mut estate = Estate::new();
        for _ in 0..random.usize(1..5) {
            world.change(&mut estate, &mut random);
        }
        let mut steps = Vec::new();
        let old = is_old.then(|| split(&estate));
        let mut former = Estate::new();
        for _ in 0..random.usize(1..=MOST_STEPS) {
            steps.push(world.step(&former, &estate, &mut random));
            former.clone_from(&estate);
            if let ([_], Some(Some(split))) = (steps.as_slice(), old) {
                old::divided(&mut estate, split);
                former.clone_from(&estate);
                steps.push(world.step(&former, &estate, &mut random));
            }
            for _ in 0..random.usize(1..4) {
                world.change(&mut estate, &mut random);
            }
        }
        Script {
            before,
            linger,
            steps,
            old,
            seed,
        }
    }
}

/// An association of several behaviors, and a free address.
fn split(estate: &Estate) -> Option<Split> {
    let several = estate.iter().find(|(_, one)| {
        one.state == 0
            && matches!(&one.what, What::Association { site, .. } if site.behaviors.len() > 1)
    });
    let (address, _) = several?;
    Some((*address, free(estate, Kind::Association)?))
}

struct Possible {
    states: usize,
    aliases: usize,
    faults: bool,
}

impl Possible {
    fn step(&self, former: &Estate, estate: &Estate, random: &mut Rng) -> Step {
        let states = match (self.states, random.u8(0..4)) {
            (1, _) | (_, 0) => vec![0],
            (_, 1) => vec![1],
            _ => vec![0, 1],
        };
        let mut faults = Vec::new();
        if self.faults && random.bool() {
            for _ in 0..random.usize(1..3) {
                faults.push(fault(random));
            }
        }
        let addresses: Vec<Address> = estate.keys().copied().collect();
        let replace = random
            .choice(addresses.clone())
            .filter(|_| random.u8(0..16) == 0);
        let taint = random.choice(addresses).filter(|_| random.u8(0..16) == 0);
        let gone: Vec<Address> = former
            .keys()
            .filter(|address| !estate.contains_key(address))
            .copied()
            .collect();
        let new = estate
            .keys()
            .filter(|address| !former.contains_key(address));
        let mut moved = Vec::new();
        for to in new {
            let from = gone
                .iter()
                .find(|from| from.kind == to.kind && former[from].state == estate[to].state);
            if let (Some(from), true) = (from, random.bool()) {
                moved.push((*from, *to));
            }
        }
        let forgotten = gone
            .iter()
            .filter(|_| random.u8(0..4) == 0)
            .copied()
            .collect();
        Step {
            estate: estate.clone(),
            states,
            options: Options {
                parallelism: random.choice([1, 10, 10]).expect("a choice"),
                replace,
                taint,
                destroy: random.u8(0..12) == 0,
            },
            faults,
            moved,
            forgotten,
        }
    }

    /// One edit of the configuration.
    fn change(&self, estate: &mut Estate, random: &mut Rng) {
        let addresses: Vec<Address> = estate.keys().copied().collect();
        let Some(chosen) = random.choice(addresses.clone()) else {
            return self.add(estate, Kind::Integration, random);
        };
        match random.u8(0..26) {
            0..3 => self.add(estate, Kind::Integration, random),
            3..7 => self.add(estate, Kind::Association, random),
            7..10 => drop(estate.remove(&chosen)),
            10..13 => rename(estate, chosen, random),
            13..18 => self.edit(estate, chosen, random),
            18..22 => move_behavior(estate, random),
            22 => swap_sites(estate, random),
            23..25 => refactor(estate, random),
            _ => {
                let one = estate.get_mut(&chosen).expect("it is there");
                one.alias = random.usize(0..self.aliases);
            }
        }
        tidy(estate);
    }

    fn add(&self, estate: &mut Estate, kind: Kind, random: &mut Rng) {
        let Some(address) = free(estate, kind) else {
            return;
        };
        let state = random.usize(0..self.states);
        let what = match kind {
            Kind::Integration => What::Integration {
                name: random.usize(0..2),
                memory_size: 128,
                site: (random.u8(0..4) > 0).then(|| site(random)),
                adopt_function: random.u8(0..4) == 0,
                on_destroy: random
                    .choice(["best_effort", "best_effort", "delete", "retain"])
                    .expect("a choice"),
            },
            Kind::Association => {
                let here = estate
                    .iter()
                    .filter(|(other, one)| other.kind == Kind::Integration && one.state == state);
                let integrations: Vec<Address> = here.map(|(other, _)| *other).collect();
                let referred = random.choice(integrations).filter(|_| random.u8(0..5) > 0);
                What::Association {
                    of: referred.map_or_else(|| Of::Literal(random.usize(0..2)), Of::Reference),
                    site: site(random),
                }
            }
        };
        let resource = Resource {
            state,
            alias: random.usize(0..self.aliases),
            create_before_destroy: random.u8(0..4) == 0,
            hand_over_from: Vec::new(),
            what,
        };
        estate.insert(address, resource);
    }

    fn edit(&self, estate: &mut Estate, chosen: Address, random: &mut Rng) {
        let integrations: Vec<Address> = estate
            .keys()
            .filter(|one| one.kind == Kind::Integration)
            .copied()
            .collect();
        let resource = estate.get_mut(&chosen).expect("it is there");
        if random.u8(0..8) == 0 {
            resource.create_before_destroy ^= true;
            return;
        }
        if random.u8(0..8) == 0 {
            let others = integrations.iter().filter(|one| **one != chosen);
            let other = random.choice(others.copied().collect::<Vec<_>>());
            resource.hand_over_from = match random.u8(0..4) {
                0 => Vec::new(),
                1 => vec![Handing::Pair(random.usize(0..2), random.usize(0..2))],
                2 => vec![Handing::Name(random.usize(0..2))],
                _ => other.map(Handing::Function).into_iter().collect(),
            };
            return;
        }
        match &mut resource.what {
            What::Integration {
                name,
                memory_size,
                site: own,
                adopt_function,
                on_destroy,
            } => match random.u8(0..9) {
                0..2 => *name ^= 1,
                2..4 => *memory_size ^= 128 ^ 256,
                4..7 => *own = (random.u8(0..4) > 0).then(|| site(random)),
                7 => *adopt_function ^= true,
                _ => {
                    *on_destroy = random
                        .choice(["best_effort", "delete", "retain"])
                        .expect("a choice")
                }
            },
            What::Association { of, site: own } => match random.u8(0..4) {
                0 => {
                    *of = random
                        .choice(integrations)
                        .map_or(Of::Literal(0), Of::Reference)
                }
                1 => *of = Of::Literal(random.usize(0..2)),
                _ => *own = site(random),
            },
        }
    }
}

fn fault(random: &mut Rng) -> Fault {
    use faults::What;
    let after = random.bool();
    let what = match random.u8(0..11) {
        0 => What::Throttled,
        1 => What::Denied,
        10 => What::Forbidden,
        2 => What::Down { calls: 0, after },
        3 => What::Down {
            calls: random.usize(0..40),
            after,
        },
        4 | 5 => What::Crashed { after },
        _ => What::Killed { after },
    };
    Fault {
        at: random.usize(1..30),
        what,
    }
}

fn site(random: &mut Rng) -> Site {
    let mut behaviors = BTreeSet::new();
    for behavior in 0..3 {
        if random.u8(0..5) < 2 {
            behaviors.insert(behavior);
        }
    }
    if behaviors.is_empty() && random.u8(0..4) > 0 {
        behaviors.insert(random.usize(0..3));
    }
    Site {
        distribution: usize::from(random.u8(0..4) == 0),
        behaviors,
        adopt: random.u8(0..3) == 0,
    }
}

fn free(estate: &Estate, kind: Kind) -> Option<Address> {
    let keys = match kind {
        Kind::Integration => KEYS[0],
        Kind::Association => KEYS[1],
    };
    let addresses = keys.map(|key| Address { kind, key });
    addresses
        .into_iter()
        .find(|address| !estate.contains_key(address))
}

/// Another key without a `moved` block.
fn rename(estate: &mut Estate, chosen: Address, random: &mut Rng) {
    let Some(to) = free(estate, chosen.kind) else {
        return;
    };
    let resource = estate.remove(&chosen).expect("it is there");
    estate.insert(to, resource);
    if random.bool() {
        // References follow.
        for resource in estate.values_mut() {
            if let What::Association { of, .. } = &mut resource.what
                && *of == Of::Reference(chosen)
            {
                *of = Of::Reference(to);
            }
        }
    }
}

fn site_of(resource: &mut Resource) -> Option<&mut Site> {
    match &mut resource.what {
        What::Integration { site, .. } => site.as_mut(),
        What::Association { site, .. } => Some(site),
    }
}

/// A behavior goes from one resource to another.
fn move_behavior(estate: &mut Estate, random: &mut Rng) {
    let with_site = estate
        .iter_mut()
        .filter_map(|(address, one)| site_of(one).map(|site| (*address, site)));
    let mut sites: Vec<(Address, &mut Site)> = with_site.collect();
    if sites.len() < 2 {
        return;
    }
    random.shuffle(&mut sites);
    let [(from_address, from), (to_address, to), ..] = sites.as_mut_slice() else {
        return;
    };
    to.distribution = from.distribution;
    if let Some(behavior) = random.choice(from.behaviors.iter().copied().collect::<Vec<_>>())
        && from.behaviors.len() > 1
    {
        from.behaviors.remove(&behavior);
        to.behaviors.insert(behavior);
    }
    let (from, to) = (*from_address, *to_address);
    if from.kind == Kind::Integration && from != to && random.bool() {
        let to = estate.get_mut(&to).expect("it is there");
        to.hand_over_from = vec![Handing::Function(from)];
    }
}

fn swap_sites(estate: &mut Estate, random: &mut Rng) {
    let mut sites: Vec<&mut Site> = estate.values_mut().filter_map(site_of).collect();
    random.shuffle(&mut sites);
    if let [one, other, ..] = sites.as_mut_slice() {
        std::mem::swap(*one, *other);
    }
}

/// What an association does becomes the `distribution` of its integration, or the other way round.
fn refactor(estate: &mut Estate, random: &mut Rng) {
    let associations = estate.iter().filter_map(|(address, one)| match &one.what {
        What::Association {
            of: Of::Reference(other),
            site,
        } => Some((*address, *other, site.clone())),
        _ => None,
    });
    let associations: Vec<_> = associations.collect();
    if let Some((address, other, own)) = random.choice(associations) {
        if let Some(one) = estate.get_mut(&other)
            && let What::Integration { site, name, .. } = &mut one.what
        {
            if random.bool() {
                one.hand_over_from = vec![Handing::Pair(own.distribution, *name)];
            }
            *site = Some(own);
            estate.remove(&address);
        }
        return;
    }
    let placed: Vec<Address> = estate
        .iter()
        .filter(|(_, one)| matches!(one.what, What::Integration { site: Some(_), .. }))
        .map(|(address, _)| *address)
        .collect();
    if let (Some(chosen), Some(address)) = (random.choice(placed), free(estate, Kind::Association))
    {
        let one = estate.get_mut(&chosen).expect("it is there");
        let What::Integration { site, .. } = &mut one.what else {
            return;
        };
        let Some(site) = site.take() else { return };
        let resource = Resource {
            what: What::Association {
                of: Of::Reference(chosen),
                site,
            },
            ..one.clone()
        };
        estate.insert(address, resource);
    }
}

/// State, name and references of each integration.
type Integrations = BTreeMap<Address, (usize, usize, Vec<Address>)>;

/// References that lead nowhere become strings, or go.
pub(super) fn tidy(estate: &mut Estate) {
    let states: Integrations = estate
        .iter()
        .filter_map(|(address, one)| match &one.what {
            What::Integration { name, .. } => Some((
                *address,
                (one.state, *name, one.references().into_iter().collect()),
            )),
            What::Association { .. } => None,
        })
        .collect();
    for (address, resource) in estate.iter_mut() {
        let state = resource.state;
        let here = |other: &Address| states.get(other).is_some_and(|(there, ..)| *there == state);
        if let What::Association { of, .. } = &mut resource.what
            && let Of::Reference(other) = of
            && !here(other)
        {
            *of = Of::Literal(states.get(other).map_or(0, |(_, name, _)| *name));
        }
        resource.hand_over_from.retain(|handing| match handing {
            Handing::Pair(..) => true,
            // By its name, the function of another state would be taken whether its resource gives
            // way or not: one of the windows that stay open (docs/design/OWNERSHIP.md).
            Handing::Name(name) => {
                let mut others = states.values();
                others.all(|(there, other, _)| other != name || *there == state)
            }
            Handing::Function(other) => {
                here(other) && other != address && !circles(&states, *other, *address)
            }
        });
    }
}

/// Whether references lead from one integration to another.
fn circles(states: &Integrations, from: Address, to: Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(one) = next.pop() {
        if one == to {
            return true;
        }
        if seen.insert(one)
            && let Some((.., references)) = states.get(&one)
        {
            next.extend(references);
        }
    }
    false
}
