#!/usr/bin/env python3
"""Compares the program's verdicts on mutated objects with those of the strict JSON schemas.

Usage: `python3 tools/api-types/crosscheck.py DOWNLOADS OBJECTS [COUNT]`: the folder of the wheels (see
generate.py), a YAML stream of valid objects, the number of mutations. Needs PyYAML and jsonschema.
Differences that are meant are counted by their code, others are printed and fail.
"""

import collections
import copy
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema
import yaml

import generate

# Rules that JSON Schema does not have: ranges, closed sets, quantities, times, base64.
OURS_ALONE = {"SA021", "SA022", "SA023", "SA024", "SA025"}
VALUES = [None, 1, -1, 1.5, True, "", "x", "1", "5Gi", [], ["x"], {}, {"x": "y"}, 2**40]


def places(value, path=()):
    """Every place in a tree but the root, apiVersion and kind."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if path or key not in ("apiVersion", "kind"):
            yield (*path, key)
        yield from places(inner, (*path, key))


def mutated(chance, objects):
    """A copy of an object with one thing changed."""
    tree = copy.deepcopy(chance.choice(objects))
    path = chance.choice(list(places(tree)))
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    match chance.randrange(4):
        case 0 if isinstance(parent, dict):
            parent[str(path[-1]) + "x"] = parent.pop(path[-1])
        case 1:
            del parent[path[-1]]
        case _:
            parent[path[-1]] = copy.deepcopy(chance.choice(VALUES))
    return tree


def without_nulls(value):
    """The tree as the API reads it: a null field is an absent one, which the schemas do not know."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def has_null_element(value):
    """Whether a list has a null, which the API reads as an empty map and the schemas let pass."""
    if isinstance(value, list):
        return None in value or any(map(has_null_element, value))
    return isinstance(value, dict) and any(map(has_null_element, value.values()))


def main():
    downloads, stream, count = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 4000
    versions = generate.definitions(pathlib.Path(downloads))
    with open(stream, encoding="utf-8") as file:
        objects = [tree for tree in yaml.load_all(file, yaml.CSafeLoader) if tree]
    validators = {}
    chance = random.Random(1)
    cases = [(chance.randint(25, generate.LAST), mutated(chance, objects)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases")
        pathlib.Path(path).write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
        subprocess.run(
            ["cargo", "test", "--quiet", "--test", "library", "--", "--ignored", "verdicts"],
            env=os.environ | {"CROSSCHECK": path},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        verdicts = pathlib.Path(path + ".verdicts").read_text(encoding="utf-8").splitlines()
    counts, unexplained = collections.Counter(), []
    for (minor, tree), verdict in zip(cases, verdicts, strict=True):
        key = minor, tree["apiVersion"], tree["kind"]
        if key not in validators:
            group, _, version = tree["apiVersion"].rpartition("/")
            wanted = {"group": group, "version": version, "kind": tree["kind"]}
            [name] = [
                name
                for name, schema in versions[minor].items()
                if wanted in schema.get("x-kubernetes-group-version-kind", [])
            ]
            schema = {"$ref": f"#/$defs/{name}", "$defs": versions[minor]}
            validators[key] = jsonschema.Draft202012Validator(schema)
        theirs = next(validators[key].iter_errors(without_nulls(tree)), None)
        codes = set(verdict.split())
        if bool(codes) == (theirs is not None):
            counts["agree: " + ("wrong" if codes else "right")] += 1
        elif codes and codes <= OURS_ALONE:
            counts["ours alone: " + " ".join(sorted(codes))] += 1
        elif codes == {"SA012"} and has_null_element(tree):
            counts["ours alone: SA012 for a null element"] += 1
        else:
            counts["unexplained"] += 1
            said = theirs and f"{theirs.json_path}: {theirs.message[:150]}"
            unexplained.append((minor, tree["kind"], sorted(codes), said))
    for name, number in sorted(counts.items()):
        print(f"{number:6} {name}")
    for difference in unexplained[:40]:
        print(*difference)
    sys.exit(bool(unexplained))


if __name__ == "__main__":
    main()
