//! What becomes of the data of each store: they stay, they move into other claims, or another server takes over.

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use super::Options;
use super::sides::{Pair, Sides, named};
use crate::backup::dump::ids;
use crate::diff::{Direction, Effect};
use crate::kubernetes::{Image, Quantity, at, containers, pod_of};
use crate::stores::version::Major;
use crate::stores::{self, Program, Store};

/// A store of the old side.
pub(super) struct Data<'p> {
    /// Its name in the ids of steps: `postgres`.
    pub(super) id: String,
    /// The store as it runs.
    pub(super) store: Store<'p>,
    /// The store of the new side that takes its place.
    pub(super) next: Option<Store<'p>>,
    pub(super) fate: Fate,
    /// Whether its pods are stopped or replaced.
    pub(super) is_replaced: bool,
    /// Whether a program that may migrate its tables gets another image.
    pub(super) is_migrated: bool,
}

/// What becomes of the data.
pub(super) enum Fate {
    /// The same claims are used.
    Stays,
    /// Other claims are used, and the data are moved into them.
    Moves(Move),
    /// Other claims are used that have data of their own, from before.
    Returns,
    /// No store of the new side takes its place.
    Leaves,
    /// The new side cannot use the claims. For each: its name, and the `spec` of a claim that it could use.
    Stuck {
        why: String,
        claims: Vec<(String, Value)>,
    },
}

/// How data are moved.
pub(super) enum Move {
    /// Claim by claim: from the first into the second one.
    Copies(Vec<(String, String)>),
    /// By a dump of the old server that is restored into the new one.
    Dump,
}

impl<'p> Data<'p> {
    /// The workloads that write to it, without other databases: those have fates of their own.
    pub(super) fn clients(&self) -> impl Iterator<Item = &'p Value> {
        let clients = self.store.clients.iter().map(|(_, client)| *client);
        clients.filter(|client| {
            let containers = pod_of(client).into_iter().flat_map(containers);
            let mut programs = containers.filter_map(|one| {
                let image = Image::of(one["image"].as_str().unwrap_or_default());
                Program::of_image(&image).or_else(|| Program::of_variables(one))
            });
            programs.all(|program| program == Program::House)
        })
    }

    /// Whether the upgrade may change its data, or only its copies will have them.
    pub(super) fn is_touched(&self) -> bool {
        self.is_replaced || self.is_migrated || !matches!(self.fate, Fate::Stays)
    }
}

/// The stores of the old side.
pub(super) fn all<'p>(sides: &Sides<'p>) -> Vec<Data<'p>> {
    let Options {
        namespace,
        direction,
        ..
    } = *sides.options;
    let mut old = stores::stores(sides.old, namespace);
    old.sort_by_key(|store| store.program);
    let mut new = stores::stores(sides.new, namespace);
    new.sort_by_key(|store| store.program);
    let names = ids(old.iter().map(|store| store.program));
    let successors = Successors::of(sides, [&old, &new]);
    let refused = refused_claims(sides);
    let mut found = Vec::new();
    for (id, store) in names.into_iter().zip(old.iter()) {
        let next = successors.next(sides, store);
        let fate = match next {
            None => Fate::Leaves,
            Some(next) => fate(&refused, store, next, direction),
        };
        let is_replaced = sides.effect_on(store.workload) >= Effect::Restart
            || sides
                .pair_of_old(store.workload)
                .is_some_and(|pair| pair.new.is_none());
        found.push(Data {
            id,
            is_migrated: is_migrated(sides, store),
            is_replaced,
            next: next.cloned(),
            fate,
            store: store.clone(),
        });
    }
    found
}

/// The stores of both sides, to find which of them take the places of which.
struct Successors<'s, 'p> {
    new: &'s [Store<'p>],
    /// The indexes of the new stores by program and workload.
    by_workload: HashMap<(Program, *const Value), usize>,
    /// The same by program, and namespace and name of the workload.
    by_name: HashMap<(Program, [String; 2]), usize>,
    /// The number of stores of each program on the old and on the new side, and the first new one.
    by_program: HashMap<Program, ([usize; 2], usize)>,
}

