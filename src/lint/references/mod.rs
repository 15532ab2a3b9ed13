//! All objects of a render against each other: what they refer to, select and repeat, and how their names
//! are spelt. It refuses to know about types (`structure` does): what has the wrong type is passed over.

mod external;
mod identities;
mod index;
mod place;
mod pods;
mod problem;
mod routes;
mod uses;
mod workloads;

mod names;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::yaml::Path;

pub use crate::kubernetes::Rule;
pub use external::External;
pub use problem::{Problem, Twice};

use index::Index;
use place::Place;

/// What is checked, and what is taken for granted.
#[derive(Clone, Copy, Debug)]
pub struct Render<'a> {
    /// All objects that are installed together, hooks included.
    pub objects: &'a [&'a Value],
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// What is in the cluster already.
    pub external: &'a External,
}

/// Something wrong between objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The place of the object in [`Render::objects`].
    pub object: usize,
    /// Where in the object.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// Everything that is wrong, in the order of the objects.
pub fn check(render: Render<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    let index = Index::new(render);
    let objects = || {
        (0..)
            .zip(render.objects)
            .map(|(place, object)| Place::root(place, object))
    };
    for object in objects() {
        identities::check(&object, &index, &mut findings);
        names::check(&object, &mut findings);
        routes::check(&object, &index, &mut findings);
    }
    for template in index.templates() {
        workloads::check(template, &index, &mut findings);
        pods::check(template, &mut findings);
        uses::check(template, &index, &mut findings);
    }
    findings.0.sort_by_key(|finding| finding.object);
    findings.0
}

/// The findings so far.
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, place: &Place<'_>, problem: Problem) {
        self.0.push(Finding {
            object: place.object,
            path: place.path.clone(),
            problem,
        });
    }
}
