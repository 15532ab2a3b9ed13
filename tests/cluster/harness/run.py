"""Runs a case: what the program predicts, what the applier says, and what is in the cluster before and after."""
import itertools
import json
import pathlib
import secrets
import traceback
from dataclasses import dataclass, field

from .cases import RELEASE, Case
from .judge import Row, judge

# What `diff` exits with when it has made a report.
REPORTED = (0, 1, 3)


@dataclass
class Result:
    case: Case
    rows: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @classmethod
    def read(cls, one):
        return cls(Case(**one["case"]), [Row(**row) for row in one["rows"]], one["problems"])


class Runner:
    def __init__(self, cluster, tool, applier, out):
        self.cluster = cluster
        self.tool = tool
        self.applier = applier
        self.out = pathlib.Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.numbers = itertools.count(1)
        # Two runs on one cluster do not meet.
        self.run = secrets.token_hex(2)
        self.minor = cluster.version["minor"].rstrip("+")

    def case(self, case):
        result = Result(case)
        try:
            self.measure(case, result)
        except Exception as error:  # a case that cannot be measured must not stop the others
            result.problems.append(f"cannot be measured: {error!r}: {traceback.format_exc(limit=-2)}")
        return result

    def measure(self, case, result):
        unique = f"{self.applier.flag}-{self.run}-{next(self.numbers)}"
        namespaces = [unique, unique + case.namespace]
        folder = self.out / unique
        folder.mkdir(exist_ok=True)
        (folder / "case.json").write_text(json.dumps(vars(case), indent=1))
        old = self.objects(case.before, case, namespaces[0], folder, "before")
        new = self.objects(case.after, case, namespaces[1], folder, "after")
        report = self.predict(case, namespaces[1], folder)
        for namespace in sorted(set(namespaces)):
            self.cluster.create_namespace(namespace)
        # The old state, and what the controllers make of it.
        said = self.applier.apply(old, namespaces[0], folder, first=True)
        for key, message in said.items():
            if message:
                result.problems.append(f"the old {'/'.join(key)} is refused: {message}")
        before, waiting = self.cluster.settle(set(namespaces), old + new)
        if case.first:
            self.cluster.kubectl(*case.first, "-n", namespaces[0])
            before, waiting = self.cluster.settle(set(namespaces), old + new)
        waiting = [key for key in waiting if key[1] != "PersistentVolumeClaim"]
        if waiting:
            result.problems.append(f"not settled before the upgrade: {waiting}")
        said = self.applier.apply(new, namespaces[1], folder, first=namespaces[0] != namespaces[1])
        (folder / "said.json").write_text(json.dumps({"/".join(key): text for key, text in said.items()}, indent=1))
        after, waiting = self.cluster.settle(set(namespaces), old + new)
        waiting = [key for key in waiting if key[1] != "PersistentVolumeClaim"]
        if waiting:
            result.problems.append(f"not settled after the upgrade: {waiting}")
        result.rows = judge(case, report, (old, new), said, before, after, namespaces, self.applier.name)
        if case.suite == "objects":
            for one in [*old, *new]:
                if not self.cluster.is_namespaced(one):
                    self.cluster.delete(one, "")
                elif one["kind"] == "Service":
                    # The next applier gives its Service the same address and port.
                    self.cluster.delete(one, namespaces[1])

    def objects(self, side, case, namespace, folder, tag):
        """The objects of one side, which are also written to a file."""
        if not case.has_values:
            objects = json.loads(json.dumps(side).replace("@@", folder.name))
        else:
            values = folder / f"{tag}.values.yaml"
            values.write_text(json.dumps(side))
            release, flags = (case.release, case.flags) if tag == "after" else (RELEASE, [])
            done = self.cluster.run(self.tool, "template", release, "-n", namespace, "-f", str(values), "-o", "json", "-q", *flags)
            if done.returncode:
                raise RuntimeError(f"template: {done.stderr}")
            objects = json.loads(done.stdout)["items"]
        (folder / f"{tag}.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        return objects

    def predict(self, case, namespace, folder):
        command = ["diff", case.release, "-n", namespace, "--kube-version", f"1.{self.minor}", "-q",
                   "--applier", self.applier.flag, "--against", str(folder / "before.json"), "-o", "json"]
        if case.has_values:
            command += ["-f", str(folder / "after.values.yaml"), *case.flags]
        else:
            command += ["--manifests", str(folder / "after.json")]
        done = self.cluster.run(self.tool, *command)
        if done.returncode not in REPORTED:
            raise RuntimeError(f"diff: {done.stderr}")
        (folder / "diff.json").write_text(done.stdout)
        return json.loads(done.stdout)
