"""The form in which objects are recorded, and what differs between two trees.

tests/library/conformance.rs brings our own objects into the same form.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from render import Loader

# Containers with a script of their own in each chart: the last element of this field is any text.
SCRIPTS = {
    "ping": "args",
    "wait-for-minio": "args",
    "minio-mc-job": "args",
    "init-postgres-fs": "command",
}

# Containers whose pull policy the official chart leaves out.
WITHOUT_PULL_POLICY = {"init-postgres-fs", "traefik", "download-identify", "logrotate", "fluent-bit"}

# Kinds whose labels the official chart leaves out.
WITHOUT_LABELS = {"ConfigMap", "Job"}

# What the official chart leaves out of a Job's pods.
NOT_IN_JOBS = ("imagePullSecrets", "nodeSelector", "tolerations")

FREE = "<free>"


def normal(given: dict[str, Any]) -> dict[str, Any]:
    """The object as it is recorded."""
    tree = copy.deepcopy(given)
    kind = tree.get("kind")
    pod = ((tree.get("spec") or {}).get("template") or {}).get("spec") or {}
    for container in [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]:
        name = container.get("name")
        script = container.get(SCRIPTS.get(name))
        if isinstance(script, list) and script and isinstance(script[-1], str) and script[-1].strip():
            script[-1] = FREE
        if name in WITHOUT_PULL_POLICY:
            container.pop("imagePullPolicy", None)
    if kind in WITHOUT_LABELS:
        tree["metadata"].pop("labels", None)
    if kind == "Job":
        for field in NOT_IN_JOBS:
            pod.pop(field, None)
    if kind == "ConfigMap":
        for key, text in (tree.get("data") or {}).items():
            if key.endswith((".yaml", ".yml")):
                tree["data"][key] = {"<yaml>": yaml.load(text, Loader)}
    empty_dirs = {volume["name"] for volume in pod.get("volumes") or [] if "emptyDir" in volume}
    tree = dict(pruned(tree))
    if empty_dirs:
        for volume in tree["spec"]["template"]["spec"]["volumes"]:
            if volume["name"] in empty_dirs:
                volume.setdefault("emptyDir", {})
    return tree


def pruned(tree: Any) -> Any:
    """Without null, `{}` and `[]` in mappings, which Kubernetes takes for absent."""
    if isinstance(tree, dict):
        inner = {key: pruned(value) for key, value in tree.items()}
        return {key: value for key, value in inner.items() if value is not None and value != {} and value != []}
    if isinstance(tree, list):
        return [pruned(value) for value in tree]
    return tree


def identity(tree: dict[str, Any]) -> tuple[str, str, str, str]:
    """What no two objects of one render may share."""
    metadata = tree.get("metadata") or {}
    parts = (tree.get("apiVersion"), tree.get("kind"), metadata.get("namespace"), metadata.get("name"))
    api_version, kind, namespace, name = (str(part or "") for part in parts)
    return api_version, kind, namespace, name


@dataclass(frozen=True)
class Difference:
    """Two values at one path; `ABSENT` where one side has none."""

    path: str
    theirs: Any
    ours: Any


ABSENT = object()


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[Difference]:
    """Everything that differs, the deepest path each. Elements with names are compared by name, others by place."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(theirs.get(key, ABSENT), ours.get(key, ABSENT), inner)
    elif isinstance(theirs, list) and isinstance(ours, list):
        keys, our_keys = _keys(theirs), _keys(ours)
        if keys is None or our_keys is None:
            keys, our_keys = list(range(len(theirs))), list(range(len(ours)))
        elif [key for key in keys if key in our_keys] != [key for key in our_keys if key in keys]:
            yield Difference(f"{path} (order)", keys, our_keys)
        by_key, ours_by_key = dict(zip(keys, theirs, strict=True)), dict(zip(our_keys, ours, strict=True))
        for key in [*keys, *(key for key in our_keys if key not in by_key)]:
            yield from differences(by_key.get(key, ABSENT), ours_by_key.get(key, ABSENT), f"{path}[{key}]")
    elif type(theirs) is not type(ours) or theirs != ours:
        yield Difference(path, theirs, ours)


def _keys(elements: list[Any]) -> list[Any] | None:
    """The names of the elements, if each has one of its own."""
    names = [element.get("name") if isinstance(element, dict) else None for element in elements]
    return names if all(names) and len(set(names)) == len(names) else None
