"""What was predicted of each object, what was seen, and whether they agree."""
import copy
import re
from collections import defaultdict
from dataclasses import dataclass

from .cluster import revisions

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass
class Row:
    """One prediction about one object."""

    # What is predicted: rejected, restart, scale, change, data-loss, deleted.
    what: str
    kind: str
    name: str
    # "yes", "no", or the condition on which it depends.
    predicted: str
    seen: bool
    # Whether the condition was met; None if the harness does not know.
    condition_met: object = None
    message: str = ""

    @property
    def certain(self):
        return self.predicted in ("yes", "no")

    @property
    def right(self):
        if self.certain:
            return (self.predicted == "yes") == self.seen
        return self.condition_met is None or self.condition_met == self.seen


class Prediction:
    """The report of `diff -o json`, by object."""

    def __init__(self, report):
        self.objects = {(one["kind"], one["name"]): one for one in report["objects"]}
        self.old_names = {(one["kind"], one["oldName"]): one for one in report["objects"] if one.get("oldName")}
        self.findings = defaultdict(list)
        for one in report["findings"]:
            about = [one["object"], *one.get("others", [])]
            for key in {(each["kind"], each["name"]) for each in about} | set(named(one["message"])):
                self.findings[key].append(one)

    def rejected(self, key):
        """"yes", "no" or the conditions."""
        found = [one for one in self.findings[key] if one["effect"] == "rejected"]
        if any(one["certainty"] == "certain" for one in found):
            return "yes", []
        one = self.objects.get(key)
        if one and one["action"] == "changed" and "rejected" in one["effects"]:
            return "yes", []
        conditions = [each["condition"] for each in found]
        return (" or ".join(conditions), conditions) if conditions else ("no", [])

    def changes(self, key):
        """Whether the object changes: not if all that differs has no effect, and a finding says why."""
        one = self.objects.get(key)
        if not one or one["action"] != "changed":
            return False
        says_why = any(each["effect"] == "none" and each["certainty"] == "certain" for each in self.findings[key])
        return not says_why or any(each["effect"] != "none" for each in one["changes"])

    def has(self, key, effects, below=""):
        one = self.objects.get(key)
        changes = one["changes"] if one else []
        return any(each["effect"] in effects and each["pointer"].startswith(below) for each in changes)


def named(message):
    found = re.search(r" \(\d+ objects: (.*?)(?: and \d+ more)?\)", message)
    return [tuple(name.split("/", 1)) for name in found[1].split(", ")] if found else []


def holds(condition, key, before, applier):
    """Whether a condition is met, as far as the harness can tell from the state before the upgrade."""
    one = before.get(key)
    if "the old Job is still" in condition or "Job still exists" in condition:
        return one is not None
    if "allowVolumeExpansion" in condition:
        spec = one["spec"] if one else {}
        return spec.get("storageClassName") == "rigid" or one["status"].get("phase") != "Bound"
    if "Job has been started" in condition:
        return bool(one and one.get("status", {}).get("startTime"))
    if "applied with kubectl" in condition:
        return not applier.startswith("helm")
    return None


def judge(case, report, objects, said, before, after, namespaces, applier):
    """The rows of a case. `objects` and `namespaces` are (old, new); `said` is what the applier said of the new
    objects; `before` and `after` are snapshots."""
    prediction = Prediction(report)
    keys = [{(one["kind"], one["metadata"]["name"]): one for one in side} for side in objects]
    rows = []
    for key, one in keys[1].items():
        if key not in said:
            continue
        rows += of_object(key, prediction, said[key], before, after, namespaces, applier)
    any_refused = any(message is not None for message in said.values())
    for key, one in keys[0].items():
        if key in keys[1] or namespaces[0] != namespaces[1]:
            continue
        rows += of_removed(key, one, prediction, before, after, namespaces, applier, any_refused)
    return rows


def place(key, namespace, snapshot):
    """The object's key in a snapshot: with the namespace, or without if it has none."""
    return next((full for full in ((namespace, *key), ("", *key)) if full in snapshot), (namespace, *key))


def of_object(key, prediction, message, before, after, namespaces, applier):
    kind, name = key
    predicted, conditions = prediction.rejected(key)
    full = [place(key, namespaces[0], before), place(key, namespaces[1], after)]
    seen = message is not None
    row = Row("rejected", kind, name, predicted, seen, message=message or "")
    if conditions:
        met = [holds(each, full[0], before, applier) for each in conditions]
        row.condition_met = True if True in met else None if None in met else False
    rows = [row]
    was, now = before.get(full[0]), after.get(full[1])
    if namespaces[0] != namespaces[1] or was is None or now is None:
        return rows
    certainly = predicted == "yes"
    changed = prediction.changes(key) and not certainly
    if seen and not certainly:
        return rows  # the row above says so already
    if kind in WORKLOADS:
        pods = [1 if kind == "DaemonSet" else each["spec"].get("replicas", 1) for each in (was, now)]
        new = newest(before, full[0]) != newest(after, full[1])
        restarts = new and min(pods) > 0 and not holds_back(now) and not was["spec"].get("paused")
        told = not certainly and prediction.has(key, ("restart", "outage"), "/spec/template")
        rows.append(Row("restart", kind, name, answer(told), restarts))
        told = not certainly and prediction.has(key, ("scale",), "/spec/replicas")
        rows.append(Row("scale", kind, name, answer(told), pods[0] != pods[1]))
    if not conditions:  # else what changes depends on them too
        rows.append(Row("change", kind, name, answer(changed), clean(was) != clean(now)))
    return rows


def of_removed(key, old, prediction, before, after, namespaces, applier, any_refused):
    kind, name = key
    full = place(key, namespaces[0], before)
    if full not in before:
        return []
    now = after.get(full)
    gone = now is None or "deletionTimestamp" in now["metadata"]
    annotations = old["metadata"].get("annotations") or {}
    kept = annotations.get("helm.sh/resource-policy") == "keep" or "helm.sh/hook" in annotations
    deletes = applier.startswith("helm") and not kept and not any_refused
    rows = [Row("deleted", kind, name, answer(deletes), gone)]
    if kind == "PersistentVolumeClaim" and applier.startswith("helm") and not any_refused:
        one = prediction.objects.get(key) or prediction.old_names.get(key)
        told = bool(one) and "data-loss" in one["effects"]
        rows.append(Row("data-loss", kind, name, answer(told), gone))
    return rows


def answer(told):
    return "yes" if told else "no"


def newest(snapshot, key):
    if key[1] == "StatefulSet":
        return snapshot[key]["status"].get("updateRevision")
    numbers = revisions(snapshot, key)
    return max(numbers, key=numbers.get, default=None)


def holds_back(one):
    """Whether a set gets a new revision but keeps all of its pods."""
    update = one["spec"].get("updateStrategy", {})
    partition = (update.get("rollingUpdate") or {}).get("partition", 0)
    return update.get("type") == "OnDelete" or one["kind"] == "StatefulSet" and partition >= one["spec"].get("replicas", 1)


# Written by controllers and by the applier itself.
OF_OTHERS = re.compile(r"kubectl\.kubernetes\.io/last-applied|deployment\.kubernetes\.io/|pv\.kubernetes\.io/|volume\.|meta\.helm\.sh/")


def clean(one):
    """What the manifests decide."""
    one = copy.deepcopy(one)
    one.pop("status", None)
    metadata = one["metadata"]
    for field in ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"):
        metadata.pop(field, None)
    kept = {name: value for name, value in metadata.pop("annotations", {}).items() if not OF_OTHERS.match(name)}
    if kept:
        metadata["annotations"] = kept
    return one
