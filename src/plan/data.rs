//! What becomes of the data of each store: they stay, they move into other claims, or another server takes over.

use serde_json::Value;

use super::Options;
use super::sides::{Sides, named};
use crate::backup::dump::ids;
use crate::diff::{Direction, Effect};
use crate::kubernetes::{Image, Quantity, containers, pod_of};
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
    let mut found = Vec::new();
    for (id, store) in names.into_iter().zip(old.iter()) {
        let next = next(sides, store, [&old, &new]);
        let fate = match next {
            None => Fate::Leaves,
            Some(next) => fate(sides, store, next, direction),
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

/// The store of the new side that takes the place of one of the old side: that of the same workload, of one with its name,
/// or the only one of its program.
fn next<'s, 'p>(
    sides: &Sides<'p>,
    store: &Store<'p>,
    [old, new]: [&'s [Store<'p>]; 2],
) -> Option<&'s Store<'p>> {
    let of_program = || new.iter().filter(|one| one.program == store.program);
    if let Some(successor) = sides.successor(store.workload) {
        let mut same = of_program().filter(|one| std::ptr::eq(one.workload, successor));
        return same.next();
    }
    let name = |one: &Value| {
        (
            sides.namespace_of(one),
            one["metadata"]["name"].as_str().map(str::to_owned),
        )
    };
    let mut alike = of_program().filter(|one| name(one.workload) == name(store.workload));
    if let Some(found) = alike.next() {
        return Some(found);
    }
    let alone = old
        .iter()
        .filter(|one| one.program == store.program)
        .count()
        == 1;
    let mut others = of_program();
    match (others.next(), others.next()) {
        (Some(only), None) if alone => Some(only),
        _ => None,
    }
}

fn fate(sides: &Sides<'_>, store: &Store<'_>, next: &Store<'_>, direction: Direction) -> Fate {
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
    stuck_claims(sides, store, next).unwrap_or(Fate::Stays)
}

/// What the API server refuses about the claims of a store. Claims that a StatefulSet has made stay as they are.
fn stuck_claims(sides: &Sides<'_>, store: &Store<'_>, next: &Store<'_>) -> Option<Fate> {
    if store.has_claim_template() || next.has_claim_template() {
        return None;
    }
    let mut whys = Vec::new();
    let mut claims = Vec::new();
    for pair in sides
        .pairs
        .iter()
        .filter(|pair| pair.diff.object.kind == "PersistentVolumeClaim")
    {
        let (Some(old), Some(new)) = (pair.old, pair.new) else {
            continue;
        };
        let name = new.tree["metadata"]["name"].as_str().unwrap_or_default();
        let is_own = next.claims.iter().any(|claim| claim.name == name);
        if !is_own || !pair.diff.effects.contains(&Effect::Rejected) {
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
