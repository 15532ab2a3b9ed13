//! A self-hosted SwanLab in Docker Compose, made into what it needs in a cluster: values, the accounts of its stores, and
//! for the data of each store a claim with a Job that unpacks an archive into it. Texts only; nothing is read or written.
//!
//! A setting of the deployment that the chart has no place for is left to do by hand, and nothing is guessed.

mod compose;
mod data;
mod deployment;
mod env;
mod expand;
mod migration;
mod roles;
mod settings;
mod storage;
mod stores;
mod values;

pub use data::{Archive, Size, archive_name};
pub use deployment::{BuiltIn, Data, Deployment};
pub use migration::{Migration, Options, migrate};
