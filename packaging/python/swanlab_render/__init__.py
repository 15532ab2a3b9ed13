"""Renders the Kubernetes manifests of a self-hosted SwanLab; the work is done by the program that this package brings."""

from importlib.metadata import distribution
from pathlib import Path

__all__ = ["program"]


def program():
    """The path of the program, wherever the package was installed to."""
    for file in distribution("swanlab-render").files or []:
        if file.name in ("swanlab-render", "swanlab-render.exe"):
            # `pip install --target` moves the program after it has written down where it is.
            for path in (file.locate(), Path(__file__).parents[1] / "bin" / file.name):
                if path.is_file():
                    return str(path.resolve())
    raise FileNotFoundError("this installation of swanlab-render has no program: install the package again")
