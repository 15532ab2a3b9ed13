//! Images as lines for a shell loop, and as JSON.

use serde_json::{Value, json as object};

use super::json::pretty;
use crate::diagnostics::visible;
use crate::images::Used;

/// A line for each image.
pub fn text(images: &[Used], out: &mut String) {
    for used in images {
        out.push_str(&visible(&used.image));
        out.push('\n');
    }
}

/// `[{"image":"…","users":["Deployment/x: container"]}]`
pub fn json(images: &[Used], out: &mut String) {
    let list: Vec<Value> = images
        .iter()
        .map(|used| object!({"image": used.image, "users": used.users}))
        .collect();
    pretty(&list, out);
}

/// `SOURCE<TAB>TARGET` lines, as loops around skopeo and crane read them.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>, out: &mut String) {
    for (source, target) in pairs {
        out.push_str(&format!("{}\t{}\n", visible(source), visible(&target)));
    }
}
