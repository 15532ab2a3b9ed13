"""Applies objects as people do: with kubectl on both sides, and with Helm. Each tells of every object whether it was
accepted, and the message if it was not."""
import json
import pathlib
import re
import shutil


class Kubectl:
    """`kubectl apply`. Nothing is deleted."""

    name = "kubectl"
    flag = "kubectl"
    # Built-in kinds are merged by the rules in kubectl itself, which are those of the API that it would else download
    # for every patch: three seconds of work.
    how = ("--openapi-patch=false",)

    def __init__(self, cluster):
        self.cluster = cluster

    def apply(self, objects, namespace, folder, first):
        file = pathlib.Path(folder) / "applied.yaml"
        # One document after the other, as `template` prints them: kubectl does not decode the items of a List, and leaves
        # out all annotations of one in which an annotation is no text.
        file.write_text("\n---\n".join(json.dumps(one) for one in objects))
        done = self.once(file, namespace)
        out = {}
        for one in objects:
            key = (one["kind"], one["metadata"]["name"])
            if self.is_in(done.stdout, one):
                out[key] = None
                continue
            # Alone, so that the message is about it.
            file.write_text(json.dumps(one))
            alone = self.once(file, namespace)
            out[key] = alone.stderr.strip() or "no message" if alone.returncode else None
        return out

    def once(self, file, namespace):
        return self.cluster.kubectl("apply", "-n", namespace, *self.how, "-f", str(file))

    @staticmethod
    def is_in(output, one):
        kind, name = one["kind"].lower(), one["metadata"]["name"]
        return re.search(rf"^{kind}(\.\S+)?/{re.escape(name)} (created|configured|unchanged|serverside-applied)", output, re.M)


class ServerSide(Kubectl):
    name = "server-side"
    flag = "server-side"
    how = ("--server-side", "--force-conflicts")


class Helm:
    """`helm install`, then `helm upgrade`, of a chart that is nothing but the objects."""

    flag = "helm"

    def __init__(self, cluster, program, server_side):
        self.cluster = cluster
        self.program = program
        self.flags = [f"--server-side={server_side}"] if server_side else []
        self.name = program + (" " + self.flags[0] if self.flags else "")

    def apply(self, objects, namespace, folder, first, release="r"):
        chart = pathlib.Path(folder) / "chart"
        shutil.rmtree(chart, ignore_errors=True)
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: objects\nversion: 1.0.0\n")
        # A file is not a template, so braces in it mean nothing.
        (chart / "templates" / "objects.yaml").write_text('{{ .Files.Get "objects.yaml" }}\n')
        (chart / "objects.yaml").write_text("".join(f"---\n{json.dumps(one)}\n" for one in objects))
        command = ["install"] if first else ["upgrade"]
        if not first and self.flags == ["--server-side=true"]:
            command += ["--force-conflicts"]
        done = self.cluster.run(self.program, *command, release, str(chart), "-n", namespace, *self.flags)
        errors = done.stderr if done.returncode else ""
        out = {}
        for one in objects:
            name, kind = one["metadata"]["name"], one["kind"]
            about = [line for line in errors.splitlines() if self.is_about(line, kind, name)]
            out[kind, name] = "\n".join(about) or None
        if errors and not any(out.values()):
            # Of what Helm cannot read it names nothing.
            about = next(iter(out)) if len(out) == 1 else ("Release", "r")
            out[about] = errors
        return out

    @staticmethod
    def is_about(line, kind, name):
        # kind.apps "name", with the kind in the singular or, as a resource, in the plural; namespace/name; group, Kind=kind
        quoted = re.escape(f'"{name}"')
        resource = re.sub("y$", "ie", kind.lower()) + "e?s"
        return re.search(rf"{quoted} with kind {kind}\b|\b({kind}|{resource})(\.\S+)? {quoted}"
                         rf"|/{re.escape(name)};? [^ ]*, Kind={kind}\b", line)


def named(name, cluster):
    return {
        "kubectl": lambda: Kubectl(cluster),
        "server-side": lambda: ServerSide(cluster),
        "helm3": lambda: Helm(cluster, "helm3", None),
        "helm4": lambda: Helm(cluster, "helm", "true"),
        "helm4-client": lambda: Helm(cluster, "helm", "false"),
    }[name]()


NAMES = ("kubectl", "server-side", "helm3", "helm4", "helm4-client")
