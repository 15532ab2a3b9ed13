//! What differs between a Secret and the values, for people. It shows what it is given, and that holds no secret.

use crate::diagnostics::visible;
use crate::swanlab::secret::{Difference, Settings};

/// A line for each difference, with what to do below it; one line if there is none.
pub fn differences(settings: &Settings, differences: &[Difference], out: &mut String) {
    let name = visible(&settings.secret);
    for Difference {
        message, remedy, ..
    } in differences
    {
        out.push_str(&format!(
            "Secret/{name}: {}\n  {}\n",
            visible(message),
            visible(remedy)
        ));
    }
    if differences.is_empty() {
        let integration = &settings.integration.name;
        out.push_str(&format!(
            "Secret/{name}: agrees with integrations.{integration}\n"
        ));
    }
}

/// The Secret is not in the file; perhaps something else has its name.
pub fn absent(settings: &Settings, file: &str, other: Option<&str>, out: &mut String) {
    let name = visible(&settings.secret);
    out.push_str(&format!(
        "Secret/{name}: it is not in `{}`\n  ",
        visible(file)
    ));
    match other {
        Some(kind) => out.push_str(&format!(
            "only a {} of that name is: check the Secret that it is made from\n",
            visible(kind)
        )),
        None => out.push_str(&format!(
            "name the Secret {name}, or correct integrations.{}.existingSecret\n",
            settings.integration.name
        )),
    }
}
