#!/usr/bin/env python3
"""Makes cases for record.py, folders with values.yaml and args.json, at random from the chart's own defaults.

Each value whose key is in CHOICES is set in about one case of four; a mapping with `enabled` is left out or set as a
whole. Keys that are not in CHOICES are never set and are listed, so that a new version's keys are not forgotten. The
same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

import yaml

from render import Loader, Refused, find_helm, run

RELEASES = ["swanlab-self-hosted", "self-hosted", "swanlab", "team-a-self-hosted", "research-tracking", "exp", "r1"]
NAMESPACES = ["default", "self-hosted", "ml-platform"]

# What a key may be set to, wherever it is. `@` is the component's name, so that few names collide.
CHOICES: dict[str, list[Any]] = {
    "nameOverride": ["swan", "lab-x", "a" * 20],
    "fullnameOverride": ["custom-@", "@-" + "q" * 45],
    "imagePullSecrets": [[{"name": "regcred"}], [{"name": "a"}, {"name": "b"}]],
    "clusterDomain": ["", "corp.internal"],
    "podAntiAffinityPreset": ["soft", "hard", "none"],
    "loginHost": ["", "https://swanlab.example.com", "swan.corp.internal:8443"],
    "replicas": [1, 2, 3, 7],
    "repository": ["mirror.lan/swanlab/@"],
    "tag": ["1.0", "latest", "v9.9.9"],
    "pullPolicy": ["Always", "Never"],
    "customLabels": [{"team": "ml"}, {"cost-center": "42", "tier": "gold"}, {"app.kubernetes.io/service": "mine"}],
    "customAnnotations": [
        {"prometheus.io/scrape": "true"},
        {"a": "yes", "b": "0123", "c": "1e3", "d": "null"},
        {"note": "line one\nline two\n"},
    ],
    "customTolerations": [[{"key": "gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"}]],
    "customNodeSelector": [{"disktype": "ssd"}, {"enabled": "on", "zone": "cn-1"}],
    "resources": [
        {"limits": {"cpu": "500m", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        {"limits": {"cpu": 2, "memory": "1Gi"}, "requests": {"cpu": 0.5}},
    ],
    "logResources": [{"limits": {"memory": "64Mi"}}],
    "fbResources": [{"requests": {"cpu": "50m"}}],
    "storageClass": ["fast-ssd", "nfs"],
    "storageSize": ["50Gi", "500Mi", "1Ti"],
    "existingClaim": ["@-data"],
    "existingSecret": ["@-secret"],
    "username": ["admin"],
    "password": ["12345678", "s3cret", "pa55word-long"],
    "accessKey": ["AKIA1"],
    "secretKey": ["sk-123"],
    "enabled": [True],
    "host": ["db.corp", "10.0.0.5"],
    "port": [80, 443, 9000],
    "tcpPort": [19000],
    "httpPort": [18123],
    "ssl": [True, False],
    "pathStyle": [True, False],
    "endpoint": ["s3.example.com", "minio.infra"],
    "region": ["auto", "us-east-1"],
    "bucket": ["swanlab-a", "data.bucket"],
    "domain": ["https://cdn.example.com/x"],
}
# `database` is a number for Redis and a name for the others.
DATABASES: dict[type, list[Any]] = {int: [0, 3], str: ["swan"]}

# Mappings of components.
GROUPS = {"service", "dependencies", "integrations"}

# What ours does otherwise, see COMPATIBILITY.md; no case sets it.
REPAIRED = {"gateway.fullnameOverride"}

# What has to be refused.
WRONG: dict[str, Any] = {"podAntiAffinityPreset": "sofft", "replicas": "2", "storageSize": "10G", "port": 70000}

# How often a value is set, and a mapping with `enabled`; and how often a value is wrong.
SET = 0.25
IS_WRONG = 0.02


class Dumper(yaml.SafeDumper):
    """Quotes all strings, for readers disagree on what is one; repeats what YAML could refer to."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def choices(key: str, default: Any) -> list[Any]:
    """What a value may be set to; empty if its key is not known."""
    return DATABASES.get(type(default), []) if key == "database" else CHOICES.get(key, [])


def component(above: tuple[str, ...]) -> str:
    """The component that a key below these belongs to; for the whole chart's keys a word."""
    if not above:
        return "swan"
    return above[1] if above[0] in GROUPS and len(above) > 1 else above[0]


def chosen(
    chance: random.Random, defaults: dict[str, Any], above: tuple[str, ...] = (), all_of: bool = False
) -> dict[str, Any]:
    """Values for some of the keys, or for all of them and all below."""
    values: dict[str, Any] = {}
    for key, default in defaults.items():
        if ".".join((*above, key)) in REPAIRED:
            continue
        if known := choices(key, default):
            if all_of or chance.random() < SET:
                value = chance.choice(known)
                value = value.replace("@", component(above)) if isinstance(value, str) else value
                values[key] = WRONG[key] if key in WRONG and chance.random() < IS_WRONG else value
        elif isinstance(default, dict):
            if "enabled" not in default or chance.random() < SET:
                values[key] = chosen(chance, default, (*above, key), all_of or "enabled" in default)
    return {key: value for key, value in values.items() if value != {}}


def unknown(defaults: dict[str, Any], path: str = "") -> list[str]:
    """The keys that have no choice, with their paths."""
    found: list[str] = []
    for key, default in defaults.items():
        if not choices(key, default):
            inner = isinstance(default, dict) and default
            found += unknown(default, f"{path}{key}.") if inner else [path + key]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chart", help="the official chart: a folder or a .tgz")
    parser.add_argument("into", type=Path, help="where the folders go")
    parser.add_argument("--count", type=int, default=60, help="how many cases (default: %(default)s)")
    parser.add_argument("--seed", default="1", help="any word; another one gives other cases (default: %(default)s)")
    parser.add_argument("--prefix", default="mix", help="of the folders' names (default: %(default)s)")
    parser.add_argument("--helm", default=find_helm(), help="the helm to run (default: %(default)s)")
    args = parser.parse_args()

    defaults = yaml.load(run(args.helm, ["show", "values", args.chart]), Loader) or {}
    for path in unknown(defaults):
        print(f"never set, for its key is not in CHOICES: {path}")
    for number in range(args.count):
        chance = random.Random(f"{args.seed} {number}")
        folder = args.into / f"{args.prefix}-{number:03}"
        folder.mkdir(parents=True)
        arguments = {"name": chance.choice(RELEASES), "namespace": chance.choice(NAMESPACES)}
        (folder / "args.json").write_text(json.dumps(arguments))
        (folder / "values.yaml").write_text(yaml.dump(chosen(chance, defaults), Dumper=Dumper, sort_keys=False))
    print(f"{args.count} cases in {args.into}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Refused, FileExistsError) as error:
        sys.exit(f"error: {error}")
