"""Asks a cluster: over HTTP where the answer is all that counts, through kubectl where people use it."""
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import threading
import time
import urllib.parse

import yaml

# What a controller makes is looked at beside what was applied.
DERIVED = (("apps/v1", "ReplicaSet"), ("apps/v1", "ControllerRevision"), ("v1", "PersistentVolumeClaim"))


class Cluster:
    def __init__(self, kubeconfig, tools):
        self.kubeconfig = str(kubeconfig)
        self.tools = pathlib.Path(tools)
        config = yaml.safe_load(pathlib.Path(kubeconfig).read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.address = urllib.parse.urlsplit(cluster["server"])
        self.token = user["token"]
        self.tls = ssl.create_default_context(cafile=cluster["certificate-authority"])
        self.local = threading.local()
        self.version = self.get("/version")
        self.resources = self.discover()

    # ------------------------------------------------------------------ HTTP

    def request(self, method, path, body=None):
        """(status, answer); a connection is used again."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        for attempt in (1, 2):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.tls)
                self.local.connection = connection
            try:
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read() or b"null")
            except (http.client.HTTPException, OSError):
                self.local.connection = None
                if attempt == 2:
                    raise
        raise AssertionError

    def get(self, path):
        status, answer = self.request("GET", path)
        if status == 404:
            return None
        if status >= 400:
            raise RuntimeError(f"GET {path}: {answer}")
        return answer

    def discover(self):
        """Where the objects of a kind are: (group version, plural, whether they have a namespace)."""
        out = {}
        groups = ["/api/v1"]
        groups += [f"/apis/{v['groupVersion']}" for g in self.get("/apis")["groups"] for v in g["versions"]]
        for group in groups:
            for one in (self.get(group) or {"resources": []})["resources"]:
                if "/" not in one["name"]:
                    version = group.split("/", 2)[2]
                    out[version, one["kind"]] = (group, one["name"], one["namespaced"])
        return out

    def path(self, api_version, kind, namespace):
        place = self.resources.get((api_version, kind))
        if place is None:
            return None
        group, plural, namespaced = place
        return f"{group}/namespaces/{namespace}/{plural}" if namespaced else f"{group}/{plural}"

    def is_namespaced(self, one):
        place = self.resources.get((one["apiVersion"], one["kind"]))
        return place is None or place[2]

    def create_namespace(self, name):
        status, answer = self.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        if status >= 400:
            raise RuntimeError(str(answer))
        end = time.time() + 180
        while self.get(f"/api/v1/namespaces/{name}/serviceaccounts/default") is None:
            if time.time() > end:
                raise RuntimeError(f"{name} has no service account")
            time.sleep(0.2)

    def delete(self, one, namespace):
        path = self.path(one["apiVersion"], one["kind"], namespace)
        if path:
            self.request("DELETE", f"{path}/{one['metadata']['name']}", {"propagationPolicy": "Background"})

    # --------------------------------------------------------------- programs

    def run(self, program, *arguments, stdin=None, timeout=300):
        tool = self.tools / program
        environment = {**os.environ, "KUBECONFIG": self.kubeconfig, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        command = [str(tool) if tool.exists() else program, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=timeout)

    def kubectl(self, *arguments, **more):
        return self.run("kubectl", *arguments, **more)

    # -------------------------------------------------------------- snapshots

    def snapshot(self, namespaces, objects):
        """The objects of these types in these namespaces, by (namespace, kind, name)."""
        out = {}
        types = sorted({(one["apiVersion"], one["kind"]) for one in objects} - set(DERIVED))
        # Last, for a controller writes its status after it has made them.
        for api_version, kind in [*types, *DERIVED]:
            for namespace in namespaces if self.is_namespaced({"apiVersion": api_version, "kind": kind}) else [""]:
                path = self.path(api_version, kind, namespace)
                if path is None:
                    continue
                if namespace:
                    found = (self.get(path) or {"items": []})["items"]
                else:
                    names = {one["metadata"]["name"] for one in objects if one["kind"] == kind}
                    found = [one for name in names if (one := self.get(f"{path}/{name}"))]
                for one in found:
                    out[namespace, kind, one["metadata"]["name"]] = {**one, "kind": kind, "apiVersion": api_version}
        return out

    def settle(self, namespaces, objects, limit=180):
        """A snapshot after the controllers have seen everything, and what they have not."""
        end = time.time() + limit
        while True:
            found = self.snapshot(namespaces, objects)
            waiting = [key for key, one in found.items() if not is_settled(key, one, found)]
            if not waiting or time.time() > end:
                return found, waiting
            time.sleep(1)


def owner(one):
    for reference in one["metadata"].get("ownerReferences", []):
        return reference["kind"], reference["name"]
    return None


def revisions(found, key):
    """The ReplicaSets of a Deployment, or the ControllerRevisions of another workload: number by name."""
    namespace, kind, name = key
    out = {}
    for (where, derived, own), one in found.items():
        if where != namespace or owner(one) != (kind, name):
            continue
        if kind == "Deployment" and derived == "ReplicaSet":
            number = one["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", 0)
            out[own] = int(number)
        elif derived == "ControllerRevision":
            out[own] = one["revision"]
    return out


def template(one):
    """The pod template, without what the controller adds."""
    found = json.loads(json.dumps(one["spec"]["template"]))
    found["metadata"].get("labels", {}).pop("pod-template-hash", None)
    return found


def is_settled(key, one, found):
    _, kind, _ = key
    if kind in ("Deployment", "StatefulSet", "DaemonSet"):
        if one.get("status", {}).get("observedGeneration") != one["metadata"]["generation"]:
            return False
        if kind == "Deployment" and one["spec"].get("paused"):
            return True
        numbers = revisions(found, key)
        if kind == "Deployment":
            # It has seen a change before it makes a ReplicaSet for it: it first scales, or stops the old pods.
            newest = max(numbers, key=numbers.get, default=None)
            return newest is not None and template(found[key[0], "ReplicaSet", newest]) == template(one)
        return bool(numbers) and one["status"].get("updateRevision", next(iter(numbers))) in numbers
    if kind == "PersistentVolumeClaim" and one["spec"].get("storageClassName") in ("standard", "fast", "rigid"):
        return one.get("status", {}).get("phase") == "Bound" or "deletionTimestamp" in one["metadata"]
    return True
