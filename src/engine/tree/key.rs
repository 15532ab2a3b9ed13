//! The keys of maps, as templates have them: most are short, and a [`Value`] holds a short text without memory of its own.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use minijinja::Value;

/// The key of a pair: text.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Key(Value);

impl Key {
    pub(in crate::engine) fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }

    /// The key that templates see.
    pub(super) fn to_value(&self) -> Value {
        self.0.clone()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(Value::from(text))
    }
}

/// So that a map of keys can be asked for a text.
impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Key {}
