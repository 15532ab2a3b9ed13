"""The tables of right and wrong."""
from collections import Counter

WHAT = ("rejected", "restart", "scale", "change", "data-loss", "deleted")


def lines(rows):
    """For each class: predictions that came true, false alarms, misses, and conditional ones by their condition."""
    out = ["| prediction | true | not seen | not predicted | neither | conditional: seen, not seen | condition right |", "|---|---|---|---|---|---|---|"]
    for what in WHAT:
        of = [row for row in rows if row.what == what]
        if not of:
            continue
        certain = Counter((row.predicted, row.seen) for row in of if row.certain)
        maybe = [row for row in of if not row.certain]
        decided = [row for row in maybe if row.condition_met is not None]
        seen = sum(row.seen for row in maybe)
        right = f"{sum(row.right for row in decided)} of {len(decided)}" if maybe else ""
        out.append(f"| {what} | {certain['yes', True]} | {certain['yes', False]} | {certain['no', True]} | "
                   f"{certain['no', False]} | {f'{seen}, {len(maybe) - seen}' if maybe else ''} | {right} |")
    return out


def wrong(results):
    """A line for each prediction that is wrong, with its case."""
    out = []
    for result in results:
        for row in result.rows:
            if not row.right:
                seen = "seen" if row.seen else "not seen"
                message = " ".join(row.message.split())
                out.append(f"{result.case.name}: {row.what} of {row.kind}/{row.name}: predicted {row.predicted}, {seen}"
                           + (f": {message[-400:]}" if message else ""))
        out += [f"{result.case.name}: {problem}" for problem in result.problems]
    return out
