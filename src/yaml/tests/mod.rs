//! Situations, each named for what happens in it; what is expected was seen in Helm unless a comment says otherwise.

mod block;
mod places;
mod reading;
mod writing;
