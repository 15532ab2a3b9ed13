#!/usr/bin/env python3
"""Records what Helm makes of a chart for each case: writes its expected.json, the form of tests/conformance.

A case is a folder with values.yaml and args.json, written by hand or by generate.py. Where Helm refuses the values,
the record lists the values that its message names; where it renders duplicate objects, the record says `collision`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from normal import differences, identity, normal
from render import Case, Refused, find_helm, objects, refused_values


def expected(helm: str, chart: Path, case: Case) -> dict[str, Any]:
    """What Helm makes of a case; `Refused` if its message names no value."""
    try:
        rendered = objects(helm, case, [str(chart)])
    except Refused as refused:
        paths = refused_values(str(refused))
        if not paths:
            raise
        return {"error": {"paths": paths}}
    if len({identity(one) for one in rendered}) < len(rendered):
        return {"error": {"collision": True, "paths": []}}
    return {"objects": [normal(one) for one in rendered]}


def text(record: dict[str, Any]) -> str:
    """The record as it is stored, on one line."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chart", type=Path, help="the official chart: a folder or a .tgz")
    parser.add_argument("cases", type=Path, nargs="+", help="folders of cases")
    parser.add_argument("--helm", default=find_helm(), help="the helm to run (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing, print what differs from the records")
    args = parser.parse_args()

    failed = 0
    for folder in args.cases:
        try:
            record = expected(args.helm, args.chart, Case.read(folder))
        except Refused as refused:
            failed += 1
            print(f"{folder.name}: Helm names no value, write expected.json by hand: {refused}")
            continue
        file = folder / "expected.json"
        if not args.check:
            file.write_text(text(record))
            continue
        recorded = json.loads(file.read_text())
        if text(recorded) != text(record):
            failed += 1
            print(f"{folder.name}: differs")
            for one in differences(recorded, record):
                print(f"  {one.path}")
    done = "as recorded" if args.check else "recorded"
    print(f"{len(args.cases) - failed} of {len(args.cases)} cases {done}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
