//! What is wrong with rendered objects: each against Kubernetes' API types ([`structure`]).
//! Findings are data; positions in files and printing are others' work.

pub mod structure;
