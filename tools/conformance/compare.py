#!/usr/bin/env python3
"""Compares an official chart, rendered by Helm, with what our program renders from the same values.

Prints each object that only one side has and each field that differs, the official chart's value first. Without cases
it compares the defaults: the values.yaml of both charts, and what they render. Fields that are known to differ are left
out, as in the recorded cases (--raw shows them too). It is no difference that ours refuses duplicate objects and
requests above their limits, which Helm renders. Exits 1 where anything differs.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from normal import ABSENT, Difference, differences, identity, normal
from render import ROOT, Case, Loader, Refused, find_helm, objects, run

LONGEST = 100

# Ours refuses a request above its limit, which Helm renders and the API server refuses.
ABOVE_LIMIT = "SL114"


def compared(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Iterator[str]:
    """What differs between two renders, a line each."""
    by_identity = {identity(one): one for one in theirs}
    ours_by_identity = {identity(one): one for one in ours}
    for key, one in by_identity.items():
        other = ours_by_identity.get(key)
        if other is None:
            yield f"{name(key)}: only in the official chart"
            continue
        found = [shown(difference) for difference in differences(one, other)]
        if found:
            yield name(key)
            yield from (f"  {line}" for line in found)
    for key in ours_by_identity:
        if key not in by_identity:
            yield f"{name(key)}: only in ours"
    common = [key for key in by_identity if key in ours_by_identity]
    if common != [key for key in ours_by_identity if key in by_identity]:
        yield "the order of the objects differs"


def name(key: tuple[str, str, str, str]) -> str:
    """`Kind/name`, with the API's group and the namespace where there are any."""
    api_version, kind, namespace, own = key
    group = f".{api_version.split('/')[0]}" if "/" in api_version else ""
    return f"{kind}{group}/{own}" + (f" in {namespace}" if namespace else "")


def shown(difference: Difference) -> str:
    """A difference as a line."""

    def value(tree: Any) -> str:
        if tree is ABSENT:
            return "(absent)"
        text = json.dumps(tree, ensure_ascii=False)
        return text if len(text) <= LONGEST else text[:LONGEST] + "…"

    return f"{difference.path}: {value(difference.theirs)} -> {value(difference.ours)}"


def values(program: str, chart: list[str]) -> Any:
    """The defaults of a chart."""
    return yaml.load(run(program, ["show", "values", *chart]), Loader) or {}


def answer(program: str, case: Case, chart: list[str]) -> list[dict[str, Any]] | str:
    """The objects of a case, or the message."""
    try:
        return objects(program, case, chart)
    except Refused as refused:
        return str(refused)


def compare(case: Case, helm: str, chart: str, program: str, our_chart: list[str], raw: bool) -> list[str]:
    """What differs in one case, a line each."""
    theirs = answer(helm, case, [chart])
    ours = answer(program, case, our_chart)
    if isinstance(ours, str) and set(re.findall(r"^error\[(\w+)\]", ours, re.MULTILINE)) == {ABOVE_LIMIT}:
        unchecked = dataclasses.replace(case, flags=[*case.flags, "--skip-schema-validation"])
        ours = answer(program, unchecked, our_chart)
    if isinstance(theirs, str):
        return [] if isinstance(ours, str) else [f"only Helm refuses it: {theirs}"]
    if isinstance(ours, str):
        is_collision = len({identity(one) for one in theirs}) < len(theirs)
        errors = [line for line in ours.splitlines() if line.startswith("error")]
        return [] if is_collision else [f"only ours refuses it: {line}" for line in errors]
    if not raw:
        theirs, ours = [normal(one) for one in theirs], [normal(one) for one in ours]
    return list(compared(theirs, ours))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chart", help="the official chart: a folder or a .tgz")
    parser.add_argument("cases", type=Path, nargs="*", help="folders of cases, or values files")
    parser.add_argument("--helm", default=find_helm(), help="the helm to run (default: %(default)s)")
    parser.add_argument(
        "--program",
        default=str(ROOT / "target/debug/swanlab-render"),
        help="our program (default: %(default)s)",
    )
    parser.add_argument("--ours", metavar="CHART", help="our chart's folder (default: the one in the program)")
    parser.add_argument("--raw", action="store_true", help="compare every field")
    args = parser.parse_args()

    our_chart = [args.ours] if args.ours else []
    with tempfile.TemporaryDirectory() as folder:
        cases = [Case.read(path) for path in args.cases]
        found: list[tuple[str, list[str]]] = []
        if not cases:
            defaults = Path(folder) / "values.yaml"
            defaults.write_text("{}\n")
            cases = [Case("defaults", defaults)]
            theirs, ours = values(args.helm, [args.chart]), values(args.program, our_chart)
            found.append(("values.yaml", [shown(one) for one in differences(theirs, ours)]))
        for case in cases:
            lines = compare(case, args.helm, args.chart, args.program, our_chart, args.raw)
            found.append((case.label, lines))
    for label, lines in found:
        if lines:
            print(f"{label}:")
            print("".join(f"  {line}\n" for line in lines))
    different = sum(1 for _, lines in found if lines)
    print(f"{len(found) - different} of {len(found)} compared are the same")
    return 1 if different else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(f"error: {refused}")
