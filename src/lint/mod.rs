//! What is wrong with values and with what they render to: values ([`values`]), each object against
//! Kubernetes' API types ([`structure`]), all of them against each other ([`references`]).
//! Findings are data; printing is others' work.

mod finding;
mod objects;
mod once;
pub mod references;
mod rules;
pub mod structure;
pub mod values;

pub use finding::{Finding, OnObject, sort};
pub use objects::{check, locate};
pub use once::once;
pub use rules::{RULES, Rule, rule_of};
