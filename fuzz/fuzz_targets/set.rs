//! Flags of the `--set` family: errors point into the flag, and a secret that a flag sets is never shown.
#![no_main]

use laws::{Occurrences, SECRET, check_diagnostics, flags, load};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use swanlab_render::diagnostics::{Diagnostic, Label};
use swanlab_render::values::{Flag, set};

/// What one flag sets.
fn assigned(flag: &Flag) -> Result<Map<String, Value>, Diagnostic> {
    let mut tree = Map::new();
    let mut room = set::Room::default();
    for assignment in set::parse(flag.kind, flag.argument()).map_err(|e| located(flag, e))? {
        let Ok(assignment) = assignment.load(|path| load(path)) else {
            continue;
        };
        set::apply(&mut tree, assignment, &mut room).map_err(|e| located(flag, e))?;
    }
    Ok(tree)
}

fn located(flag: &Flag, error: set::Error) -> Diagnostic {
    let argument = flag.kind.flag().len() + 1;
    let range = error.range.start + argument..error.range.end + argument;
    Diagnostic::error(error.message).at(Label::new(&flag.source, range))
}

fuzz_target!(|text: &str| {
    for flag in flags(text) {
        match assigned(&flag) {
            Err(problem) => {
                check_diagnostics(&problem.into());
            }
            Ok(tree) => {
                let found = Occurrences::of(&Value::Object(tree));
                let is_once = flag.argument().matches(SECRET).count() == 1;
                if is_once && found.hidden > 0 && found.shown == 0 {
                    let shown = flag.source.shown(0..flag.source.text().len());
                    assert!(!shown.contains(SECRET), "{shown}");
                }
            }
        }
    }
});
