"""The cases: upgrades of the chart from values to values, and changes of single objects. All of them are data."""
import copy
import pathlib
import random
from dataclasses import dataclass, field

import yaml

HERE = pathlib.Path(__file__).resolve().parent.parent
RELEASE = "swanlab-self-hosted"
ABSENT = "(absent)"


@dataclass
class Case:
    name: str
    # Values of the chart, or a list of objects.
    before: object
    after: object
    suite: str = "chart"
    release: str = RELEASE
    # Appended to the namespace of the new side.
    namespace: str = ""
    flags: list = field(default_factory=list)
    # A command of kubectl that runs before the upgrade.
    first: list = field(default_factory=list)

    @property
    def has_values(self):
        return not isinstance(self.before, list)


def read(name):
    return yaml.safe_load((HERE / "cases" / name).read_text())


def chart():
    return [Case(**{"before": {}, "after": {}, **one}) for one in read("chart.yaml")]


def upgrades():
    """The upgrades whose effects the library's tests list, so that the list itself is true."""
    out = []
    for number, one in enumerate(yaml.safe_load((HERE.parent / "upgrades.yaml").read_text())):
        sides = [yaml.safe_load(one.get(side) or "") or {} for side in ("before", "after")]
        name = f"upgrade-{number:02} {one['name']}"
        out.append(Case(name, *sides, release=one.get("release") or RELEASE))
    return out


def objects():
    data = read("objects.yaml")
    out = []
    for one in data["cases"]:
        before = changed(data["objects"][one["of"]], one.get("before", {}))
        out.append(Case(one["name"], [before], [changed(before, one["after"])], suite="objects"))
    return out


def changed(document, changes):
    """A copy with other values at JSON pointers."""
    document = copy.deepcopy(document)
    for pointer, value in changes.items():
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
        at = document
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
        if isinstance(at, list):
            at[int(last)] = copy.deepcopy(value)
        elif value == ABSENT:
            del at[last]
        else:
            at[last] = copy.deepcopy(value)
    return document


def randoms(count, seed):
    """Upgrades from some random values to others near them; the same for the same seed."""
    choose = random.Random(seed)
    choices = sorted(read("random.yaml").items())

    def more(values, number):
        for path, options in choose.sample(choices, number):
            values = put(values, path.split("."), choose.choice(options))
        return values

    out = []
    for number in range(count):
        before = more({}, choose.randint(0, 8))
        after = more(before, choose.randint(1, 7))
        if choose.random() < 0.2:
            before, after = after, before
        out.append(Case(f"random-{seed}-{number:03}", before, after))
    return out


def put(values, path, value):
    """A copy of nested maps with a value at a path."""
    values = dict(values or {})
    first, *rest = path
    values[first] = put(values.get(first), rest, value) if rest else copy.deepcopy(value)
    return values
