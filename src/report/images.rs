//! Images as lines for a shell loop, and as JSON.

use serde_json::{Value, json as object};

use crate::images::Used;

/// A line for each image.
pub fn text(images: &[Used], out: &mut String) {
    for used in images {
        out.push_str(&used.image);
        out.push('\n');
    }
}

/// `[{"image":"…","users":["Deployment/x: container"]}]`
pub fn json(images: &[Used], out: &mut String) {
    let list: Vec<Value> = images
        .iter()
        .map(|used| object!({"image": used.image, "users": used.users}))
        .collect();
    out.push_str(&format!("{:#}\n", Value::from(list)));
}

/// `SOURCE<TAB>TARGET` lines, as loops around skopeo and crane read them.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>, out: &mut String) {
    for (source, target) in pairs {
        out.push_str(&format!("{source}\t{target}\n"));
    }
}
