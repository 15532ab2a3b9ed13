//! Facts about Kubernetes as tables, each with its source: API types, defaults, list keys, immutable fields, names.
//! Also its notations: quantities, image references, label selectors. The rules that use them are in other rooms.

mod defaults;
mod features;
mod fields;
mod image;
mod kinds;
mod labels;
mod lists;
mod names;
mod pods;
mod quantity;
mod server;
pub mod types;
mod updates;

pub use defaults::{default_of, is_unset};
pub use features::{needed_feature, stored};
pub use fields::{at, field, get, items, with_other};
pub use image::Image;
pub use kinds::{API_VERSIONS, CLUSTER_SCOPED};
pub use labels::Labels;
pub use lists::{ListKeys, key_default, list_keys, merge_key, retains_keys};
pub use names::NameRule;
pub use pods::{
    CONTAINER_LISTS, claims, containers, pod_of, pod_template, requirement_holds, selects,
};
pub use quantity::{Quantity, huge_page_size, is_extended, is_huge_pages, may_be_overcommitted};
pub use server::{LAST_APPLIED, SERVER_ANNOTATIONS, SERVER_METADATA, is_filled};
pub use updates::{Answer, FIELD_UPDATES, FieldUpdate};

/// The names of all time zones, a line each, sorted: `backward` and `etcetera` of IANA's database 2025b included.
pub const TIME_ZONES: &str = include_str!("time_zones.txt");
