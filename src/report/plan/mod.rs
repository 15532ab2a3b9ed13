//! Plans as text, JSON, Markdown, a page and a shell script.

mod html;
mod json;
mod markdown;
mod script;
mod text;

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use script::script;
pub use text::text;

use crate::plan::{Downtime, Estimate};

/// Where the files come from that commands read, for a report that does not have them.
const FILES: &str = "The commands run in a folder with these files. They may hold values of Secrets, and are not repeated \
                     here: the command that has made this plan prints with `-o script` a script that has them, and the \
                     script writes them into a new folder with `sh FILE --write FOLDER`. Dumps are written into this folder \
                     too.";

/// What precedes commands that are for a certain cluster.
const PRELUDE: &str = "The commands are for a certain cluster. Begin with this in the same shell:";

/// For how long what is not available, in words; none if nothing is.
fn downtime(downtime: &Downtime) -> Option<String> {
    let how_long = match downtime.estimate {
        Estimate::None => return None,
        Estimate::Seconds => "for seconds",
        Estimate::Minutes => "for minutes",
        Estimate::Unknown => "for as long as it takes with these data",
    };
    Some(format!("{} {how_long}", downtime.objects.join(", ")))
}
