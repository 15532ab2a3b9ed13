//! What a cluster will do about each change, and what an operator should know before.
//! It refuses to find changes (`compare` does) and to print them.

use super::{Action, Diff, Effect, Options};
use crate::manifest::Manifest;

/// Fills in the effects and findings of a comparison, and the verdict. Both sides are given whole, for what
/// refers to a changed object without having changed itself.
pub fn judge(diff: &mut Diff<'_>, _old: &[Manifest], _new: &[Manifest], _options: &Options) {
    for object in &mut diff.objects {
        object.effects = vec![match object.action {
            Action::Removed => Effect::None,
            Action::Added | Action::Changed | Action::Renamed => Effect::InPlace,
        }];
    }
    let effects = diff.objects.iter().flat_map(|object| &object.effects);
    diff.summary.verdict = effects.copied().max().unwrap_or_default();
}