impl<'s, 'p> Successors<'s, 'p> {
    fn of(sides: &Sides<'p>, [old, new]: [&'s [Store<'p>]; 2]) -> Self {
        let mut successors = Self {
            new,
            by_workload: HashMap::new(),
            by_name: HashMap::new(),
            by_program: HashMap::new(),
        };
        for store in old {
            let ([count, _], _) = successors.by_program.entry(store.program).or_default();
            *count += 1;
        }
        for (place, store) in new.iter().enumerate() {
            let program = store.program;
            let of_program = successors.by_program.entry(program);
            let ([_, count], first) = of_program.or_default();
            if *count == 0 {
                *first = place;
            }
            *count += 1;
            let workload = successors
                .by_workload
                .entry((program, std::ptr::from_ref(store.workload)));
            workload.or_insert(place);
            let name = successors.by_name.entry((program, name(sides, store)));
            name.or_insert(place);
        }
        successors
    }

    /// The store of the new side that takes the place of one of the old side: that of the same workload, of one with
    /// its name, or the only one of its program.
    fn next(&self, sides: &Sides<'p>, store: &Store<'p>) -> Option<&'s Store<'p>> {
        let program = store.program;
        if let Some(successor) = sides.successor(store.workload) {
            let place = self
                .by_workload
                .get(&(program, std::ptr::from_ref(successor)))?;
            return self.new.get(*place);
        }
        let alike = self.by_name.get(&(program, name(sides, store)));
        let alone = match self.by_program.get(&program) {
            Some(([1, 1], only)) => Some(only),
            _ => None,
        };
        self.new.get(*alike.or(alone)?)
    }
}

/// Namespace and name of the workload of a store.
fn name(sides: &Sides<'_>, store: &Store<'_>) -> [String; 2] {
    let name = at(store.workload, &["metadata", "name"]).as_str();
    [
        sides.namespace_of(store.workload),
        name.unwrap_or_default().to_owned(),
    ]
}

fn fate(refused: &[&Pair<'_>], store: &Store<'_>, next: &Store<'_>, direction: Direction) -> Fate {
    let (was, is) = (Major::of(&store.image()), Major::of(&next.image()));
    let other_major = match (store.program, was, is) {
        (Program::Postgres, Some(was), Some(is)) if was != is => Some((was, is)),
        _ => None,
    };
    let [from, to] = [store, next].map(|one| {
        let names = one.claims.iter().map(|claim| claim.name.clone());
        names.collect::<Vec<_>>()
    });
    let moves = from.first() != to.first() && !from.iter().any(|claim| to.contains(claim));
    if moves {
        return match (direction, other_major) {
            (Direction::Back, _) => Fate::Returns,
            (Direction::Forward, Some(_)) => Fate::Moves(Move::Dump),
            (Direction::Forward, None) => {
                Fate::Moves(Move::Copies(from.into_iter().zip(to).collect()))
            }
        };
    }
    if let Some((was, is)) = other_major {
        let claims = store.claims.iter();
        return Fate::Stuck {
            why: format!(
                "{}: PostgreSQL {is} does not start on the data of PostgreSQL {was}, which are in the claim {}",
                named(next.workload),
                from.join(", ")
            ),
            claims: claims
                .filter_map(|claim| Some((claim.name.clone(), claim.spec?.clone())))
                .collect(),
        };
    }
    stuck_claims(refused, store, next).unwrap_or(Fate::Stays)
}

/// The claims whose changes the API server refuses.
fn refused_claims<'s, 'p>(sides: &'s Sides<'p>) -> Vec<&'s Pair<'p>> {
    let is_refused = |pair: &&Pair<'_>| {
        pair.diff.object.kind == "PersistentVolumeClaim"
            && pair.diff.effects.contains(&Effect::Rejected)
    };
    sides.pairs.iter().filter(is_refused).collect()
}

/// What the API server refuses about the claims of a store. Claims that a StatefulSet has made stay as they are.
fn stuck_claims(refused: &[&Pair<'_>], store: &Store<'_>, next: &Store<'_>) -> Option<Fate> {
    if store.has_claim_template() || next.has_claim_template() {
        return None;
    }
    let mut whys = Vec::new();
    let mut claims = Vec::new();
    for pair in refused {
        let (Some(old), Some(new)) = (pair.old, pair.new) else {
            continue;
        };
        let name = new.tree["metadata"]["name"].as_str().unwrap_or_default();
        let is_own = next.claims.iter().any(|claim| claim.name == name);
        if !is_own {
            continue;
        }
        let size = |one: &Value| one["spec"]["resources"]["requests"]["storage"].clone();
        let class = |one: &Value| one["spec"]["storageClassName"].clone();
        let shown = |value: &Value| value.as_str().unwrap_or("none").to_owned();
        if Quantity::of(&size(new.tree)) < Quantity::of(&size(old.tree)) {
            whys.push(format!(
                "the claim {name} cannot become smaller ({} -> {})",
                shown(&size(old.tree)),
                shown(&size(new.tree))
            ));
        } else if class(old.tree) != class(new.tree) {
            whys.push(format!(
                "the storage class of the claim {name} cannot change ({} -> {})",
                shown(&class(old.tree)),
                shown(&class(new.tree))
            ));
        } else {
            whys.push(format!(
                "the cluster does not accept the change of the claim {name}"
            ));
        }
        claims.push((name.to_owned(), new.tree["spec"].clone()));
    }
    let why = (!whys.is_empty()).then(|| whys.join("; "))?;
    Some(Fate::Stuck { why, claims })
}

/// Whether a client of a database gets another image: it may migrate the tables when it starts.
fn is_migrated(sides: &Sides<'_>, store: &Store<'_>) -> bool {
    if !matches!(store.program, Program::Postgres | Program::ClickHouse) {
        return false;
    }
    let images = |workload: &Value| -> Vec<String> {
        let containers = pod_of(workload).map_or(&Value::Null, |pod| &pod["spec"]["containers"]);
        let containers = containers.as_array().into_iter().flatten();
        containers
            .map(|one| one["image"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    store.clients.iter().any(|(_, client)| {
        sides
            .successor(client)
            .is_some_and(|new| images(client) != images(new))
    })
}
