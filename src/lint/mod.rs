//! What is wrong with rendered objects: each against Kubernetes' API types ([`structure`]), and all of
//! them against each other ([`references`]). Findings are data; positions in files and printing are
//! others' work.

mod finding;
mod objects;
pub mod references;
pub mod structure;

pub use finding::{Finding, OnObject};
pub use objects::check;
