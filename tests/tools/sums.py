"""Counts what manifests need, by itself, and compares with what `summary -o json` says.

    sums.py FOLDER

For each NAME.yaml of the folder, NAME.json is what the program says of it. What differs is printed, a line each; the last
line says how much was compared. Written from Kubernetes' documentation and not from the program's source.
"""

import itertools
import json
import pathlib
import sys
from fractions import Fraction

import yaml

SUFFIXES = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": 1,
    "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60,
}


def number(text):
    text = str(text)
    if "e" in text.lower().rstrip("eE") and text[-1].isdigit():
        return Fraction(text)
    digits = text.rstrip("numkMGTPEi")
    return Fraction(digits) * SUFFIXES[text[len(digits):]]


def plus(a, b):
    """The sum of two amounts of which one can be unknown."""
    if a is None or b is None:
        return b if a is None else a
    return a + b


def most(a, b):
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)


def container(one, resource):
    resources = one.get("resources") or {}
    limit = (resources.get("limits") or {}).get(resource)
    request = (resources.get("requests") or {}).get(resource, limit)
    return {
        "requests": None if request is None else number(request),
        "limits": None if limit is None else number(limit),
    }


def pod(spec, resource, which):
    """What the scheduler counts: the containers that run on, or an init container beside the sidecars before it."""
    running = None
    for one in spec.get("containers") or []:
        running = plus(running, container(one, resource)[which])
    sidecars, peak = None, None
    for one in spec.get("initContainers") or []:
        own = container(one, resource)[which]
        if one.get("restartPolicy") == "Always":
            sidecars = plus(sidecars, own)
            peak = most(peak, sidecars)
        else:
            peak = most(peak, plus(sidecars, own))
    return most(plus(running, sidecars), peak)


def selects(selector, labels):
    if selector is None:
        return False
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or []:
        has, values = labels.get(rule["key"]), rule.get("values") or []
        holds = {
            "In": has in values,
            "NotIn": has not in values,
            "Exists": rule["key"] in labels,
            "DoesNotExist": rule["key"] not in labels,
        }
        if not holds[rule["operator"]]:
            return False
    return True


def excludes(one, other):
    affinity = (one["template"]["spec"].get("affinity") or {}).get("podAntiAffinity") or {}
    terms = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or []
    labels = other["template"]["metadata"].get("labels") or {}
    return any(
        term["topologyKey"] == "kubernetes.io/hostname" and selects(term.get("labelSelector"), labels)
        for term in terms
    )


def nodes(workloads):
    """The largest number of pods of which no two can be on one node, found by trying every set of workloads."""
    there = [one for one in workloads if one["pods"] > 0]
    needed = min(len(there), 1)
    for count in range(1, len(there) + 1):
        for chosen in itertools.combinations(there, count):
            pairs = itertools.combinations(chosen, 2)
            if all(excludes(a, b) or excludes(b, a) for a, b in pairs):
                needed = max(needed, sum(one["pods"] if excludes(one, one) else 1 for one in chosen))
    return needed


def images(objects):
    found = set()

    def walk(tree):
        if isinstance(tree, dict):
            for key in ("containers", "initContainers"):
                for one in tree.get(key) or []:
                    if isinstance(one, dict) and "image" in one:
                        found.add(one["image"])
            tree = list(tree.values())
        if isinstance(tree, list):
            for one in tree:
                walk(one)

    for one in objects:
        walk(one.get("spec") or {})
    return len(found)


def count(objects):
    applied = [one for one in objects if "helm.sh/hook" not in (one["metadata"].get("annotations") or {})]
    workloads = []
    for one in applied:
        if one["kind"] in ("Deployment", "StatefulSet"):
            template, pods = one["spec"]["template"], one["spec"].get("replicas", 1)
        elif one["kind"] == "Pod":
            template, pods = one, 1
        else:
            assert one["kind"] not in ("DaemonSet", "ReplicaSet", "HorizontalPodAutoscaler"), one["kind"]
            continue
        name = f'{one["kind"]}/{one["metadata"]["name"]}'
        workloads.append({"object": name, "pods": pods, "template": template, "tree": one})
    storage = {}
    claims = [(one["spec"], 1) for one in applied if one["kind"] == "PersistentVolumeClaim"]
    for workload in workloads:
        for template in workload["tree"]["spec"].get("volumeClaimTemplates") or []:
            claims.append((template["spec"], workload["pods"]))
    for spec, times in claims:
        if times > 0:
            size, number_of = storage.get(spec.get("storageClassName") or "", (0, 0))
            size += times * number(spec["resources"]["requests"]["storage"])
            storage[spec.get("storageClassName") or ""] = (size, number_of + times)
    sums = {"pods": sum(one["pods"] for one in workloads), "images": images(objects), "minimumNodes": nodes(workloads)}
    for resource in ("cpu", "memory"):
        for which in ("requests", "limits"):
            total = None
            for one in workloads:
                own = pod(one["template"]["spec"], resource, which)
                own = None if own is None else own * one["pods"]
                sums[f'{one["object"]} {resource} {which}'] = own
                total = plus(total, own)
            sums[f"{resource} {which}"] = total
    for one in workloads:
        sums[f'{one["object"]} pods'] = one["pods"]
    for name, (size, number_of) in storage.items():
        sums[f"storage {name}"] = (size, number_of)
    return sums


def said(summary):
    """The same keys from the program's report."""
    sums = {key: summary[key] for key in ("pods", "images", "minimumNodes")}
    for prefix, of in [("", summary)] + [(f'{one["object"]} ', one) for one in summary["workloads"]]:
        for resource in ("cpu", "memory"):
            for which in ("requests", "limits"):
                amount = of[resource][which]
                sums[f"{prefix}{resource} {which}"] = None if amount is None else number(amount)
    for one in summary["workloads"]:
        sums[f'{one["object"]} pods'] = one["pods"]
    for one in summary["storage"]:
        sums[f'storage {one["class"]}'] = (number(one["size"]), one["claims"])
    return sums


def main(folder):
    compared, differing = 0, 0
    files = sorted(pathlib.Path(folder).glob("*.yaml"))
    for file in files:
        objects = [one for one in yaml.safe_load_all(file.read_text()) if one]
        own, program = count(objects), said(json.loads(file.with_suffix(".json").read_text()))
        for key in sorted(own.keys() | program.keys()):
            compared += 1
            if own.get(key, "none") != program.get(key, "none"):
                differing += 1
                print(f"{file.stem}: {key}: {own.get(key)} instead of {program.get(key)}")
    print(f"{len(files)} cases, {compared} sums, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
