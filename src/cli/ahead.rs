//! Flags that Helm takes ahead of the command too: `helm -n swanlab template`. They are put where they belong; what they
//! mean is for the command to say.

use std::ffi::OsString;

/// Flags that Helm takes ahead of the command as well as behind it, and whether an operand follows.
const AHEAD: [(&str, bool); 5] = [
    ("--namespace", true),
    ("-n", true),
    ("--kube-context", true),
    ("--kubeconfig", true),
    ("--debug", false),
];

/// The arguments with Helm's global flags put behind the command, where they belong to it; the first is the program.
pub(super) fn ordered(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments;
    let mut ordered: Vec<OsString> = arguments.by_ref().take(1).collect();
    let mut moved = Vec::new();
    let mut rest = arguments.peekable();
    while let Some(argument) = rest.next_if(|next| next.to_string_lossy().starts_with('-')) {
        let text = argument.to_string_lossy().into_owned();
        let (flag, has_operand) = match text.split_once('=') {
            Some((flag, _)) => (flag, true),
            None => (&*text, false),
        };
        let is_attached = !text.starts_with("--") && text.len() > 2 && text.starts_with("-n");
        let known = AHEAD.iter().find(|(name, _)| *name == flag);
        match known {
            Some((_, takes_operand)) => {
                moved.push(argument);
                if *takes_operand && !has_operand {
                    moved.extend(rest.next());
                }
            }
            None if is_attached => moved.push(argument),
            None => {
                ordered.push(argument);
                // The program's own global flag with an operand.
                if text == "--color" {
                    ordered.extend(rest.next());
                }
            }
        }
    }
    let command = rest.next();
    // `help` takes the name of a command and nothing else.
    if command.as_ref().is_some_and(|command| command == "help") {
        moved.clear();
    }
    ordered.extend(command);
    ordered.extend(moved);
    ordered.extend(rest);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered_words(words: &str) -> String {
        let words = ordered(words.split(' ').map(OsString::from));
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn global_flags_ahead_of_the_command_go_behind_it() {
        for (typed, expected) in [
            ("p -n swanlab template x", "p template -n swanlab x"),
            (
                "p -q --namespace=a template x -f y",
                "p -q template --namespace=a x -f y",
            ),
            ("p --color never -na lint", "p --color never lint -na"),
            (
                "p --kube-context c --kubeconfig k diff --against cluster",
                "p diff --kube-context c --kubeconfig k --against cluster",
            ),
            ("p --debug template", "p template --debug"),
            ("p template -n swanlab", "p template -n swanlab"),
            ("p -n swanlab", "p -n swanlab"),
            ("p -n swanlab help diff", "p help diff"),
            ("p --version", "p --version"),
        ] {
            assert_eq!(ordered_words(typed), expected, "{typed}");
        }
    }
}
