"""Cases, and how they are rendered: by Helm with any chart, or by our program.

A case is a folder with `values.yaml` and `args.json`; tests/conformance/README.md describes both.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

# What the tests of the library assume, so that a record does not depend on Helm's version.
KUBE_VERSION = "1.35.0"


@dataclass(frozen=True)
class Case:
    """One render: a values file and what `template` is called with."""

    label: str
    values: Path
    release: str = "swanlab-self-hosted"
    namespace: str = "default"
    flags: Sequence[str] = ()

    @classmethod
    def read(cls, path: Path) -> Case:
        """The case in a folder, or a values file with the usual arguments."""
        if path.is_file():
            return cls(path.name, path)
        args = json.loads((path / "args.json").read_text())
        return cls(
            label=path.name,
            values=path / "values.yaml",
            release=args.get("name", cls.release),
            namespace=args.get("namespace", cls.namespace),
            flags=args.get("flags", []),
        )

    def arguments(self, chart: Sequence[str]) -> list[str]:
        """The arguments of `template`, which Helm and our program share."""
        return [
            *["template", self.release, *chart, "--namespace", self.namespace],
            *["--kube-version", KUBE_VERSION, "--values", str(self.values), *self.flags],
        ]


class Refused(Exception):
    """A render that ended with an error; its text is the message."""


def find_helm() -> str:
    """Helm in .tools (see tests/tools/get), else the one on the PATH."""
    ours = ROOT / ".tools" / "helm"
    return str(ours) if ours.is_file() else shutil.which("helm") or "helm"


def objects(program: str, case: Case, chart: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of a case in the order of the output. `chart` is empty for the one in our program."""
    return [tree for tree in yaml.load_all(run(program, case.arguments(chart)), Loader) if tree]


def run(program: str, arguments: Sequence[str]) -> str:
    """What a program prints, or `Refused`."""
    answer = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise Refused(answer.stderr.strip())
    return answer.stdout


def refused_values(message: str) -> list[str]:
    """JSON pointers to the values that an error of Helm names: those of the schema, or the last one that a template's
    `fail` speaks of. Empty if it names none."""
    pointers = []
    for pointer, problem in re.findall(r"^- at '(.*?)': (.*)$", message, re.MULTILINE):
        inner = re.match(r"(?:missing propert|additional propert)\w+ (.*?)(?: not allowed)?$", problem)
        if inner:
            pointers += [f"{pointer}/{name}" for name in re.findall(r"'(.*?)'", inner[1])]
        else:
            pointers.append(pointer)
    named = re.findall(r"\.Values((?:\.\w+)+)", message)
    if not pointers and named:
        pointers.append(named[-1].replace(".", "/"))
    return sorted(set(pointers))


class Loader(yaml.SafeLoader):
    """Reads plain scalars as Helm and kubectl do: no dates, no numbers to the base of 60, but `1e3`, `0o7` and `y`.
    Of repeated keys the last one counts."""


def _integer(loader: Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    digits = text.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 8 if digits.startswith("0") else 10)
    return int(text, base) if digits.strip("0") else 0


def _float(loader: Loader, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


def _bool(loader: Loader, node: yaml.ScalarNode) -> bool:
    return loader.construct_scalar(node).lower() in ("y", "yes", "true", "on")


_KINDS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (
        r"[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
        list("yYnNtTfFoO"),
    ),
    "int": (r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)", list("-+0123456789")),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    "merge": (r"<<", ["<"]),
}
Loader.yaml_implicit_resolvers = {}
for _kind, (_pattern, _first) in _KINDS.items():
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), _first)
Loader.add_constructor("tag:yaml.org,2002:int", _integer)
Loader.add_constructor("tag:yaml.org,2002:float", _float)
Loader.add_constructor("tag:yaml.org,2002:bool", _bool)
