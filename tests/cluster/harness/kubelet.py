"""What a node would do, as far as the controllers see it: pods run and are ready, and those of Jobs are finished."""
import threading
import time


class Kubelet(threading.Thread):
    """Says of every pod in some namespaces that it runs. There is no node, and nothing really does."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.3):
            try:
                for pod in self.cluster.get("/api/v1/pods")["items"]:
                    self.look_at(pod)
            except (OSError, RuntimeError, TypeError):
                # The server goes away at the end.
                time.sleep(1)

    def look_at(self, pod):
        metadata = pod["metadata"]
        if "deletionTimestamp" in metadata or pod["status"].get("phase") != "Pending":
            return
        owner = next((one["kind"] for one in metadata.get("ownerReferences", [])), "")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if owner == "Job":
            status = {"phase": "Succeeded", "startTime": now}
        else:
            ready = [{"type": kind, "status": "True", "lastTransitionTime": now} for kind in ("PodScheduled", "Initialized", "ContainersReady", "Ready")]
            status = {"phase": "Running", "startTime": now, "conditions": ready}
        pod["status"] = {**pod["status"], **status}
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
        # If it has changed meanwhile, it is looked at again.
        self.cluster.request("PUT", path, pod)

    def end(self):
        self.ended.set()
        self.join()
