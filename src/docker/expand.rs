//! Variables in texts, as Compose replaces them: `$NAME`, `${NAME}`, and `${NAME:-default}` with its relatives. Source:
//! "Interpolation" in the Compose file reference.

use std::collections::BTreeSet;

/// What a variable is, if it is set.
pub(super) type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// What is wrong in a text, and at which of its bytes. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) at: usize,
    pub(super) message: String,
}

/// The text with its variables replaced. The names of those that are not set, and that have no default, are added to
/// `unset`; they become nothing.
pub(super) fn expand(
    text: &str,
    lookup: Lookup<'_>,
    unset: &mut BTreeSet<String>,
) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        out.push_str(&text[at..dollar]);
        let after = &text[dollar + 1..];
        if after.starts_with('$') {
            out.push('$');
            at = dollar + 2;
        } else if after.starts_with('{') {
            let end = closing(text, dollar + 1).ok_or_else(|| Problem {
                at: dollar,
                message: "`${` is not closed".to_owned(),
            })?;
            let inside = braced(&text[dollar + 2..end], lookup, unset).map_err(|problem| {
                let at = dollar + 2 + problem.at;
                Problem { at, ..problem }
            })?;
            out.push_str(&inside);
            at = end + 1;
        } else {
            let name = name(after);
            if name.is_empty() {
                return Err(Problem {
                    at: dollar,
                    message: "`$` is not followed by a name; write `$$` for the sign itself"
                        .to_owned(),
                });
            }
            out.push_str(&value_of(name, lookup, unset));
            at = dollar + 1 + name.len();
        }
    }
    out.push_str(&text[at..]);
    Ok(out)
}

/// The name of a variable at the beginning of a text.
fn name(text: &str) -> &str {
    let is_part = |(at, c): (usize, char)| {
        c == '_' || c.is_ascii_alphabetic() || at > 0 && c.is_ascii_digit()
    };
    let end = text.char_indices().find(|one| !is_part(*one));
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

fn value_of(name: &str, lookup: Lookup<'_>, unset: &mut BTreeSet<String>) -> String {
    lookup(name).unwrap_or_else(|| {
        unset.insert(name.to_owned());
        String::new()
    })
}

/// The brace that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut last = ' ';
    for (at, c) in text[open..].char_indices() {
        match c {
            '{' if at == 0 || last == '$' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
        last = c;
    }
    None
}

/// What is between braces: a name, and what to take if it has no value.
fn braced(text: &str, lookup: Lookup<'_>, unset: &mut BTreeSet<String>) -> Result<String, Problem> {
    let name = name(text);
    let rest = &text[name.len()..];
    let (is_empty_unset, sign) = match rest.strip_prefix(':') {
        Some(sign) => (true, sign),
        None => (false, rest),
    };
    let known = lookup(name);
    let has_value = known
        .as_ref()
        .is_some_and(|value| !is_empty_unset || !value.is_empty());
    let wrong = |message: String| Problem { at: 0, message };
    if name.is_empty() {
        return Err(wrong("`${` is not followed by a name".to_owned()));
    }
    if rest.is_empty() {
        return Ok(value_of(name, lookup, unset));
    }
    let mut chars = sign.chars();
    let operator = chars.next();
    let word = chars.as_str();
    let word_at = text.len() - word.len();
    let mut expanded = || {
        let expanded = expand(word, lookup, unset);
        expanded.map_err(|problem| {
            let at = word_at + problem.at;
            Problem { at, ..problem }
        })
    };
    match operator {
        Some('-' | '?') if has_value => Ok(known.unwrap_or_default()),
        Some('-') => expanded(),
        Some('?') => Err(wrong(format!(
            "{name} has no value, and the file requires one"
        ))),
        Some('+') if has_value => expanded(),
        Some('+') => Ok(String::new()),
        _ => Err(wrong(format!(
            "after ${{{name} comes a brace, or one of `:-`, `-`, `:?`, `?`, `:+` and `+`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, String> {
        let lookup = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "B_2" => Some("two".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        expand(text, &lookup, &mut BTreeSet::new())
            .map_err(|problem| format!("{}: {}", problem.at, problem.message))
    }

    #[test]
    fn variables_have_all_forms_of_compose() {
        for (text, expected) in [
            ("plain", "plain"),
            ("$A$B_2-$A.", "1two-1."),
            ("${A}x", "1x"),
            ("$$A costs $$", "$A costs $"),
            ("${NO:-d}${NO-d}${EMPTY:-d}${EMPTY-d}", "ddd"),
            ("${A:-d}", "1"),
            ("${A:+yes}${EMPTY:+no}${EMPTY+yes}", "yesyes"),
            ("${A:?needed}", "1"),
            ("${NO:-${ALSO:-${A}}/x}", "1/x"),
            ("${NO:-u:${B_2}@h/a?b=c}", "u:two@h/a?b=c"),
            ("${NO:-{a}}", "{a}"),
            ("$NO|${EMPTY}", "|"),
        ] {
            assert_eq!(of(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_compose_refuses_is_refused_where_it_is() {
        for (text, expected) in [
            ("ab$", "2: `$` is not followed"),
            ("a$1", "1: `$` is not followed"),
            ("x${A", "1: `${` is not closed"),
            ("x${}", "3: `${` is not followed by a name"),
            ("x${A!b}", "3: after ${A comes"),
            ("x${NO:?it is missing}", "3: NO has no value"),
            ("x${NO:-a${}}", "10: `${` is not followed"),
        ] {
            let problem = of(text).unwrap_err();
            assert!(problem.starts_with(expected), "{text}: {problem}");
        }
    }
}
