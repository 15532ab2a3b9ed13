//! What is wrong with rendered objects: each is compared with the Kubernetes API types ([`structure`]), and all of them with
//! each other ([`references`]). Findings are data; [`report`](crate::report) prints them.

mod finding;
mod objects;
mod once;
pub mod references;
mod release;
mod rules;
pub mod structure;

pub use finding::{Finding, OnObject, sort};
pub use objects::{check, locate};
pub use once::once;
pub use release::{Options, release};
pub use rules::{RULES, Rule, rule_of};
