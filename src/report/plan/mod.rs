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
